import { createPublicKey, verify } from 'node:crypto'
import { constructedContext, DerError, DerReader, derTag, oidText } from './der-reader.ts'
import { isUsualKey } from './request-key.ts'

/** What a PKCS#10 request asks for, as far as an approver must know. */
export interface CertificateRequest {
  readonly commonNames: readonly string[]
  readonly organisations: readonly string[]
  /** Object identifiers of the subject's attributes that are neither of the two. */
  readonly otherSubjectAttributes: readonly string[]
  readonly dnsNames: readonly string[]
  /** Subject alternative names that are not DNS names: `email`, `uri`, `ip`, `directory`, `other`. */
  readonly otherNames: readonly string[]
  /** The requester holds the private key: the request is signed with it, by an algorithm we trust. Worked out when it is read. */
  readonly signatureValid: boolean
}

export type ReadCertificateRequest =
  | { readonly is: 'read'; readonly request: CertificateRequest }
  | { readonly is: 'malformed'; readonly message: string }

/** A request of the add-on is under 2 KiB; what is far beyond is not looked at. */
const longestPem = 64 * 1024

const oid = {
  commonName: '2.5.4.3',
  organisation: '2.5.4.10',
  extensionRequest: '1.2.840.113549.1.9.14',
  subjectAltName: '2.5.29.17',
}

/** Signature algorithm → its keys and digest; null: the algorithm has its own. SHA-1 and older are no proof. */
const algorithms: ReadonlyMap<string, { readonly key: string; readonly digest: string | null }> = new Map([
  ['1.2.840.10045.4.3.2', { key: 'ec', digest: 'sha256' }],
  ['1.2.840.10045.4.3.3', { key: 'ec', digest: 'sha384' }],
  ['1.2.840.10045.4.3.4', { key: 'ec', digest: 'sha512' }],
  ['1.2.840.113549.1.1.11', { key: 'rsa', digest: 'sha256' }],
  ['1.2.840.113549.1.1.12', { key: 'rsa', digest: 'sha384' }],
  ['1.2.840.113549.1.1.13', { key: 'rsa', digest: 'sha512' }],
  ['1.3.101.112', { key: 'ed25519', digest: null }],
])

const generalNames: ReadonlyMap<number, string> = new Map([
  [1, 'email'],
  [4, 'directory'],
  [6, 'uri'],
  [7, 'ip'],
])

/**
 * Reads exactly one PEM block `CERTIFICATE REQUEST` (RFC 2986, RFC 7468) with nothing around it but white space: a
 * signer that takes the first of several blocks must not see another request than we do. Never throws.
 */
export const readCertificateRequest = (pem: string): ReadCertificateRequest => {
  if (pem.length > longestPem)
    return { is: 'malformed', message: `the request is longer than ${longestPem} characters` }
  const match =
    /^\s*-----BEGIN CERTIFICATE REQUEST-----\r?\n([A-Za-z0-9+/=\r\n]+?)\r?\n-----END CERTIFICATE REQUEST-----\s*$/.exec(
      pem,
    )
  const body = match?.[1]?.replaceAll(/[\r\n]/g, '')
  if (body === undefined) return { is: 'malformed', message: 'not one PEM block CERTIFICATE REQUEST' }
  const der = Buffer.from(body, 'base64')
  if (der.toString('base64') !== body) return { is: 'malformed', message: 'the PEM block is no base64' }
  try {
    return { is: 'read', request: parse(der) }
  } catch (error) {
    if (!(error instanceof DerError)) throw error
    return { is: 'malformed', message: `no PKCS#10 request: ${error.message}` }
  }
}

const parse = (der: Uint8Array): CertificateRequest => {
  const outer = new DerReader(der)
  const request = outer.enter(derTag.sequence)
  outer.end()
  const info = request.expect(derTag.sequence)
  const algorithm = algorithmOf(request.enter(derTag.sequence))
  const signature = bitString(request.expect(derTag.bitString).content)
  request.end()

  const fields = new DerReader(info.content)
  const version = fields.expect(derTag.integer).content
  if (version.length !== 1 || version[0] !== 0) throw new DerError('a version that is not 1')
  const subject = subjectOf(fields.enter(derTag.sequence))
  const publicKey = fields.expect(derTag.sequence).encoded
  const names = fields.atEnd ? { dnsNames: [], otherNames: [] } : namesOf(fields.enter(constructedContext(0)))
  fields.end()

  return {
    ...subject,
    ...names,
    get signatureValid() {
      return isSigned(info.encoded, publicKey, algorithm, signature)
    },
  }
}

