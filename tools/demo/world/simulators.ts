import {
  kubelet,
  ocmHub,
  ocmSpoke,
  ramen,
  storage,
  type Cluster,
  type KubeletOptions,
  type Simulator,
} from '@odfmo/testkit'
import type { ClusterConfig } from './cluster-calls.ts'

/** Starts what runs on a hub or on a spoke besides our own services; the answer stops it. */
export async function startSimulators(cluster: Cluster, config: ClusterConfig): Promise<() => Promise<void>> {
  const admin = cluster.kubeconfig()
  // What simulators have to say is kept with the process's output, for the case that it ends.
  const log = (line: string): void => console.log(line)
  const simulators: Simulator[] =
    config.role === 'hub'
      ? [
          await ocmHub({ hub: admin, log }),
          await ramen({ hub: admin, namespace: config.ramenNamespace, log }),
        ]
      : [
          await storage({ spoke: admin, routeDomain: `apps.${config.name}.example`, log }),
          await ocmSpoke({ hub: config.hubKubeconfig, spoke: admin, clusterName: config.name, log }),
          await kubelet({ cluster: admin, images: imagesOf(config), dir: config.podFolder, log }),
        ]
  return async () => {
    await Promise.all(simulators.map((simulator) => simulator.stop()))
  }
}

/** Containers share this machine's ports: the agent is told the free one that its probes are sent to. */
function imagesOf({
  agentImage,
  agentCommand,
}: Extract<ClusterConfig, { role: 'spoke' }>): KubeletOptions['images'] {
  const args = ({ port }: { readonly port: number }): string[] => [
    `--health-probe-bind-address=127.0.0.1:${port}`,
    '--metrics-bind-address=0',
  ]
  return { [agentImage]: { command: agentCommand, args } }
}
