import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { kinds, type MirrorPeer } from '@odfmo/api-types'
import { isNotFound } from '@odfmo/controller-kit'
import { klusterletGroup, klusterletUser } from '@odfmo/testkit'
import { buildQuietly } from '../../command/nx.ts'
import { root } from '../../command/root.ts'
import type { DemoInput, Spoke } from '../input/demo-input.ts'
import type { View } from '../view/view.ts'
import type { Child } from './child.ts'
import { startClusterProcess, type ClusterHandle } from './cluster-handle.ts'
import { hubIdentity, startHubController } from './hub-controller.ts'
import { memoryByComponent } from './memory.ts'
import { agentImage, hubNamespace } from './names.ts'
import { observe, type Observer } from './observer.ts'

/** The clusters and the hub controller, all running; nobody has asked for anything yet. */
export interface World {
  /** The hub first. */
  readonly clusters: readonly ClusterHandle[]
  readonly observer: Observer
  create(mirrorPeer: MirrorPeer, signal: AbortSignal): Promise<void>
  delete(mirrorPeer: MirrorPeer, signal: AbortSignal): Promise<void>
  /** Resident memory in MiB by component, now. */
  memory(): Record<string, number>
  /** Rejects when a process ended by itself. */
  readonly died: Promise<never>
  /** Ends every process, those that agents run in too; resolves when they are gone. */
  stop(): Promise<void>
}

export interface WorldOptions {
  readonly input: DemoInput
  /** For kubeconfigs and what pods mount. */
  readonly folder: string
  readonly view: View
  readonly signal: AbortSignal
}

const services = ['hub-controller', 'token-exchange-agent']
const agentProgram = path.join(root, 'packages/token-exchange-agent/dist/main.js')
const tether = path.join(import.meta.dirname, 'tether.mjs')
const graceMs = 5_000

export async function startWorld(options: WorldOptions): Promise<World> {
  const children: Child[] = []
  const stop = async (): Promise<void> => {
    // The services before the clusters: they shall end on a hub that answers.
    const [clusters, rest] = [
      children.filter(({ name }) => name.startsWith('cluster ')),
      children.filter(({ name }) => !name.startsWith('cluster ')),
    ]
    await Promise.all(rest.map((child) => child.stop(graceMs)))
    await Promise.all(clusters.map((child) => child.stop(graceMs)))
  }
  try {
    return await start(options, children, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(
  { input, folder, view, signal }: WorldOptions,
  children: Child[],
  stop: () => Promise<void>,
): Promise<World> {
  const cluster = async (config: Parameters<typeof startClusterProcess>[0]): Promise<ClusterHandle> =>
    startClusterProcess(config, folder, (child) => children.push(child))
  const built = buildQuietly(services, signal)
  built.catch(() => {}) // awaited below; it may fail before that

  view.say(`Starting the hub and ${input.spokes.length} spokes, each a process …`)
  const hub = await cluster({ role: 'hub', name: 'hub', ramenNamespace: hubNamespace })
  await hub.calls.apply([...input.spokes.map(({ managedCluster }) => managedCluster), ...input.others])
  const spokes = await Promise.all(input.spokes.map(async (spoke) => startSpoke(spoke, hub, folder, cluster)))
  signal.throwIfAborted()

  view.say('Building the services, when they changed …')
  await built
  view.say('Starting the hub controller under the rights it ships …')
  await hub.calls.apply(hubIdentity.objects)
  const controllerKubeconfig = path.join(folder, 'hub-controller.kubeconfig')
  writeFileSync(controllerKubeconfig, await hub.calls.kubeconfig(hubIdentity.identity), { mode: 0o600 })
  const controller = startHubController(controllerKubeconfig, tether)
  children.push(controller)

  const clusters = [hub, ...spokes]
  const observer = await observe(
    new Map(clusters.map(({ name, kubeconfigFile }) => [name, kubeconfigFile])),
    signal,
  )
  const died = Promise.race([...children.map((child) => child.died)])
  died.catch(() => {})
  await Promise.race([
    observer.until(
      (seen) => seen.get('hub', 'clustermanagementaddons', 'tokenexchange') !== undefined,
      signal,
    ),
    died,
  ])
  await Promise.all(clusters.map(({ calls }) => calls.settled()))

  const admin = observer.client('hub')
  const known = new Map([
    ...clusters.map(({ child }) => [child.pid, 'testkit'] as const),
    [controller.pid, 'hub-controller'] as const,
    [process.pid, 'demo'] as const,
  ])
  return {
    clusters,
    observer,
    died,
    create: async (mirrorPeer, abort) =>
      void (await admin.create(kinds.MirrorPeer, mirrorPeer, { signal: abort })),
    delete: async ({ metadata: { name = '' } }, abort) => {
      await admin.delete(kinds.MirrorPeer, { name }, { signal: abort }).catch((error: unknown) => {
        if (!isNotFound(error)) throw error
      })
    },
    memory: () => memoryByComponent(known, agentProgram),
    async stop() {
      await observer.stop()
      await stop()
    },
  }
}

async function startSpoke(
  { name, storageClusters }: Spoke,
  hub: ClusterHandle,
  folder: string,
  start: (config: Parameters<typeof startClusterProcess>[0]) => Promise<ClusterHandle>,
): Promise<ClusterHandle> {
  const podFolder = path.join(folder, `${name}-pods`)
  mkdirSync(podFolder, { mode: 0o700 })
  const spoke = await start({
    role: 'spoke',
    name,
    hubKubeconfig: await hub.calls.kubeconfig({
      user: klusterletUser(name),
      groups: [klusterletGroup(name)],
    }),
    agentImage,
    agentCommand: [process.execPath, agentProgram],
    podFolder,
  })
  await spoke.calls.apply(
    storageClusters.map((ref) => ({
      apiVersion: 'ocs.openshift.io/v1',
      kind: 'StorageCluster',
      metadata: ref,
      spec: {},
    })),
  )
  return spoke
}
