import { contract } from '@odfmo/api-types'
import { sha1 } from '@noble/hashes/legacy.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { expectTexts } from './expect-argument.ts'
import { utf8 } from './utf8.ts'

/** Hex characters of the SHA-1 that the original kept. */
const hashLength = 12

/**
 * Name of a MirrorPeer's bucket and of the ObjectBucketClaim for it, from the clusterNames in the order of spec.items.
 * @throws TypeError for an empty list or a name that is no string.
 */
export const bucketName = (clusterNames: readonly string[]): string => {
  const joined = expectTexts('clusterNames', clusterNames, 1).join('')
  return contract.prefix.bucket + bytesToHex(sha1(utf8(joined))).slice(0, hashLength)
}
