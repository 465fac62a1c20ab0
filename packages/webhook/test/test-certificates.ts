import { createPublicKey, type KeyObject } from 'node:crypto'
import { authorityCertificate, serverCertificate } from '../src/self-signed/x509/certificate.ts'
import { systemMaterial, type KeyPair } from '../src/self-signed/x509/material.ts'

const hourMs = 3_600_000

/** Certificate and key of a server, in PEM. */
export interface TestCertificate {
  readonly cert: string
  readonly key: string
}

/** A certificate authority for a test. */
export interface TestAuthority {
  /** Its own certificate, in PEM. */
  readonly pem: string
  /** A new certificate with a new key, for servers at 127.0.0.1, localhost and `names`. */
  certificate(names?: readonly string[]): TestCertificate
}

/** A new authority; `now`: milliseconds since the epoch. What it signs is valid for an hour more. */
export const testAuthority = (commonName: string, now: number): TestAuthority => {
  const authority = systemMaterial.keyPair()
  const times = { notBefore: now - hourMs, notAfter: now + hourMs }
  const own = authorityCertificate({ commonName, ...authority, ...times }, systemMaterial)
  const issuer = {
    commonName,
    publicKey: createPublicKey(authority.privateKey),
    privateKey: authority.privateKey,
  }
  return {
    pem: own.toString(),
    certificate: (names = []) => {
      const { publicKey, privateKey }: KeyPair = systemMaterial.keyPair()
      const hosts = ['127.0.0.1', 'localhost', ...names]
      const cert = serverCertificate(
        { commonName: 'webhook', publicKey, hosts, ...times },
        issuer,
        systemMaterial,
      )
      return { cert: cert.toString(), key: pemOf(privateKey) }
    },
  }
}

const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()
