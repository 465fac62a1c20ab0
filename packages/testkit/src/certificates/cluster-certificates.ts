import { systemMasters } from '../auth/identity.ts'
import { checkIdentity } from '../check-identity.ts'
import type { UserIdentity } from '../cluster.ts'
import type { CertificateAuthority, KeyAndCertificate } from './certificate-authority.ts'

const hourMs = 3_600_000
const yearMs = 365 * 24 * hourMs

/** From an hour ago, for clocks that differ, for a year. */
export const validityAround = (nowMs: number): { readonly notBefore: number; readonly notAfter: number } => ({
  notBefore: nowMs - hourMs,
  notAfter: nowMs + yearMs,
})

const serverHosts = [
  'localhost',
  '127.0.0.1',
  '::1',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
]

/** An API server's own, for every name by which it is called on this machine and in a cluster. */
export const serverCertificate = (
  authority: CertificateAuthority,
  validity: { readonly notBefore: number; readonly notAfter: number },
): KeyAndCertificate =>
  authority.issueWithKey({
    subject: { commonName: 'kube-apiserver', organizations: [] },
    uses: ['server'],
    hosts: serverHosts,
    ...validity,
  })

/** A client's: of an administrator when nobody is named. `nowMs` is wall time. Throws TypeError for no identity. */
export const clientCertificate = (
  authority: CertificateAuthority,
  identity: UserIdentity,
  nowMs: number,
): KeyAndCertificate => {
  checkIdentity(identity)
  const { user, groups } = identity
  return authority.issueWithKey({
    subject: {
      commonName: user ?? 'admin',
      organizations: groups ?? (user === undefined ? [systemMasters] : []),
    },
    uses: ['client'],
    ...validityAround(nowMs),
  })
}
