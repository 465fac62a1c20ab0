import { elder, type ManifestWork } from '@odfmo/api-types'
import { keyOf, type ObjectKey } from '@odfmo/api-types/meta'
import {
  absent,
  derived,
  edited,
  from,
  leave,
  present,
  type Derived,
  type World,
} from '@odfmo/controller-kit'
import { addOnKey } from './add-on-key.ts'
import { clustersOf, type AddonContext } from './addon-context.ts'
import type { AddonIndexes } from './addon-indexes.ts'
import { agentManifests } from './agent-manifests.ts'
import { addOnName, manifestWorkName } from './agent-names.ts'
import { agentValues } from './agent-values.ts'
import { findCondition } from './conditions.ts'
import { isDeployWork } from './deploy-work.ts'
import { holdOf } from './hold.ts'
import { refusalOf } from './refusal.ts'
import { workFor } from './work-for.ts'
import { waiting } from '../status/waiting.ts'

/** What OCM's work agent applies on the spoke: the agent's manifests. */
export const manifestWork = (context: AddonContext, indexes: AddonIndexes): Derived<ManifestWork> => {
  const { kinds } = context
  return derived({
    name: 'manifest-work',
    kind: kinds.ManifestWork,
    keys: [
      from(kinds.MirrorPeer, (mirrorPeer) =>
        clustersOf(mirrorPeer).map((namespace) => ({ namespace, name: manifestWorkName })),
      ),
      from(kinds.ManifestWork, (work) => (isDeployWork(work) ? [keyOf(work)] : [])),
    ],
    wanted(key, world) {
      const cluster = key.namespace ?? ''
      const hold = holdOf(context, world, cluster)
      if (hold.is === 'none') return absent()
      if (hold.is === 'leaving' || hold.is === 'paused') return leave()
      // One work for one add-on: whichever was there first keeps its name, so that nothing is made again.
      const chosen = workKeyOf(indexes, world, cluster)
      if (chosen.name !== key.name) return absent()
      const live = world.get(kinds.ManifestWork, key)
      if (live?.metadata.deletionTimestamp !== undefined)
        return waiting(
          'WorkDeleting',
          `ManifestWork ${cluster}/${key.name} is being deleted; it is made again then`,
        )
      const addOn = world.get(kinds.ManagedClusterAddOn, addOnKey(cluster))
      if (addOn === undefined || addOn.metadata.deletionTimestamp !== undefined) {
        return waiting('NoAddOn', `there is no ManagedClusterAddOn ${addOnName} in namespace ${cluster}`)
      }
      const refused = refusalOf(indexes, world, addOn)
      if (refused !== undefined) return waiting(refused.reason, `add-on of ${cluster}: ${refused.message}`)
      if (findCondition(addOn.status?.conditions, 'RegistrationApplied') === undefined) {
        return waiting('NotRegistered', `the add-on of ${cluster} is not registered yet`)
      }
      const found = agentValues(context, world, addOn)
      if (found.is === 'refused') return waiting(found.reason, found.message)
      const manifests = agentManifests(cluster, hold.mirrorPeers, found.values)
      const work = workFor({ key, live, addOn, manifests })
      return live === undefined ? present(work) : edited(work)
    },
    ours: isDeployWork,
    // A burst of MirrorPeers or configurations is one rollout.
    settleMs: 250,
  })
}

/** The work of a cluster's add-on: the oldest there is that is not going, under its own name; else the name we give. */
export const workKeyOf = ({ worksByNamespace }: AddonIndexes, world: World, cluster: string): ObjectKey => {
  const works = world
    .find(worksByNamespace, cluster, ['meta'])
    .filter((work) => isDeployWork(work) && work.metadata.deletionTimestamp === undefined)
    .sort(elder)
  return { namespace: cluster, name: works[0]?.metadata.name ?? manifestWorkName }
}
