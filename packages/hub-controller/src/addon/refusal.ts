import type { ManagedClusterAddOn } from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'
import type { World } from '@odfmo/controller-kit'
import { hostingClusterOf } from './add-on-key.ts'
import type { AddonIndexes } from './addon-indexes.ts'
import { ocm } from './ocm.ts'

export interface Refusal {
  readonly reason: 'HostedMode' | 'GrpcNotSupported'
  readonly message: string
}

/**
 * Why we neither register nor deploy this cluster's agent although it is wanted; undefined: we do. What was registered
 * and deployed before stays as it is: an annotation must not take a running agent away.
 */
export const refusalOf = (
  { grpcRequestsByCluster }: Pick<AddonIndexes, 'grpcRequestsByCluster'>,
  world: World,
  { metadata }: Pick<DeepReadonly<ManagedClusterAddOn>, 'metadata'>,
): Refusal | undefined => {
  const hosting = hostingClusterOf({ metadata })
  if (hosting !== undefined) {
    const message = `hosted mode is not supported: remove the annotation ${ocm.hostingClusterAnnotation} (it names ${hosting})`
    return { reason: 'HostedMode', message }
  }
  if (world.find(grpcRequestsByCluster, metadata.namespace ?? '', []).length === 0) return undefined
  const message =
    'the cluster registered over gRPC, which is not supported: register it with the csr or the token driver'
  return { reason: 'GrpcNotSupported', message }
}
