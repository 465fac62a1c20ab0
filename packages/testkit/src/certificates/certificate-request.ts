import { verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { readAlternativeNames } from './alternative-names.ts'
import type { AlternativeNames } from './alternative-names.ts'
import { publicKeyOf } from './certificate-authority.ts'
import { childrenOf, DerError, dottedOf, readDer } from './der-reader.ts'
import { readName } from './distinguished-name.ts'
import type { DistinguishedName } from './distinguished-name.ts'
import { pemBlocks } from './pem.ts'

/** A PKCS#10 request (RFC 2986) whose signature has been checked. */
export interface CertificateRequest {
  readonly subject: DistinguishedName
  readonly publicKey: KeyObject
  readonly names: AlternativeNames
}

/** Digest by signature algorithm; `null` where the algorithm brings its own. */
const digests: Record<string, string | null> = {
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.3.101.112': null,
}

/** What the API server says of a signature that is not of the request's key. */
const wrongSignature: Readonly<Record<string, string>> = {
  ec: 'x509: ECDSA verification failure',
  ed25519: 'x509: Ed25519 verification failure',
  rsa: 'crypto/rsa: verification error',
}

const derOf = (pem: string): Buffer => {
  const [block] = pemBlocks(pem)
  if (block?.type !== 'CERTIFICATE REQUEST') throw new DerError('PEM block type must be CERTIFICATE REQUEST')
  return block.der
}

/** Reads a request in PEM; throws DerError when it is malformed or not signed by its own key. */
export const readCertificateRequest = (pem: string): CertificateRequest => {
  const [info, algorithm, signature] = childrenOf(readDer(derOf(pem)))
  if (info === undefined || algorithm === undefined || signature === undefined)
    throw new DerError('asn1: structure error: a certificate request has three parts')
  const [, subject, spki, attributes] = childrenOf(info)
  const [algorithmOid] = childrenOf(algorithm)
  if (subject === undefined || spki === undefined || algorithmOid === undefined)
    throw new DerError('asn1: structure error: the certificate request lacks a subject or a key')
  const digest = digests[dottedOf(algorithmOid.content)]
  if (digest === undefined) throw new DerError('x509: cannot verify signature: algorithm unimplemented')
  const publicKey = publicKeyOf(spki.whole)
  if (!verify(digest, info.whole, publicKey, signature.content.subarray(1)))
    throw new DerError(wrongSignature[publicKey.asymmetricKeyType ?? ''] ?? 'x509: verification failure')
  return { subject: readName(subject), publicKey, names: readAlternativeNames(attributes) }
}
