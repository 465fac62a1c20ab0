import { contract } from '@odfmo/api-types'
import { expectText } from './expect-argument.ts'
import { utf8 } from './utf8.ts'

/**
 * Name of the VolumeReplicationClass of a scheduling interval. Intervals are taken as written: `60m` and `1h` differ.
 * @throws TypeError when the interval is no string.
 */
export const volumeReplicationClassName = (interval: string): string =>
  contract.prefix.volumeReplicationClass + fnv1a32(utf8(expectText('interval', interval)))

/** FNV-1a with 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
const fnv1a32 = (bytes: Uint8Array): number => {
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}
