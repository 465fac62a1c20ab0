import type { KubeObject } from '@odfmo/api-types/meta'
import { waiting, type Derived, type Waiting, type World } from '@odfmo/controller-kit'
import type { AgentWorld } from '../kinds.ts'
import { otherClusterMessage, otherClusterSecret } from '../mirror-peer/cluster-uid.ts'
import { reasons } from './reasons.ts'

/** A rule that is not asked while the agent as a whole must not do anything. */
export const heldBack = <T extends KubeObject>(agent: AgentWorld, rule: Derived<T>): Derived<T> => ({
  ...rule,
  wanted: (key, world) => obstacle(world, agent) ?? rule.wanted(key, world),
})

/** Why nothing may be made or taken away, whatever it is. */
const obstacle = (world: World, agent: AgentWorld): Waiting | undefined => {
  const { hub } = agent
  // A hub that is being restored serves no MirrorPeers for a while: that is not "nobody wants anything".
  if (!world.served(hub.MirrorPeer)) {
    return waiting(
      reasons.notServed,
      'the hub serves no MirrorPeers: what they brought stays until it is known what they want',
    )
  }
  const foreign = otherClusterSecret(world, agent)
  return foreign === undefined ? undefined : waiting(reasons.otherCluster, otherClusterMessage(foreign))
}
