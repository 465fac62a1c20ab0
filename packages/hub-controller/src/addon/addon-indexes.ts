import type { CertificateSigningRequest, ClusterRoleBinding, ManifestWork } from '@odfmo/api-types'
import { index, type Index } from '@odfmo/controller-kit'
import type { AddonKinds } from './addon-kinds.ts'
import { clusterOfRequest } from './approval.ts'

/** How the rules of this folder find objects. */
export interface AddonIndexes {
  readonly requestsByCluster: Index<CertificateSigningRequest>
  readonly worksByNamespace: Index<ManifestWork>
  /** By the users it names: so that one cluster joining wakes no other. */
  readonly bindingsByUser: Index<ClusterRoleBinding>
}

export const addonIndexes = (kinds: AddonKinds): AddonIndexes => ({
  requestsByCluster: index(kinds.CertificateSigningRequest, 'byCluster', (csr) => {
    const cluster = clusterOfRequest(csr)
    return cluster === undefined ? [] : [cluster]
  }),
  worksByNamespace: index(kinds.ManifestWork, 'byNamespace', ({ metadata }) =>
    metadata.namespace === undefined ? [] : [metadata.namespace],
  ),
  bindingsByUser: index(kinds.AgentClusterRoleBinding, 'byUser', ({ subjects = [] }) =>
    subjects.filter(({ kind }) => kind === 'User').map(({ name }) => name),
  ),
})
