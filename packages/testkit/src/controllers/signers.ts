import type { CertificateUse } from '../certificates/certificate-authority.ts'
import type { CertificateRequest } from '../certificates/certificate-request.ts'
import { apiClientSigner } from '../auth/certificate-admission.ts'

/** What the controller manager signs: by which rules, and for which use. */
export interface Signer {
  readonly use: CertificateUse
  /** Why it does not sign a request; undefined when it does. */
  readonly problem: (request: CertificateRequest, usages: readonly string[]) => string | undefined
}

const nodePrefix = 'system:node:'
const nodeGroup = 'system:nodes'

/** Key encipherment is for RSA keys: it may be left out. */
const usageMismatch = (usages: readonly string[], use: string): string | undefined => {
  const wanted = ['digital signature', 'key encipherment', use].toSorted()
  const given = new Set([...usages, 'key encipherment'])
  const isSame = given.size === wanted.length && wanted.every((usage) => given.has(usage))
  return isSame ? undefined : `usages did not match [${wanted.join(' ')}]`
}

const notAllowed = (names: Readonly<Record<string, readonly string[]>>): string | undefined => {
  const [kind] = Object.entries(names).find(([, found]) => found.length > 0) ?? []
  return kind === undefined ? undefined : `${kind} subjectAltNames are not allowed`
}

const groupMismatch = ({ subject }: CertificateRequest): string | undefined => {
  const [group, ...more] = subject.organizations
  return group === nodeGroup && more.length === 0 ? undefined : `subject organization is not ${nodeGroup}`
}

const nameMismatch = ({ subject }: CertificateRequest): string | undefined =>
  subject.commonName.startsWith(nodePrefix)
    ? undefined
    : `subject common name does not begin with ${nodePrefix}`

/** The controller manager's own rules, by signer. */
export const signers: Readonly<Record<string, Signer>> = {
  [apiClientSigner]: {
    use: 'client',
    problem(_request, usages) {
      const allowed = ['client auth', 'digital signature', 'key encipherment']
      const other = usages.find((usage) => !allowed.includes(usage))
      if (other !== undefined) return `invalid usage for client certificate: ${other}`
      return usages.includes('client auth')
        ? undefined
        : 'missing required usage for client certificate: client auth'
    },
  },
  'kubernetes.io/kube-apiserver-client-kubelet': {
    use: 'client',
    problem: (request, usages) =>
      groupMismatch(request) ??
      notAllowed({
        DNS: request.names.dnsNames,
        Email: request.names.emails,
        IP: request.names.addresses,
        URI: request.names.uris,
      }) ??
      nameMismatch(request) ??
      usageMismatch(usages, 'client auth'),
  },
  'kubernetes.io/kubelet-serving': {
    use: 'server',
    problem(request, usages) {
      const { dnsNames, addresses, emails, uris } = request.names
      const lacksNames = dnsNames.length + addresses.length === 0
      return (
        groupMismatch(request) ??
        (lacksNames ? 'DNS or IP subjectAltName is required' : undefined) ??
        notAllowed({ Email: emails, URI: uris }) ??
        usageMismatch(usages, 'server auth') ??
        nameMismatch(request)
      )
    },
  },
}
