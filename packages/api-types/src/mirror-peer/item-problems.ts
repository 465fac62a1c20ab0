import type { PeerRef } from '../kinds/mirror-peer.ts'
import type { MirrorPeerProblemCode } from './problem.ts'

/** What is wrong with a later item because of an earlier one. */
export interface ItemProblem {
  readonly path: readonly (string | number)[]
  readonly code: Extract<MirrorPeerProblemCode, 'DuplicateItem' | 'SameCluster' | 'SameHubSecret'>
}

/**
 * Items that blue and green secrets could not tell apart from an earlier one; for each the gravest reason. One pass, however
 * many there are: whoever reaches the webhook's port chooses the length of the list.
 */
export const checkItems = (items: readonly PeerRef[]): readonly ItemProblem[] => {
  const [refs, clusters, sources] = [new Set<string>(), new Set<string>(), new Set<string>()]
  const isAgain = (seen: Set<string>, text: string): boolean => seen.size === seen.add(text).size
  return items.flatMap((item, i): readonly ItemProblem[] => {
    // Empty names are reported by themselves.
    if (item.clusterName === '') return []
    const isSame = isAgain(refs, refKey(item))
    const isOnOneCluster = isAgain(clusters, item.clusterName)
    const isOneSecret = isAgain(sources, hubSecretSource(item))
    if (isSame) return [{ path: [i], code: 'DuplicateItem' }]
    if (isOnOneCluster) return [{ path: [i, 'clusterName'], code: 'SameCluster' }]
    return isOneSecret ? [{ path: [i], code: 'SameHubSecret' }] : []
  })
}

/** Equal for equal refs only. Field by field: joined by dashes, `a-b`,`c` and `a`,`b-c` would be one. */
const refKey = ({ clusterName, storageClusterRef: { namespace, name } }: PeerRef): string =>
  JSON.stringify([clusterName, namespace, name])

/** What the name of a peer ref's secret on the hub is hashed from. */
const hubSecretSource = ({ clusterName, storageClusterRef: { namespace, name } }: PeerRef): string =>
  [clusterName, namespace, name].join('-')
