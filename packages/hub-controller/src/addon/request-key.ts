import type { KeyObject } from 'node:crypto'

/** P-256, P-384 and P-521 as OpenSSL calls them; the signer reads no other, and no curve that a key brings along. */
const curves: ReadonlySet<string | undefined> = new Set(['prime256v1', 'secp384r1', 'secp521r1'])
const longestModulusBits = 4096
/** The signer reads none longer. */
const longestExponent = 2n ** 31n - 1n

/**
 * Whether a request's key is of a kind that the signer takes, and cheap to check against: one look with an RSA key of its
 * maker's choice takes many milliseconds, in which nothing else is done.
 */
export const isUsualKey = ({ asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject): boolean => {
  const { modulusLength = 0, publicExponent = 0n, namedCurve } = asymmetricKeyDetails
  if (asymmetricKeyType === 'rsa')
    return modulusLength <= longestModulusBits && publicExponent <= longestExponent
  return asymmetricKeyType === 'ec' ? curves.has(namedCurve) : asymmetricKeyType === 'ed25519'
}
