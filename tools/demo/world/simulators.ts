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
import type { ClusterConfig, SpokeConfig } from './cluster-calls.ts'

/** The klusterlet looks at an add-on's lease every 30 s; nobody shall wait here for that. */
const leaseCheckMs = 500

/** Starts what runs on a hub or on a spoke besides our own services; a spoke's agents of OCM need the hub. */
export async function startSimulators(
  cluster: Cluster,
  config: ClusterConfig,
  hubKubeconfig = '',
): Promise<Simulator[]> {
  const admin = cluster.kubeconfig()
  // What simulators have to say is kept with the process's output, for the case that it ends.
  const log = (line: string): void => console.log(line)
  switch (config.role) {
    case 'hub':
      await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: config.ramenNamespace } })
      return Promise.all([
        ocmHub({ hub: admin, log }),
        ramen({ hub: admin, namespace: config.ramenNamespace, log }),
      ])
    case 'spoke':
      return Promise.all([
        storage({ spoke: admin, routeDomain: `apps.${config.name}.example`, log }),
        ocmSpoke({ hub: hubKubeconfig, spoke: admin, clusterName: config.name, leaseCheckMs, log }),
        kubelet({ cluster: admin, images: imagesOf(config), dir: config.podFolder, log }),
      ])
  }
}

/** Containers share this machine's ports: the agent is told the free one that its probes are sent to. */
function imagesOf({ agentImage, agentCommand }: SpokeConfig): KubeletOptions['images'] {
  const args = ({ port }: { readonly port: number }): string[] => [
    `--health-probe-bind-address=127.0.0.1:${port}`,
    '--metrics-bind-address=0',
  ]
  return { [agentImage]: { command: agentCommand, args } }
}
