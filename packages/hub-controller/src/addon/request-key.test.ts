import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { expect, test } from 'vitest'
import { isUsualKey } from './request-key.ts'

const rsa = (bits: number, exponent: bigint): KeyObject => {
  const text = (number: bigint): string => {
    const hex = number.toString(16)
    return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url')
  }
  const n = text((1n << BigInt(bits - 1)) + 1n)
  return createPublicKey({ key: { kty: 'RSA', n, e: text(exponent) }, format: 'jwk' })
}
const ec = (namedCurve: string): KeyObject => generateKeyPairSync('ec', { namedCurve }).publicKey
const longest = (1n << 31n) - 1n

test.each<[string, boolean, KeyObject]>([
  ['RSA as it is made', true, rsa(2048, 65537n)],
  ['the longest RSA', true, rsa(4096, longest)],
  ['a longer modulus', false, rsa(4097, 65537n)],
  ['a longer exponent', false, rsa(3072, longest + 2n)],
  ['P-256', true, ec('P-256')],
  ['P-384', true, ec('P-384')],
  ['P-521', true, ec('P-521')],
  ['a curve of no certificate', false, ec('secp256k1')],
  ['Ed25519', true, generateKeyPairSync('ed25519').publicKey],
  ['another kind', false, generateKeyPairSync('x25519').publicKey],
])('%s is usual: %s', (_what, expected, key) => {
  expect(isUsualKey(key)).toBe(expected)
})
