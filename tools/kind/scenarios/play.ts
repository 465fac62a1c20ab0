import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { kinds, type Deployment, type PeerRef } from '@odfmo/api-types'
import { apiVersionOf } from '@odfmo/api-types/meta'
import {
  klusterletGroup,
  klusterletUser,
  kubelet,
  managedCluster,
  namespace,
  ocmHub,
  ocmSpoke,
  ramen,
  storage,
  storageCluster,
  type Cluster,
  type ContainerEvent,
  type ImageProgram,
  type KubeletOptions,
  type Simulator,
  type StorageSimulator,
} from '@odfmo/testkit'
import { tether } from '../../acceptance/managed-cluster.ts'
import { root } from '../../command/root.ts'
import { imagesIn, programOf, type ShippedImages } from '../../acceptance/install/shipped-images.ts'
import type { Part } from './parts.ts'

/** What is played, and where. */
export interface PlayOptions {
  readonly hub: Cluster
  readonly spokes: readonly Cluster[]
  readonly parts: readonly Part[]
  /** Where odfmo is installed on the hub, which is Ramen's namespace too. */
  readonly namespace: string
  /** The StorageClusters that each spoke is given, where storage is played. */
  readonly storageClusters: readonly StorageClusterWish[]
  /** For what pods mount, and their logs. */
  readonly folder: string
  readonly onContainer?: (event: ContainerEvent) => void
  readonly log: (line: string) => void
}

export interface StorageClusterWish {
  readonly ref: PeerRef['storageClusterRef']
  readonly isExternal: boolean
}

/** What runs now besides what is really there. */
export interface Play {
  /** Spoke → its storage; none where storage is really there. */
  readonly storages: ReadonlyMap<string, StorageSimulator>
  stop(): Promise<void>
}

/** The klusterlet looks at an add-on's lease every 30 s; nobody shall wait here for that. */
const leaseCheckMs = 500
const statusMs = 100

const deployments = { apiVersion: apiVersionOf(kinds.Deployment), kind: kinds.Deployment.kind }

/** Starts the parts; resolves when all answer. Their definitions are there. */
export const play = async (options: PlayOptions): Promise<Play> => {
  const { hub, spokes, parts, folder, onContainer, log } = options
  const running: Simulator[] = []
  const storages = new Map<string, StorageSimulator>()
  const keep = <T extends Simulator>(one: T): T => {
    running.push(one)
    return one
  }
  const stop = async (): Promise<void> => {
    await Promise.all(running.splice(0).map((one) => one.stop()))
  }
  try {
    if (parts.includes('ocm')) await playOcm(options, keep)
    if (parts.includes('ramen'))
      keep(await ramen({ hub: hub.kubeconfig(), namespace: options.namespace, log }))
    if (parts.includes('storage'))
      for (const spoke of spokes) storages.set(spoke.name, await playStorage(spoke, options, keep))
    if (parts.includes('kubelet')) {
      const images = await installedImages(hub, options.namespace)
      keep(await kubeletOf(hub, programs(images.hub, programOf), { folder, onContainer, log }))
      const agents = programs(images.agent, () => agentProgram)
      for (const spoke of spokes) keep(await kubeletOf(spoke, agents, { folder, log }))
    }
    return { storages, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

type Keep = <T extends Simulator>(simulator: T) => T

async function playOcm({ hub, spokes, log }: PlayOptions, keep: Keep): Promise<void> {
  await hub.apply(...spokes.map(({ name }) => managedCluster({ metadata: { name } })))
  keep(await ocmHub({ hub: hub.kubeconfig(), log }))
  for (const spoke of spokes) {
    const { name } = spoke
    const groups = [klusterletGroup(name), 'system:authenticated']
    const asKlusterlet = hub.kubeconfig({ user: klusterletUser(name), groups })
    const timings = { statusMs, leaseCheckMs }
    keep(
      await ocmSpoke({
        hub: asKlusterlet,
        spoke: spoke.kubeconfig(),
        clusterName: name,
        log,
        ...timings,
      }),
    )
  }
}

async function playStorage(
  spoke: Cluster,
  { storageClusters, log }: PlayOptions,
  keep: Keep,
): Promise<StorageSimulator> {
  for (const { ref, isExternal } of storageClusters) {
    const spec = isExternal ? { externalStorage: { enable: true } } : {}
    await spoke.apply(namespace(ref.namespace), storageCluster({ metadata: ref, spec }))
  }
  const routeDomain = `apps.${spoke.name}.example`
  return keep(await storage({ spoke: spoke.kubeconfig(), routeDomain, log }))
}

/** The images that are to be run: what is installed names them. */
async function installedImages(hub: Cluster, where: string): Promise<ShippedImages> {
  const images = imagesIn((await hub.list(deployments, where)) as Deployment[])
  if (images.hub.length === 0) throw new Error(`there is no Deployment in namespace ${where} of the hub`)
  return images
}

/** Containers share this machine's ports: the agent is told the free one that its probes are sent to. */
const agentProgram: ImageProgram = {
  command: [
    process.execPath,
    '--import',
    tether,
    path.join(root, 'packages/token-exchange-agent/dist/main.js'),
  ],
  args: ({ port }) => [`--health-probe-bind-address=127.0.0.1:${port}`, '--metrics-bind-address=0'],
}

const programs = (
  images: readonly string[],
  program: (image: string) => ImageProgram,
): KubeletOptions['images'] => Object.fromEntries(images.map((image) => [image, program(image)]))

async function kubeletOf(
  cluster: Cluster,
  images: KubeletOptions['images'],
  { folder, onContainer, log }: Pick<PlayOptions, 'folder' | 'onContainer' | 'log'>,
): Promise<Simulator> {
  const dir = path.join(folder, `${cluster.name}-pods`)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  return kubelet({ cluster: cluster.kubeconfig(), images, dir, onContainer, log })
}
