import type { ClusterRoleBinding } from '@odfmo/api-types'
import { absent, derived, from, leave, type Derived } from '@odfmo/controller-kit'
import type { AddonContext } from './addon-context.ts'
import { hubRbacName, originalBindingName } from './agent-names.ts'
import { clusterRoleBindingKey } from './cluster-role-binding.ts'
import { waiting } from '../status/waiting.ts'

/** The original's ClusterRoleBinding, which ours replaces: taken away when ours stands, so that no agent is cut off. */
export const originalBinding = (
  { kinds }: AddonContext,
  replacement: Derived<ClusterRoleBinding>,
): Derived<ClusterRoleBinding> =>
  derived({
    name: 'original-cluster-role-binding',
    kind: kinds.OriginalClusterRoleBinding,
    keys: [
      from(kinds.OriginalClusterRoleBinding, (live) =>
        live.metadata.name === originalBindingName ? [{ name: originalBindingName }] : [],
      ),
    ],
    wanted(key, world) {
      const live = world.spec(kinds.OriginalClusterRoleBinding, key)
      if (live === undefined || live.roleRef.name !== hubRbacName) return leave()
      const { is } = world.state(replacement as Derived, clusterRoleBindingKey)
      return is === 'present' || is === 'absent'
        ? absent()
        : waiting('ReplacementPending', `ClusterRoleBinding ${hubRbacName} does not stand yet`)
    },
    ours: (live) => live.roleRef.name === hubRbacName,
  })
