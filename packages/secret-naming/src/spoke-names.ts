import { contract, type PeerRef } from '@odfmo/api-types'
import { expectRef, expectText } from './expect-argument.ts'

/**
 * Name of a peer ref's profile in Ramen's config. Nothing is hashed or cut: `a-b`,`c` and `a`,`b-c` share one.
 * @throws TypeError when a part of the peer ref is no string.
 */
export const s3ProfileName = (ref: PeerRef): string => {
  const [clusterName, , storageClusterName] = expectRef(ref)
  return `${contract.prefix.s3Profile}${clusterName}-${storageClusterName}`
}

/**
 * Name of the secret in which Rook leaves a storage cluster's own token for its peers.
 * @throws TypeError when the name is no string.
 */
export const peerTokenSecretName = (storageClusterName: string): string =>
  contract.prefix.peerTokenSecret +
  expectText('storageClusterName', storageClusterName) +
  contract.suffix.peerTokenSecret
