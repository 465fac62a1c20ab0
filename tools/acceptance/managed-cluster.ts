import { mkdirSync } from 'node:fs'
import path from 'node:path'
import {
  klusterletGroup,
  klusterletUser,
  kubelet,
  namespace,
  ocmSpoke,
  peerRef,
  storage,
  storageCluster,
  type Cluster,
  type Kubelet,
  type Simulator,
  type StorageSimulator,
} from '@odfmo/testkit'
import { root } from '../command/root.ts'

/** Started before a service (`node --import`): the service ends when whoever started it is gone. */
export const tether = path.join(root, 'tools/demo/world/tether.mjs')

export interface ManagedClusterOptions {
  readonly hub: Cluster
  readonly spoke: Cluster
  /** For volumes, tokens and logs. */
  readonly folder: string
  /** The agent's image, by every name that it may be asked for. */
  readonly agentImages: readonly string[]
  /** More flags of the agent. */
  readonly flags?: readonly string[]
  /** Told of each simulator as soon as it runs. */
  readonly keep: <T extends Simulator>(simulator: T) => T
}

/** A spoke with storage, its klusterlet, and a kubelet that runs the agent from its bundle. */
export const joinManagedCluster = async ({
  hub,
  spoke,
  folder,
  agentImages,
  flags = [],
  keep,
}: ManagedClusterOptions): Promise<{ readonly storage: StorageSimulator; readonly kubelet: Kubelet }> => {
  const { name } = spoke
  await spoke.apply(namespace(peerRef().storageClusterRef.namespace), storageCluster())
  const disks = keep(
    await storage({ spoke: spoke.kubeconfig(), routeDomain: `apps.${name}.example`, seed: name }),
  )
  const klusterlet = hub.kubeconfig({
    user: klusterletUser(name),
    groups: [klusterletGroup(name), 'system:authenticated'],
  })
  keep(
    await ocmSpoke({
      hub: klusterlet,
      spoke: spoke.kubeconfig(),
      clusterName: name,
      statusMs: 100,
      leaseCheckMs: 500,
    }),
  )
  const dir = path.join(folder, name)
  mkdirSync(dir)
  const agent = {
    command: [
      process.execPath,
      '--import',
      tether,
      path.join(root, 'packages/token-exchange-agent/dist/main.js'),
    ],
    args: ({ port }: { readonly port: number }): string[] => [
      `--health-probe-bind-address=127.0.0.1:${port}`,
      ...flags,
    ],
  }
  const node = keep(
    await kubelet({
      cluster: spoke.kubeconfig(),
      images: Object.fromEntries(agentImages.map((image) => [image, agent])),
      dir,
      crashBackOff: { firstMs: 10, mostMs: 10 },
    }),
  )
  return { storage: disks, kubelet: node }
}
