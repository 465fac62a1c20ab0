import { createHash, sign, X509Certificate, type KeyObject } from 'node:crypto'
import {
  bitString,
  boolean,
  explicit,
  implicit,
  namedBits,
  objectIdentifier,
  octetString,
  sequence,
  set,
  time,
  unsignedInteger,
  utf8String,
} from './der.ts'
import { generalName } from './general-name.ts'
import type { Material } from './material.ts'

/** What every certificate says; times in milliseconds since the epoch, of which whole seconds count. */
interface CertificateWish {
  /** Common name of the subject, at most 64 characters. */
  readonly commonName: string
  readonly publicKey: KeyObject
  readonly notBefore: number
  readonly notAfter: number
}

/** What signs: a private key, and the name and public key that its certificate has. */
interface Issuer {
  readonly commonName: string
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

const ecdsaWithSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'))
const serialOctets = 16

/** A certificate authority that signs itself and, by pathlen 0, servers only. */
export const authorityCertificate = (
  wish: CertificateWish & { readonly privateKey: KeyObject },
  material: Pick<Material, 'octets'>,
): X509Certificate =>
  certificate(wish, wish, material, [
    extension('2.5.29.19', 'critical', sequence(boolean(true), unsignedInteger(Uint8Array.of(0)))),
    extension('2.5.29.15', 'critical', namedBits(keyCertSign)),
    extension('2.5.29.14', 'optional', octetString(keyIdentifier(wish.publicKey))),
  ])

/** A server's certificate for these host names and IP addresses, signed by `issuer`. */
export const serverCertificate = (
  wish: CertificateWish & { readonly hosts: readonly string[] },
  issuer: Issuer,
  material: Pick<Material, 'octets'>,
): X509Certificate =>
  certificate(wish, issuer, material, [
    extension('2.5.29.19', 'critical', sequence()),
    extension('2.5.29.15', 'critical', namedBits(digitalSignature)),
    extension('2.5.29.37', 'optional', sequence(objectIdentifier('1.3.6.1.5.5.7.3.1'))),
    extension('2.5.29.14', 'optional', octetString(keyIdentifier(wish.publicKey))),
    extension('2.5.29.35', 'optional', sequence(implicit(0, keyIdentifier(issuer.publicKey)))),
    extension('2.5.29.17', 'optional', sequence(...wish.hosts.map(generalName))),
  ])

const digitalSignature = 0
const keyCertSign = 5

const certificate = (
  wish: CertificateWish,
  issuer: Issuer,
  material: Pick<Material, 'octets'>,
  extensions: readonly Uint8Array[],
): X509Certificate => {
  const version3 = explicit(0, unsignedInteger(Uint8Array.of(2)))
  const toBeSigned = sequence(
    version3,
    unsignedInteger(serialNumber(material)),
    ecdsaWithSha256,
    name(issuer.commonName),
    sequence(time(wish.notBefore), time(wish.notAfter)),
    name(wish.commonName),
    wish.publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...extensions)),
  )
  const signature = sign('sha256', toBeSigned, issuer.privateKey)
  return new X509Certificate(sequence(toBeSigned, ecdsaWithSha256, bitString(signature)))
}

/** Positive, never zero and always of the same length (RFC 5280, 4.1.2.2): 126 bits of it are random. */
const serialNumber = (material: Pick<Material, 'octets'>): Uint8Array => {
  const [first = 0, ...rest] = material.octets(serialOctets)
  return Uint8Array.of((first & 0x3f) | 0x40, ...rest)
}

const name = (commonName: string): Buffer =>
  sequence(set(sequence(objectIdentifier('2.5.4.3'), utf8String(commonName))))

const extension = (oid: string, criticality: 'critical' | 'optional', value: Uint8Array): Buffer =>
  sequence(objectIdentifier(oid), ...(criticality === 'critical' ? [boolean(true)] : []), octetString(value))

/** SHA-1 of the key's bits (RFC 5280, 4.2.1.2): a name for it, nothing depends on its strength. */
const keyIdentifier = (publicKey: KeyObject): Uint8Array => {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const uncompressed = Buffer.concat([
    Uint8Array.of(0x04),
    Buffer.from(x, 'base64url'),
    Buffer.from(y, 'base64url'),
  ])
  return createHash('sha1').update(uncompressed).digest()
}
