import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'

/** A key with which certificates are made. */
export interface KeyPair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

/** What of a certificate is random; passed in, so that a test can choose it. */
export interface Material {
  /** A new ECDSA P-256 key. */
  keyPair(): KeyPair
  /** So many octets that nobody can guess. */
  octets(count: number): Uint8Array
}

/** What a service uses. */
export const systemMaterial: Material = {
  keyPair: () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }),
  octets: (count) => randomBytes(count),
}
