import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { isIP } from 'node:net'
import {
  bitString,
  boolean,
  explicit,
  implicit,
  objectIdentifier,
  octetString,
  sequence,
  time,
  unsignedInteger,
} from './der-writer.ts'
import { writeName } from './distinguished-name.ts'
import type { DistinguishedName } from './distinguished-name.ts'

export interface KeyAndCertificate {
  /** PEM */
  readonly certificate: string
  /** PKCS#8 PEM */
  readonly key: string
}

export type CertificateUse = 'server' | 'client'

export interface CertificateWish {
  readonly subject: DistinguishedName
  readonly publicKey: KeyObject
  readonly uses: readonly CertificateUse[]
  /** Names and addresses of a server. */
  readonly hosts?: readonly string[]
  /** Milliseconds since the epoch. */
  readonly notBefore: number
  readonly notAfter: number
}

const ecdsaWithSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'))
const useOids: Record<CertificateUse, string> = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' }

const pem = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`

const extension = (oid: string, critical: boolean, content: Buffer): Buffer =>
  sequence(objectIdentifier(oid), ...(critical ? [boolean(true)] : []), octetString(content))

const addressBytes = (host: string): Buffer => {
  if (isIP(host) === 4) return Buffer.from(host.split('.').map(Number))
  const [head = '', tail = ''] = host.split('::')
  const left = head.split(':').filter((group) => group !== '')
  const right = tail.split(':').filter((group) => group !== '')
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right]
  return Buffer.from(
    groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]),
  )
}

const hostName = (host: string): Buffer =>
  isIP(host) === 0 ? implicit(2, Buffer.from(host, 'ascii')) : implicit(7, addressBytes(host))

const keyId = (spki: Buffer): Buffer => createHash('sha1').update(spki).digest()

/** A new ECDSA P-256 key pair. */
export const newKeyPair = (): { publicKey: KeyObject; privateKey: KeyObject } =>
  generateKeyPairSync('ec', { namedCurve: 'prime256v1' })

/** Signs certificates; the authority's own certificate is made when it is. */
export class CertificateAuthority {
  /** PEM */
  readonly certificate: string
  readonly publicKey: KeyObject
  readonly #privateKey: KeyObject
  readonly #subject: DistinguishedName

  constructor(commonName: string, notBefore: number, notAfter: number) {
    const { publicKey, privateKey } = newKeyPair()
    this.publicKey = publicKey
    this.#privateKey = privateKey
    this.#subject = { commonName, organizations: [] }
    // keyCertSign, cRLSign and digitalSignature: bits 0, 5 and 6
    const extensions = [
      extension('2.5.29.15', true, bitString(Buffer.from([0x86]), 1)),
      extension('2.5.29.19', true, sequence(boolean(true))),
    ]
    this.certificate = this.#sign(
      { subject: this.#subject, publicKey, uses: [], notBefore, notAfter },
      extensions,
    )
  }

  /** PKCS#8 PEM: for somebody else who is to sign in its name. */
  get key(): string {
    return this.#privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  }

  /** A certificate in PEM for a key somebody else holds. */
  issue(wish: CertificateWish): string {
    const extensions = [
      extension('2.5.29.15', true, bitString(Buffer.from([0xa0]), 5)),
      extension('2.5.29.37', false, sequence(...wish.uses.map((use) => objectIdentifier(useOids[use])))),
      extension('2.5.29.19', true, sequence()),
      ...(wish.hosts === undefined
        ? []
        : [extension('2.5.29.17', false, sequence(...wish.hosts.map(hostName)))]),
    ]
    return this.#sign(wish, extensions)
  }

  /** A certificate with a new key of its own. */
  issueWithKey(wish: Omit<CertificateWish, 'publicKey'>): KeyAndCertificate {
    const { publicKey, privateKey } = newKeyPair()
    return {
      certificate: this.issue({ ...wish, publicKey }),
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    }
  }

  #sign(wish: CertificateWish, extensions: readonly Buffer[]): string {
    const spki = wish.publicKey.export({ type: 'spki', format: 'der' })
    const authoritySpki = this.publicKey.export({ type: 'spki', format: 'der' })
    const serial = randomBytes(16)
    serial[0] = (serial[0] ?? 0) & 0x7f || 1
    const toBeSigned = sequence(
      explicit(0, unsignedInteger(Buffer.from([2]))),
      unsignedInteger(serial),
      ecdsaWithSha256,
      writeName(this.#subject),
      sequence(time(wish.notBefore), time(wish.notAfter)),
      writeName(wish.subject),
      spki,
      explicit(
        3,
        sequence(
          ...extensions,
          extension('2.5.29.14', false, octetString(keyId(spki))),
          extension('2.5.29.35', false, sequence(implicit(0, keyId(authoritySpki)))),
        ),
      ),
    )
    const signature = sign('sha256', toBeSigned, this.#privateKey)
    return pem(sequence(toBeSigned, ecdsaWithSha256, bitString(signature)))
  }
}

export interface Validity {
  /** Milliseconds since the epoch. */
  readonly notBefore: number
  readonly notAfter: number
}

/** When a certificate (DER) holds, if `authority` signed it; undefined for everybody else's. */
export const validityBy = (certificate: Buffer, authority: KeyObject): Validity | undefined => {
  try {
    const parsed = new X509Certificate(certificate)
    if (!parsed.verify(authority)) return undefined
    return { notBefore: Date.parse(parsed.validFrom), notAfter: Date.parse(parsed.validTo) }
  } catch {
    return undefined // not a certificate at all: nobody's
  }
}

/** The public key inside a SubjectPublicKeyInfo. */
export const publicKeyOf = (spki: Buffer): KeyObject =>
  createPublicKey({ key: spki, format: 'der', type: 'spki' })
