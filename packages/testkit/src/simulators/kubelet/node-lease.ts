import { kinds } from '@odfmo/api-types'
import { apiVersionOf } from '@odfmo/api-types/meta'
import type { ClusterClient } from '../../access/cluster-client.ts'
import { ensure } from '../../access/ensure.ts'
import type { ControlLoop } from '../loop/control-loop.ts'
import { nodeName } from './new-pod.ts'

/** The kubelet's own numbers. */
const leaseSeconds = 40
const renewEveryMs = 10_000

/** Says every ten seconds that the node is there. */
export const keepNodeLease = (loop: ControlLoop, cluster: ClusterClient): void => {
  const worker = loop.worker('node lease', async () => {
    await ensure(cluster, kinds.Lease, {
      apiVersion: apiVersionOf(kinds.Lease),
      kind: kinds.Lease.kind,
      metadata: { namespace: 'kube-node-lease', name: nodeName },
      spec: {
        holderIdentity: nodeName,
        leaseDurationSeconds: leaseSeconds,
        // RFC 3339 with microseconds
        renewTime: new Date(loop.clock.now()).toISOString().replace('Z', '000Z'),
      },
    })
    return renewEveryMs
  })
  worker.add(nodeName)
}
