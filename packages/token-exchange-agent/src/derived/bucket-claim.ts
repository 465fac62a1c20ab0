import { contract, keyText, type ObjectBucketClaim, type ObjectKey } from '@odfmo/api-types'
import {
  absent,
  derived,
  from,
  leave,
  present,
  waiting,
  type Derived,
  type World,
} from '@odfmo/controller-kit'
import type { AgentWorld } from '../kinds.ts'
import { notTakenOver } from '../mirror-peer/not-taken-over.ts'
import { inForce, leaving, live, pairings, type Pairing } from '../mirror-peer/pairing.ts'
import { partsOf } from '../parts.ts'

/** The claim for a MirrorPeer's bucket. Made when it is missing; one that is there is never changed. */
export const bucketClaim = (agent: AgentWorld): Derived<ObjectBucketClaim> => {
  const { hub, spoke, scope } = agent
  return derived({
    name: 'bucket-claim',
    kind: spoke.ObjectBucketClaim,
    keys: [from(hub.MirrorPeer, (mirrorPeer) => partsOf(mirrorPeer, scope)?.bucketClaims ?? [])],
    wanted(key, world) {
      const all = pairings(world, agent, agent.mirrorPeersByClaim, keyText(key))
      const users = live(all).filter((pairing) => claimInUse(world, agent, pairing).name === key.name)
      if (users.length > 0) {
        if (world.meta(spoke.ObjectBucketClaim, key) !== undefined)
          return notTakenOver(`ObjectBucketClaim ${keyText(key)}`, [...users, ...leaving(all)]) ?? leave()
        return inForce(users).length > 0
          ? present(claimOf(key))
          : waiting(
              'NotInForce',
              `no MirrorPeer of the bucket ${key.name} carries the finalizers of hub and agent yet`,
            )
      }
      return leaving(all).length > 0 ? absent() : leave()
    },
  })
}

/**
 * The claim that is a MirrorPeer's: the one its items name in their order; but when the items were swapped after the
 * claim was made, the one that is there, unless that is another's by its order.
 */
export const claimInUse = (
  world: World,
  agent: AgentWorld,
  { bucketClaims: [named, swapped], mirrorPeer }: Pairing,
): ObjectKey => {
  const isThere = (key: ObjectKey): boolean => world.meta(agent.spoke.ObjectBucketClaim, key) !== undefined
  if (isThere(named) || !isThere(swapped)) return named
  const isAnothers = live(pairings(world, agent, agent.mirrorPeersByClaim, keyText(swapped))).some(
    (other) =>
      other.mirrorPeer.metadata.uid !== mirrorPeer.metadata.uid &&
      other.bucketClaims[0].name === swapped.name,
  )
  return isAnothers ? named : swapped
}

const claimOf = ({ namespace, name }: ObjectKey): ObjectBucketClaim => ({
  metadata: { namespace, name },
  spec: { bucketName: name, storageClassName: `${namespace}${contract.suffix.bucketStorageClass}` },
})
