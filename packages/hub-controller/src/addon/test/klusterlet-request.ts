import type { CertificateSigningRequest } from '@odfmo/api-types'
import { approvalOf, type Approval, type ApprovalInput } from '../approval.ts'
import { requestPem, type RequestFields } from './certificate-request.ts'
import { addOn, managedCluster } from './hub-world.ts'

export const clusterGroup = (cluster: string): string =>
  `system:open-cluster-management:cluster:${cluster}:addon:tokenexchange`
export const user = (cluster: string): string => `${clusterGroup(cluster)}:agent:tokenexchange`
export const ours = (cluster: string): readonly string[] => [
  clusterGroup(cluster),
  'system:open-cluster-management:addon:tokenexchange',
]

export const fields = (cluster: string): RequestFields => ({
  commonNames: [user(cluster)],
  organisations: [...ours(cluster), 'system:authenticated'],
  names: [[2, 'tokenexchange.addon.open-cluster-management.io']],
})

export const request = (
  cluster: string,
  contents: RequestFields = {},
  spec: Partial<CertificateSigningRequest['spec']> = {},
  metadata: CertificateSigningRequest['metadata'] = {},
): CertificateSigningRequest => ({
  metadata: {
    name: `addon-${cluster}-tokenexchange-abcde`,
    labels: {
      'open-cluster-management.io/cluster-name': cluster,
      'open-cluster-management.io/addon-name': 'tokenexchange',
    },
    ...metadata,
  },
  spec: {
    request: Buffer.from(requestPem({ ...fields(cluster), ...contents })).toString('base64'),
    signerName: 'kubernetes.io/kube-apiserver-client',
    usages: ['digital signature', 'key encipherment', 'client auth'],
    username: `system:open-cluster-management:${cluster}:klusterlet-1`,
    groups: [
      `system:open-cluster-management:${cluster}`,
      'system:open-cluster-management',
      'system:authenticated',
    ],
    ...spec,
  },
})

/** What is decided of it when the cluster and the add-on that it names are there. */
export const decisionOf = (csr: CertificateSigningRequest, more: Partial<ApprovalInput> = {}): Approval => {
  const cluster = csr.metadata.labels?.['open-cluster-management.io/cluster-name'] ?? ''
  return approvalOf({ csr, cluster: managedCluster(cluster), addOn: addOn(cluster), ...more })
}
