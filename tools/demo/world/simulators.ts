import { kubelet, ocmHub, ocmSpoke, ramen, storage, type Cluster, type Simulator } from '@odfmo/testkit'
import type { ClusterConfig } from './cluster-calls.ts'

/** Starts what runs on a hub or on a spoke besides our own services; the answer stops it. */
export async function startSimulators(cluster: Cluster, config: ClusterConfig): Promise<() => Promise<void>> {
  const admin = cluster.kubeconfig()
  // What simulators have to say is kept with the process's output, for the case that it ends.
  const log = (line: string): void => console.log(line)
  const simulators: Simulator[] =
    config.role === 'hub'
      ? [await ocmHub({ hub: admin, log }), await ramen({ hub: admin, namespace: config.ramenNamespace, log })]
      : [
          await storage({ spoke: admin, routeDomain: `apps.${config.name}.example`, log }),
          await ocmSpoke({ hub: config.hubKubeconfig, spoke: admin, clusterName: config.name, log }),
          await kubelet({ spoke: admin, images: config.images, folder: config.podFolder, log }),
        ]
  return async () => {
    await Promise.all(simulators.map((simulator) => simulator.stop()))
  }
}
