import type { ManifestWork } from '@odfmo/api-types'
import type { Condition, DeepReadonly } from '@odfmo/api-types/meta'
import { findCondition } from './conditions.ts'

type Status = DeepReadonly<NonNullable<ManifestWork['status']>>
type Manifest = NonNullable<NonNullable<Status['resourceStatus']>['manifests']>[number]

/**
 * Whether the work agent has applied a work; undefined: it has not looked at it. OCM's own sentence does not say what
 * failed: the first manifest that did says it, as it can be an administrator's configuration that the spoke refuses.
 */
export const workApplied = (
  status: Status | undefined,
): Pick<DeepReadonly<Condition>, 'status' | 'message'> | undefined => {
  const applied = findCondition(status?.conditions, 'Applied')
  if (applied?.status !== 'False') return applied
  const failed = (status?.resourceStatus?.manifests ?? []).flatMap(failureOf)[0]
  return failed === undefined ? applied : { status: 'False', message: failed }
}

const failureOf = ({ resourceMeta, conditions }: Manifest): readonly string[] => {
  const applied = findCondition(conditions, 'Applied')
  if (applied?.status !== 'False') return []
  const { kind = '', namespace = '', name = '' } = resourceMeta
  return [`${kind} ${namespace === '' ? name : `${namespace}/${name}`}: ${applied.message}`]
}
