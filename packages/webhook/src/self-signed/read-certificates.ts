import { X509Certificate } from 'node:crypto'
import type { Authority } from './authority.ts'

/** The certificates in a PEM text, each once, and whether there is anything else in it. */
export interface CertificatesRead {
  readonly certificates: readonly X509Certificate[]
  readonly hasGarbage: boolean
}

const blocks = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g

/** What a verifier would find in a PEM text of any origin: what is no certificate costs the others nothing. */
export const readCertificates = (text: string): CertificatesRead => {
  const found = new Map<string, X509Certificate>()
  let hasGarbage = text.replaceAll(blocks, '').trim() !== ''
  for (const [block] of text.matchAll(blocks)) {
    const certificate = parsed(block)
    if (certificate === undefined) hasGarbage = true
    else found.set(certificate.fingerprint256, certificate)
  }
  return { certificates: [...found.values()], hasGarbage }
}

const parsed = (pem: string): X509Certificate | undefined => {
  try {
    return new X509Certificate(pem)
  } catch {
    return undefined
  }
}

/** What is said of a certificate in a Secret or a caBundle. */
export const authorityOf = (certificate: X509Certificate, backdateMs: number): Authority => ({
  id: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
  pem: certificate.toString(),
  createdAt: certificate.validFromDate.getTime() + backdateMs,
  notAfter: certificate.validToDate.getTime(),
})

/** Text for humans and logs: enough to tell one from another. */
export const shortId = ({ id }: Pick<Authority, 'id'>): string => id.slice(0, 12)

/** The certificates one after another, as a `ca.crt` or a caBundle has them. */
export const pemOf = (authorities: readonly Pick<Authority, 'pem'>[]): string =>
  authorities.map(({ pem }) => pem).join('')
