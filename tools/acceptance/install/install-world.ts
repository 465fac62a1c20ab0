import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { contract } from '@odfmo/api-types'
import {
  hubCrds,
  kubelet,
  managedCluster,
  ocmHub,
  ramen,
  spokeCrds,
  startTestCluster,
  type Cluster,
  type ContainerEvent,
  type InMemoryCluster,
  type Kubelet,
  type ObjectSource,
  type Simulator,
} from '@odfmo/testkit'
import { root } from '../../command/root.ts'
import { components } from '../../generate/names.ts'
import { olmServiceName } from '../../generate/olm/csv/webhook-definitions.ts'
import type { Overlay } from '../../generate/kustomize/overlays.ts'
import { kubectl as runKubectl, rendered, type KubectlRun } from '../../generate/test/kubectl.ts'
import { joinManagedCluster } from '../managed-cluster.ts'
import { routedOverlay } from './routed-overlay.ts'
import { startServiceFront } from './service-front.ts'
import { imagesIn, programOf } from './shipped-images.ts'

/** The folder of an overlay as it is shipped. */
export const overlay = (name: Overlay): string => path.join(root, 'deploy/overlays', name)

/** The same of the version before. */
export const previousOverlay = (name: 'vanilla'): string => path.join(import.meta.dirname, 'previous', name)

/** A hub with Open Cluster Management and a kubelet, spokes with storage, and nothing of ours. */
export interface InstallWorld {
  readonly hub: Cluster
  readonly spokes: readonly Cluster[]
  /** The hub's kubelet. */
  readonly node: Kubelet
  /** As the hub's administrator. */
  readonly kubectl: (args: readonly string[], input?: object) => Promise<KubectlRun>
  /** `kubectl apply -k`, and what the cluster's network would do for the webhook's Service. */
  readonly apply: (kustomization: string) => Promise<void>
  /** Ramen, where this installation looks for it; it goes before its namespace goes. */
  readonly startRamen: () => Promise<Simulator>
  /** Every start of a container of the hub so far. */
  readonly starts: readonly ContainerEvent[]
  stop(): Promise<void>
}

export interface InstallOptions {
  /** Where the kustomizations put what has a namespace. */
  readonly namespace: string
  /** All that will be applied: their images are known to the kubelets. */
  readonly kustomizations: readonly string[]
  /** Without any, nothing is exchanged. */
  readonly spokes?: readonly string[]
  /** On the hub besides those of Open Cluster Management and Ramen. */
  readonly crds?: readonly ObjectSource[]
}

/** Starts all that is there before an installation. What was started is stopped again when that fails. */
export const startInstallWorld = async (options: InstallOptions): Promise<InstallWorld> => {
  const ends: (() => Promise<unknown> | undefined)[] = []
  const stop = async (): Promise<void> => {
    // The last first: services shall end on clusters that answer.
    for (const end of ends.splice(0).reverse()) await end()
  }
  try {
    return await start(options, ends, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

const start = async (
  { namespace, kustomizations, spokes: spokeNames = [], crds = [] }: InstallOptions,
  ends: (() => Promise<unknown> | undefined)[],
  stop: () => Promise<void>,
): Promise<InstallWorld> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'odfmo-install-'))
  ends.push(async () => rmSync(folder, { recursive: true, force: true }))
  const startCluster = async (name: string, definitions: readonly ObjectSource[]): Promise<Cluster> => {
    const cluster = await startTestCluster({ name, crds: definitions })
    ends.push(() => cluster.stop())
    return cluster
  }
  const keep = <T extends Simulator>(one: T): T => {
    ends.push(() => one.stop())
    return one
  }
  const [hub, ...spokes] = await Promise.all([
    startCluster('hub', [...hubCrds, ...crds]),
    ...spokeNames.map((name) => startCluster(name, spokeCrds)),
  ])
  writeFileSync(path.join(folder, 'config'), hub.kubeconfig(), { mode: 0o600 })
  const kubectl = (args: readonly string[], input?: object): Promise<KubectlRun> =>
    runKubectl(args, folder, input === undefined ? '' : JSON.stringify(input))
  const applyAll = async (kustomization: string): Promise<void> => {
    const { code, errors } = await kubectl(['apply', '-k', kustomization])
    if (code !== 0) throw new Error(`kubectl apply -k ${kustomization}: ${errors}`)
  }
  const images = imagesIn((await Promise.all(kustomizations.map(rendered))).flat())

  const front = await startServiceFront({
    deployment: components.webhook,
    containerPort: contract.webhook.port,
  })
  ends.push(() => front.stop())
  if (isInMemory(hub))
    for (const name of [components.webhook, olmServiceName(components.webhook)])
      hub.routeService({ namespace, name }, `https://127.0.0.1:${front.port}`)

  await hub.apply(...spokeNames.map((name) => managedCluster({ metadata: { name } })))
  keep(await ocmHub({ hub: hub.kubeconfig() }))
  await Promise.all(
    spokes.map((spoke) => joinManagedCluster({ hub, spoke, folder, agentImages: images.agent, keep })),
  )
  const dir = path.join(folder, 'hub')
  mkdirSync(dir)
  const starts: ContainerEvent[] = []
  const node = keep(
    await kubelet({
      cluster: hub.kubeconfig(),
      images: Object.fromEntries(images.hub.map((image) => [image, programOf(image)])),
      dir,
      crashBackOff: { firstMs: 10, mostMs: 1_000 },
      onContainer(event) {
        front.hear(event)
        if (event.type === 'started') starts.push(event)
      },
    }),
  )
  return {
    hub,
    spokes,
    node,
    kubectl,
    apply: async (kustomization) => {
      await applyAll(kustomization)
      if (!isInMemory(hub)) await applyAll(routedOverlay(kustomization, front.port, folder))
    },
    startRamen: async () => keep(await ramen({ hub: hub.kubeconfig(), namespace })),
    starts,
    stop,
  }
}

const isInMemory = (cluster: Cluster): cluster is InMemoryCluster => cluster.provider === 'memory'
