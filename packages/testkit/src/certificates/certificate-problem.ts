import { X509Certificate } from 'node:crypto'
import { pemBlocks } from './pem.ts'

const isCertificate = (der: Buffer): boolean => {
  try {
    return new X509Certificate(der).raw.length > 0
  } catch {
    return false
  }
}

/** Why a text is no certificates in PEM, in the API server's words; undefined when it is. */
export const certificateProblem = (text: string): string | undefined => {
  const blocks = pemBlocks(text)
  for (const { type, hasHeaders, der } of blocks) {
    if (type !== 'CERTIFICATE')
      return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(type)}`
    if (hasHeaders) return 'no PEM block headers are permitted'
    if (!isCertificate(der)) return 'x509: malformed certificate'
  }
  return blocks.length === 0 ? 'must contain at least one CERTIFICATE PEM block' : undefined
}
