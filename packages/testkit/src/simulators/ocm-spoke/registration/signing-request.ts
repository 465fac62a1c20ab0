import { sign } from 'node:crypto'
import { newKeyPair } from '../../../certificates/certificate-authority.ts'
import {
  bitString,
  explicit,
  implicit,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  tagged,
  unsignedInteger,
} from '../../../certificates/der-writer.ts'

export interface Subject {
  readonly commonName: string
  readonly organizations: readonly string[]
}

export interface SigningRequest {
  /** PEM of a PKCS#10 request. */
  readonly request: string
  /** PKCS#8 PEM of the new key that signed it. */
  readonly key: string
}

const commonNameOid = '2.5.4.3'
const organizationOid = '2.5.4.10'
const extensionRequestOid = '1.2.840.113549.1.9.14'
const subjectAltNameOid = '2.5.29.17'
const ecdsaWithSha256Oid = '1.2.840.10045.4.3.2'

/** A new ECDSA key and a request for it, with the bytes that the klusterlet (Go) would send. */
export const newSigningRequest = (subject: Subject, dnsNames: readonly string[]): SigningRequest => {
  const { publicKey, privateKey } = newKeyPair()
  const altNames = sequence(...dnsNames.map((name) => implicit(2, Buffer.from(name, 'ascii'))))
  const extensions = sequence(sequence(objectIdentifier(subjectAltNameOid), octetString(altNames)))
  const attributes =
    dnsNames.length === 0 ? [] : [sequence(objectIdentifier(extensionRequestOid), setOf(extensions))]
  const info = sequence(
    unsignedInteger(Buffer.from([0])),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(0, ...attributes),
  )
  const signature = sign('sha256', info, privateKey)
  const request = sequence(info, sequence(objectIdentifier(ecdsaWithSha256Oid)), bitString(signature))
  return { request: pem(request), key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
}

/** Go puts all organisations into one set, which DER wants sorted by its bytes. */
const nameOf = ({ commonName, organizations }: Subject): Buffer => {
  const values = organizations.map((organization) => attribute(organizationOid, organization))
  const sorted = values.sort((left, right) => Buffer.compare(left, right))
  return sequence(
    ...(sorted.length === 0 ? [] : [setOf(...sorted)]),
    setOf(attribute(commonNameOid, commonName)),
  )
}

const printableTag = 0x13
const utf8Tag = 0x0c

const attribute = (oid: string, text: string): Buffer => {
  const isPrintable = /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(text)
  return sequence(
    objectIdentifier(oid),
    tagged(isPrintable ? printableTag : utf8Tag, Buffer.from(text, 'utf8')),
  )
}

const pem = (der: Buffer): string => {
  const lines = der.toString('base64').replace(/.{64}(?=.)/g, '$&\n')
  return `-----BEGIN CERTIFICATE REQUEST-----\n${lines}\n-----END CERTIFICATE REQUEST-----\n`
}
