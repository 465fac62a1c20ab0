import type { CertificateSigningRequest, ManagedCluster, ManagedClusterAddOn } from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'
import { authenticatedGroup, certificateIdentity } from './agent-identity.ts'
import { addOnName } from './agent-names.ts'
import { readCertificateRequest, type CertificateRequest } from './certificate-request.ts'
import { ocm } from './ocm.ts'
import type { RequestReason } from '../status/reasons/reasons.ts'

/** What to do with a certificate signing request. It is approved or left alone, never denied: it may be another's. */
export type Approval =
  | { readonly is: 'approve' }
  /** Approved, denied, failed or signed already: nobody's business any more. */
  | { readonly is: 'decided' }
  /** Left alone; which check it failed. */
  | { readonly is: 'refuse'; readonly reason: RequestReason; readonly message: string }

export interface ApprovalInput {
  readonly csr: DeepReadonly<CertificateSigningRequest>
  /** The ManagedCluster that the request's label names. */
  readonly cluster: Pick<DeepReadonly<ManagedCluster>, 'metadata' | 'spec'> | undefined
  /** Our add-on in that cluster's namespace. */
  readonly addOn: Pick<DeepReadonly<ManagedClusterAddOn>, 'metadata'> | undefined
}

const allowedUsages: ReadonlySet<string> = new Set(['digital signature', 'key encipherment', 'client auth'])

/** The cluster that a request says it is for: a hint by whoever made it, to be checked. */
export const clusterOfRequest = (
  csr: Pick<DeepReadonly<CertificateSigningRequest>, 'metadata'>,
): string | undefined =>
  csr.metadata.labels?.[ocm.addonNameLabel] === addOnName
    ? csr.metadata.labels[ocm.clusterNameLabel]
    : undefined

/** Whether the agent of a managed cluster may have this certificate. Every check must hold. */
export const approvalOf = ({ csr, cluster, addOn }: ApprovalInput): Approval => {
  if (isDecided(csr)) return { is: 'decided' }
  const problem =
    objectProblem(csr) ?? clusterProblem(csr, cluster, addOn) ?? requesterProblem(csr) ?? requestProblem(csr)
  return problem === undefined ? { is: 'approve' } : { is: 'refuse', ...problem }
}

/** Approved, denied, failed or signed: nothing is left to decide. */
export const isDecided = ({ status }: Pick<DeepReadonly<CertificateSigningRequest>, 'status'>): boolean =>
  (status?.certificate ?? '') !== '' ||
  (status?.conditions ?? []).some(({ type }) => type === 'Approved' || type === 'Denied' || type === 'Failed')

interface Problem {
  readonly reason: RequestReason
  readonly message: string
}

const problem = (reason: RequestReason, message: string): Problem => ({ reason, message })

const objectProblem = ({ metadata, spec }: DeepReadonly<CertificateSigningRequest>): Problem | undefined => {
  if (!(metadata.name ?? '').startsWith('addon'))
    return problem('NotAnAddOn', 'its name does not begin with "addon"')
  if (spec.signerName !== ocm.clientSigner)
    return problem('OtherSigner', `its signer is not ${ocm.clientSigner}`)
  const usages = spec.usages ?? []
  if (!usages.includes('client auth') || !usages.every((usage) => allowedUsages.has(usage))) {
    return problem(
      'OtherUsages',
      `its usages are not within ${[...allowedUsages].join(', ')} with client auth`,
    )
  }
  return undefined
}

const clusterProblem = (
  csr: DeepReadonly<CertificateSigningRequest>,
  cluster: ApprovalInput['cluster'],
  addOn: ApprovalInput['addOn'],
): Problem | undefined => {
  const name = clusterOfRequest(csr)
  if (name === undefined || name === '')
    return problem('NotOurs', `its labels do not name a cluster and ${addOnName}`)
  if (cluster?.metadata.name !== name || cluster.metadata.deletionTimestamp !== undefined) {
    return problem('NoManagedCluster', `there is no ManagedCluster ${name}`)
  }
  if (cluster.spec?.hubAcceptsClient !== true)
    return problem('NotAccepted', `ManagedCluster ${name} is not accepted`)
  const { metadata } = addOn ?? {}
  if (
    metadata?.namespace !== name ||
    metadata.name !== addOnName ||
    metadata.deletionTimestamp !== undefined
  ) {
    return problem('NoAddOn', `there is no ManagedClusterAddOn ${addOnName} in namespace ${name}`)
  }
  return undefined
}

/** Labels can be set by anyone who may create requests; who asked, only the API server says. */
const requesterProblem = (csr: DeepReadonly<CertificateSigningRequest>): Problem | undefined => {
  const { username = '', groups = [] } = csr.spec
  if (username === ocm.grpcRequester) {
    return problem(
      'GrpcNotSupported',
      'the cluster registered over gRPC: its requests cannot be told from another cluster’s',
    )
  }
  // The colon ends the name: else cluster1 could ask for cluster10.
  const user = `system:open-cluster-management:${clusterOfRequest(csr)}`
  return username.startsWith(`${user}:`) && groups.includes(user)
    ? undefined
    : problem('OtherRequester', `it was not requested by the klusterlet of ${clusterOfRequest(csr)}`)
}

const requestProblem = ({ metadata, spec }: DeepReadonly<CertificateSigningRequest>): Problem | undefined => {
  const pem = Buffer.from(spec.request, 'base64').toString('latin1')
  const read = readCertificateRequest(pem)
  if (read.is === 'malformed') return problem('Malformed', read.message)
  return subjectProblem(read.request, metadata.labels?.[ocm.clusterNameLabel] ?? '')
}

const subjectProblem = (request: CertificateRequest, cluster: string): Problem | undefined => {
  const { user, groups } = certificateIdentity(cluster)
  if (request.commonNames.length !== 1 || request.commonNames[0] !== user) {
    return problem('OtherCommonName', `its common name is not ${user}`)
  }
  const required = groups.filter((group) => group !== authenticatedGroup)
  const organisations = new Set(request.organisations)
  const all = required.every((group) => organisations.has(group))
  if (!all || !request.organisations.every((organisation) => groups.includes(organisation))) {
    return problem(
      'OtherOrganisations',
      `its organisations are not ${required.join(', ')} with or without ${authenticatedGroup}`,
    )
  }
  // A user id in the subject would be taken over by newer API servers.
  if (request.otherSubjectAttributes.length > 0)
    return problem('OtherSubject', 'its subject has more than CN and O')
  if (request.otherNames.length > 0) {
    return problem(
      'OtherNames',
      `it asks for names that are not DNS names: ${[...new Set(request.otherNames)].join(', ')}`,
    )
  }
  // Last, as it costs the most: requests of others may wait by the thousand.
  return request.signatureValid
    ? undefined
    : problem('NotSigned', 'its signature does not match its public key')
}
