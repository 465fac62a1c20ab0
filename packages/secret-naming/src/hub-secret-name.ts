import { contract, type PeerRef } from '@odfmo/api-types'
import { expectRef } from './expect-argument.ts'
import { hashedName } from './hashed-name.ts'

/**
 * Name of a peer ref's secret on the hub: its blue and green ones, and that of external Ceph.
 * @throws TypeError when a part of the peer ref is no string.
 */
export const hubSecretName = (ref: PeerRef): string => hashedName(...expectRef(ref))

/**
 * Name of a peer ref's S3 secret on the hub, in the cluster's namespace and in Ramen's.
 * @throws TypeError when a part of the peer ref is no string.
 */
export const s3SecretName = (ref: PeerRef): string => hashedName(contract.prefix.s3Secret, ...expectRef(ref))
