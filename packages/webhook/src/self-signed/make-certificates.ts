import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { authorityName } from './authority-name.ts'
import type { SigningAuthority } from './authority.ts'
import { pemOfKey } from './ca-secret.ts'
import type { Lifetimes } from './lifetimes.ts'
import type { ServingCertificate } from '../serving/certificate-source.ts'
import { authorityOf } from './read-certificates.ts'
import { authorityCertificate, serverCertificate } from './x509/certificate.ts'
import type { Material } from './x509/material.ts'
import type { Serving } from './observation.ts'

const serverName = 'odfmo-webhook'

/** A new CA, made `now` (milliseconds since the epoch). */
export const newAuthority = (now: number, lifetimes: Lifetimes, material: Material): SigningAuthority => {
  const { publicKey, privateKey } = material.keyPair()
  const certificate = authorityCertificate(
    {
      commonName: authorityName(material.octets(8)),
      publicKey,
      privateKey,
      notBefore: now - lifetimes.backdateMs,
      notAfter: now + lifetimes.authorityMs,
    },
    material,
  )
  return { ...authorityOf(certificate, lifetimes.backdateMs), key: pemOfKey(privateKey) }
}

/** A certificate with a new key for these hosts, made `now`: what is served and what is known of it. Never outlives its CA. */
export const newLeaf = (
  by: SigningAuthority,
  hosts: readonly string[],
  {
    now,
    lifetimes,
    material,
  }: { readonly now: number; readonly lifetimes: Lifetimes; readonly material: Material },
): { readonly certificate: ServingCertificate; readonly serving: Serving } => {
  const { publicKey, privateKey } = material.keyPair()
  const issuerKey = createPrivateKey(by.key.reveal())
  const issuer = new X509Certificate(by.pem)
  const leaf = serverCertificate(
    {
      commonName: serverName,
      publicKey,
      notBefore: Math.max(now - lifetimes.backdateMs, by.createdAt - lifetimes.backdateMs),
      notAfter: Math.min(now + lifetimes.leafMs, by.notAfter),
      hosts,
    },
    {
      commonName: issuer.subject.replace(/^CN=/, ''),
      publicKey: createPublicKey(issuerKey),
      privateKey: issuerKey,
    },
    material,
  )
  const { key: _key, ...authority } = by
  return {
    certificate: { cert: leaf.toString(), key: pemOfKey(privateKey) },
    // As it says itself, in whole seconds.
    serving: { authority, createdAt: now, notAfter: leaf.validToDate.getTime() },
  }
}
