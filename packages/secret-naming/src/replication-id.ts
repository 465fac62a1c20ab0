import { expectTexts } from './expect-argument.ts'
import { hashedName } from './hashed-name.ts'
import { compareUtf8 } from './utf8.ts'

/**
 * What the storage clusters with these fsids have in common; the order does not matter.
 * @throws TypeError for fewer than two fsids or an empty one: both sides would compute different ids.
 */
export const replicationId = (fsids: readonly string[]): string => {
  const checked = expectTexts('fsids', fsids, 2)
  const empty = checked.indexOf('')
  if (empty >= 0)
    throw new TypeError(`fsids[${empty}]: expected the fsid of a Ceph cluster, got an empty string`)
  return hashedName(...checked.toSorted(compareUtf8))
}
