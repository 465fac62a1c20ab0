import type { PeerRef } from '../kinds/mirror-peer.ts'
import type { MirrorPeerProblemCode } from './problem.ts'

/** What is wrong with a later item because of an earlier one. */
export interface ItemProblem {
  readonly path: readonly (string | number)[]
  readonly code: Extract<MirrorPeerProblemCode, 'DuplicateItem' | 'SameCluster' | 'SameHubSecret'>
}

/** Items that blue and green secrets could not tell apart; the gravest reason for each pair. */
export const checkItems = (items: readonly PeerRef[]): readonly ItemProblem[] =>
  items.flatMap((item, i) => items.slice(0, i).flatMap((earlier) => checkPair(earlier, item, i)))

const checkPair = (a: PeerRef, b: PeerRef, i: number): readonly ItemProblem[] => {
  // Empty names are reported by themselves.
  if (a.clusterName === '' && b.clusterName === '') return []
  if (isSameRef(a, b)) return [{ path: [i], code: 'DuplicateItem' }]
  if (a.clusterName === b.clusterName) return [{ path: [i, 'clusterName'], code: 'SameCluster' }]
  return hubSecretSource(a) === hubSecretSource(b) ? [{ path: [i], code: 'SameHubSecret' }] : []
}

/** Field by field: joined, `a-b`,`c` and `a`,`b-c` would be one. */
export const isSameRef = (a: PeerRef, b: PeerRef): boolean =>
  a.clusterName === b.clusterName &&
  a.storageClusterRef.namespace === b.storageClusterRef.namespace &&
  a.storageClusterRef.name === b.storageClusterRef.name

/** What the name of a peer ref's secret on the hub is hashed from. */
const hubSecretSource = ({ clusterName, storageClusterRef: { namespace, name } }: PeerRef): string =>
  [clusterName, namespace, name].join('-')
