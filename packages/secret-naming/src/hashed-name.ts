import { sha512 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { utf8 } from './utf8.ts'

/** A label's value has room for 63 characters; the original chose 39. */
const nameLength = 39

/** The first 39 characters of the hex SHA-512 of the parts joined by `-`. `a-b`,`c` and `a`,`b-c` are the same name. */
export const hashedName = (...parts: readonly string[]): string =>
  bytesToHex(sha512(utf8(parts.join('-')))).slice(0, nameLength)