/** The identifier alone, or with NULL as RSA has it. It is not signed itself: nothing else may hide in it. */
const algorithmOf = (algorithm: DerReader): string => {
  const id = oidText(algorithm.expect(derTag.oid).content)
  if (!algorithm.atEnd && algorithm.expect(derTag.null).content.length > 0)
    throw new DerError('a NULL that is none')
  algorithm.end()
  return id
}

const isSigned = (
  signed: Uint8Array,
  publicKey: Uint8Array,
  algorithm: string,
  signature: Uint8Array,
): boolean => {
  const known = algorithms.get(algorithm)
  if (known === undefined) return false
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' })
    // Which digest fits decides nothing about the key: a signer would refuse one of another algorithm.
    return (
      key.asymmetricKeyType === known.key && isUsualKey(key) && verify(known.digest, signed, key, signature)
    )
  } catch {
    // A key that OpenSSL does not take, or one of another algorithm: not signed as far as we can tell.
    return false
  }
}

const bitString = (content: Uint8Array): Uint8Array => {
  if (content[0] !== 0) throw new DerError('a bit string that is not whole octets')
  return content.subarray(1)
}

const subjectOf = (
  names: DerReader,
): Pick<CertificateRequest, 'commonNames' | 'organisations' | 'otherSubjectAttributes'> => {
  const commonNames: string[] = []
  const organisations: string[] = []
  const otherSubjectAttributes: string[] = []
  while (!names.atEnd) {
    const relative = names.enter(derTag.set)
    while (!relative.atEnd) {
      const attribute = relative.enter(derTag.sequence)
      const type = oidText(attribute.expect(derTag.oid).content)
      if (type === oid.commonName) commonNames.push(text(attribute))
      else if (type === oid.organisation) organisations.push(text(attribute))
      else otherSubjectAttributes.push(type)
    }
  }
  return { commonNames, organisations, otherSubjectAttributes }
}

const text = (attribute: DerReader): string => {
  const { tag, content } = attribute.next()
  attribute.end()
  // Other string types have encodings of their own: two readers could see two names.
  if (tag !== derTag.utf8String && tag !== derTag.printableString)
    throw new DerError(`a name of string type ${tag}`)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content)
  } catch {
    throw new DerError('a name that is no UTF-8')
  }
}

const namesOf = (attributes: DerReader): Pick<CertificateRequest, 'dnsNames' | 'otherNames'> => {
  const dnsNames: string[] = []
  const otherNames: string[] = []
  while (!attributes.atEnd) {
    const attribute = attributes.enter(derTag.sequence)
    const type = oidText(attribute.expect(derTag.oid).content)
    const values = attribute.enter(derTag.set)
    attribute.end()
    if (type !== oid.extensionRequest) continue
    while (!values.atEnd) {
      const extensions = values.enter(derTag.sequence)
      while (!extensions.atEnd) {
        const value = subjectAltName(extensions.enter(derTag.sequence))
        if (value !== undefined) collect(value, dnsNames, otherNames)
      }
    }
  }
  return { dnsNames, otherNames }
}

/** The value of this extension if it is a subjectAltName. */
const subjectAltName = (extension: DerReader): DerReader | undefined => {
  const type = oidText(extension.expect(derTag.oid).content)
  if (extension.nextTag === derTag.boolean) extension.next()
  const value = extension.expect(derTag.octetString).content
  extension.end()
  if (type !== oid.subjectAltName) return undefined
  const outer = new DerReader(value)
  const names = outer.enter(derTag.sequence)
  outer.end()
  return names
}

const collect = (names: DerReader, dnsNames: string[], otherNames: string[]): void => {
  while (!names.atEnd) {
    const { tag, content } = names.next()
    const kind = tag & 0x1f
    if (kind === 2) dnsNames.push(Buffer.from(content).toString('latin1'))
    else otherNames.push(generalNames.get(kind) ?? 'other')
  }
}
