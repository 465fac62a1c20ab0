import type { World } from '@odfmo/controller-kit'
import { addOnKey } from './add-on-key.ts'
import type { AddonContext } from './addon-context.ts'
import type { AddonParts } from './addon.ts'
import { addOnName } from './agent-names.ts'
import { findCondition } from './conditions.ts'

/** Why the agent of a cluster is not up: a condition's reason and message. */
export interface AddOnProblem {
  readonly reason: string
  readonly message: string
  /** Not known yet: its parts have not been evaluated since start. */
  readonly pending: boolean
}

/**
 * What stands between a cluster and its running agent, in the order things happen; undefined: nothing, as far as the
 * hub knows. For AddonsReady of the MirrorPeers that name the cluster.
 */
export const addOnProblem = (
  { kinds }: Pick<AddonContext, 'kinds'>,
  { registration }: AddonParts,
  world: World,
  cluster: string,
): AddOnProblem | undefined => {
  const key = addOnKey(cluster)
  const problem = (reason: string, message: string, pending = false): AddOnProblem => ({
    reason,
    message,
    pending,
  })
  const registered = world.state(registration, key)
  const addOn = world.status(kinds.ManagedClusterAddOn, key)
  if (addOn === undefined)
    return problem('NoAddOn', `there is no ManagedClusterAddOn ${addOnName} in namespace ${cluster} yet`)
  switch (registered.is) {
    case 'pending':
      return problem('Starting', registered.message, true)
    case 'waiting':
    case 'failed':
      return problem(registered.reason, registered.message)
    case 'writing':
    case 'present':
    case 'left':
    case 'absent':
    case 'going':
      break
  }
  for (const [type, nobody] of [
    ['RegistrationApplied', 'the hub has not registered it yet'],
    ['ManifestApplied', `the work agent of ${cluster} has not applied the agent's manifests yet`],
    ['Available', `the agent of ${cluster} has not shown a sign of life yet`],
  ] as const) {
    const condition = findCondition(addOn.status?.conditions, type)
    if (condition?.status === 'True') continue
    return condition === undefined
      ? problem(`No${type}`, `add-on of ${cluster}: ${nobody}`)
      : problem(
          condition.reason,
          `add-on of ${cluster}: ${type} is ${condition.status}: ${condition.message}`,
        )
  }
  return undefined
}
