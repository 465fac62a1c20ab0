import { contract, elder } from '@odfmo/api-types'
import { partsOf, typeOf } from '../parts.ts'
import { isDeleting, wishesOf, type MirrorPeerView } from '../standing.ts'
import { elderText, type StatusContext } from './status-context.ts'
import { listText } from './list-text.ts'
import type { Problem } from './verdict.ts'

/**
 * Replication classes are named by their interval alone: on a cluster, two MirrorPeers of one interval share the
 * class, and its replication id is the elder's. One that is deleting has no say, as for the agents. Undefined: nothing is shared.
 */
export const intervalShared = ({ hub, world, mirrorPeer }: StatusContext): Problem | undefined => {
  if (typeOf(mirrorPeer) !== 'async') return undefined
  const shared = partsOf(mirrorPeer).refs.flatMap(({ ref: { clusterName } }) => {
    const others = world
      .find(hub.mirrorPeersByCluster, clusterName, ['spec', 'meta'])
      .filter((other) => typeOf(other) === 'async' && !isDeleting(other) && elder(other, mirrorPeer) < 0)
    const elders = wishesOf(hub, world, others).places
    return intervalsOf(mirrorPeer).flatMap((interval) => {
      const owner = elders.find((other) => intervalsOf(other).includes(interval))
      return owner === undefined
        ? []
        : [`interval ${interval} on ${clusterName} belongs to ${elderText(owner)}`]
    })
  })
  return shared.length === 0 ? undefined : { reason: 'ElderOwnsInterval', message: listText(shared) }
}

const intervalsOf = ({ spec }: Pick<MirrorPeerView, 'spec'>): readonly string[] => {
  const intervals = spec?.schedulingIntervals ?? []
  return intervals.length > 0 ? intervals : contract.mirrorPeer.defaultSchedulingIntervals
}
