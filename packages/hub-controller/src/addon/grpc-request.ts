import type { CertificateSigningRequest } from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'
import { clusterOfRequest, isDecided } from './approval.ts'
import { ocm } from './ocm.ts'

/**
 * The cluster that registered over gRPC, as a request that waits shows; undefined: this request shows none. OCM's gRPC
 * server asks for all of its clusters and says in an annotation who asked it. The label is the asker's own: without
 * that annotation's word one cluster could have another refused.
 */
export const clusterByGrpc = (csr: DeepReadonly<CertificateSigningRequest>): string | undefined => {
  const cluster = clusterOfRequest(csr)
  if (cluster === undefined || csr.spec.username !== ocm.grpcRequester || isDecided(csr)) return undefined
  const asker = csr.metadata.annotations?.[ocm.grpcUserAnnotation]
  return asker === undefined || asker.startsWith(`system:open-cluster-management:${cluster}:`)
    ? cluster
    : undefined
}
