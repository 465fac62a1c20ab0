import type { World } from '@odfmo/controller-kit'
import { addOnKey } from './add-on-key.ts'
import type { AddonContext } from './addon-context.ts'
import type { AddonParts } from './addon.ts'
import { addOnName, spokeNames } from './agent-names.ts'
import { findCondition, longestMessage } from './conditions.ts'
import { reasonOf, type Reason } from '../status/reasons/reasons.ts'
import { shortened } from '../status/shortened.ts'

/** Why the agent of a cluster is not up: a condition's reason and message. */
export interface AddOnProblem {
  readonly reason: Reason
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
  { registration, refusalOn }: Pick<AddonParts, 'registration' | 'refusalOn'>,
  world: World,
  cluster: string,
): AddOnProblem | undefined => {
  const key = addOnKey(cluster)
  const problem = (reason: Reason, message: string, pending = false): AddOnProblem => ({
    reason,
    // The klusterlet may write these conditions, and each MirrorPeer of the cluster repeats them.
    message: shortened(message, longestMessage),
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
      return problem(reasonOf(registered.reason), registered.message)
    case 'writing':
    case 'present':
    case 'left':
    case 'absent':
    case 'going':
      break
  }
  for (const [type, reason, nobody] of [
    ['RegistrationApplied', 'RegistrationNotApplied', 'the hub has not registered it yet'],
    [
      'ManifestApplied',
      'ManifestsNotApplied',
      `the work agent of ${cluster} has not applied the agent's manifests yet`,
    ],
    [
      'Available',
      'AgentNotAvailable',
      `the agent of ${cluster} has not shown a sign of life yet: is its pod ${spokeNames.deployment} running there?`,
    ],
  ] as const) {
    const condition = findCondition(addOn.status?.conditions, type)
    if (condition?.status === 'True') continue
    if (condition === undefined) return problem(`No${type}`, `add-on of ${cluster}: ${nobody}`)
    // Asked for only here: what a person must set right has a reason of its own.
    const refused = type === 'RegistrationApplied' ? refusalOn(world, cluster) : undefined
    return problem(
      refused?.reason ?? reason,
      `add-on of ${cluster}: ${type} is ${condition.status} (${condition.reason}): ${condition.message}`,
    )
  }
  return undefined
}
