import type { CertificateSigningRequest, ClusterRoleBinding, ManifestWork } from '@odfmo/api-types'
import { index, type Index } from '@odfmo/controller-kit'
import type { AddonKinds } from './addon-kinds.ts'
import { clusterByGrpc } from './grpc-request.ts'

/** How the rules of this folder find objects. */
export interface AddonIndexes {
  /** Only those that show a cluster on gRPC: a flood of others wakes no add-on. */
  readonly grpcRequestsByCluster: Index<CertificateSigningRequest>
  readonly worksByNamespace: Index<ManifestWork>
  /** By the users it names: so that one cluster joining wakes no other. */
  readonly bindingsByUser: Index<ClusterRoleBinding>
}

export const addonIndexes = (kinds: AddonKinds): AddonIndexes => ({
  grpcRequestsByCluster: index(kinds.CertificateSigningRequest, 'grpcByCluster', (csr) => {
    const cluster = clusterByGrpc(csr)
    return cluster === undefined ? [] : [cluster]
  }),
  worksByNamespace: index(kinds.ManifestWork, 'byNamespace', ({ metadata }) =>
    metadata.namespace === undefined ? [] : [metadata.namespace],
  ),
  bindingsByUser: index(kinds.AgentClusterRoleBinding, 'byUser', ({ subjects = [] }) =>
    subjects.filter(({ kind }) => kind === 'User').map(({ name }) => name),
  ),
})
