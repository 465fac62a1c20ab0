import { createPrivateKey, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { SecretValue } from '@odfmo/controller-kit'
import type { ServingCertificate } from './certificate-source.ts'
import { tlsSettings } from './tls-settings.ts'

/** A certificate that can be served, or why it cannot. */
export type CertificatePair =
  | { readonly ok: true; readonly certificate: ServingCertificate; readonly expiresAt: Date }
  | {
      readonly ok: false
      readonly why: string
      /** When it will be another matter, by itself. */
      readonly validFrom?: Date
    }

/** Puts certificate and key (PEM) together, if they fit and TLS takes them. `now`: milliseconds since the epoch. */
export const certificatePair = (cert: string, key: SecretValue, now: number): CertificatePair => {
  const leaf = tried(() => new X509Certificate(cert))
  if (leaf === undefined) return { ok: false, why: 'the certificate is no PEM of a certificate' }
  const privateKey = tried(() => createPrivateKey(key.reveal()))
  if (privateKey === undefined) {
    return { ok: false, why: 'the key is no PEM of a private key, or one with a passphrase' }
  }
  if (!leaf.checkPrivateKey(privateKey))
    return { ok: false, why: 'certificate and key do not belong together' }
  const expiresAt = leaf.validToDate
  if (expiresAt.getTime() <= now) {
    return { ok: false, why: `the certificate expired at ${expiresAt.toISOString()}` }
  }
  const validFrom = leaf.validFromDate
  if (validFrom.getTime() > now) {
    return { ok: false, why: `the certificate is not valid before ${validFrom.toISOString()}`, validFrom }
  }
  try {
    createSecureContext({ ...tlsSettings, cert, key: key.reveal() })
  } catch (error) {
    return {
      ok: false,
      why: `TLS does not take the certificate: ${error instanceof Error ? error.message : ''}`,
    }
  }
  return { ok: true, certificate: { cert, key }, expiresAt }
}

const tried = <T>(read: () => T): T | undefined => {
  try {
    return read()
  } catch {
    return undefined
  }
}
