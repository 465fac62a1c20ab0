import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { contract, kinds, type MirrorPeer } from '@odfmo/api-types'
import { isNotFound } from '@odfmo/controller-kit'
import { findControlPlaneBinaries } from '@odfmo/testkit'
import { buildQuietly } from '../../command/nx.ts'
import type { ClusterSource } from '../input/cluster-source.ts'
import type { DemoInput } from '../input/demo-input.ts'
import type { View } from '../view/view.ts'
import type { Child } from './child.ts'
import type { ClusterEvents, ClusterHandle } from './cluster-handle.ts'
import { shippedRights, startHubController } from './hub-controller.ts'
import { memoryByComponent } from './memory.ts'
import { observe, type Observer } from './observer.ts'
import { agentProgram, startClusters } from './start-clusters.ts'

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
/** Until a process that was asked to stop is killed. */
const serviceGraceMs = 5_000
const clusterGraceMs: Readonly<Record<ClusterSource['provider'], number>> = {
  memory: 5_000,
  'control-plane': 20_000,
  existing: 90_000, // it has a cluster to clean up
}

/** Starts everything; what was started is ended again when that fails or `signal` is aborted meanwhile. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const children: Child[] = []
  try {
    return await start(options, children)
  } catch (error) {
    await stopAll(children, options.input.source)
    throw error
  }
}

async function start({ input, folder, view, signal }: WorldOptions, children: Child[]): Promise<World> {
  // Now rather than when processes are under way.
  if (input.source.provider === 'control-plane') findControlPlaneBinaries(true)
  const events: ClusterEvents = {
    child: (child) => void children.push(child),
    left: (cluster, objects) =>
      void process.stderr.write(`on ${cluster} this could not be removed: ${objects.join(', ')}\n`),
  }
  view.say(
    `Starting the hub and ${input.spokes.length} spokes, each a process, and building the services if they changed …`,
  )
  const [clusters] = await withBuild(startClusters(input, folder, events), signal)
  const [hub] = clusters
  if (hub === undefined) throw new Error('there is no hub')

  view.say('Starting the hub controller under the rights that it ships …')
  const { objects, identity } = shippedRights()
  await hub.calls.apply(objects)
  const kubeconfigFile = path.join(folder, 'hub-controller.kubeconfig')
  writeFileSync(kubeconfigFile, await hub.calls.kubeconfig(identity), { mode: 0o600 })
  const controller = startHubController(kubeconfigFile)
  events.child(controller)

  const died = Promise.race(children.map((child) => child.died))
  died.catch(() => {}) // heard by whoever waits for it
  const observer = await observe(new Map(clusters.map((one) => [one.name, one.kubeconfigFile])), signal)
  const isUp = observer.until(
    (seen) => seen.get('hub', 'clustermanagementaddons', contract.addon.name) !== undefined,
    signal,
  )
  await abortable(Promise.race([isUp, died]), signal)
  await Promise.all(clusters.map(({ calls }) => calls.settled()))
  return worldOf({ clusters, observer, children, controller, died, source: input.source })
}

interface Parts extends Pick<World, 'clusters' | 'observer' | 'died'> {
  readonly children: readonly Child[]
  readonly controller: Child
  readonly source: ClusterSource
}

function worldOf({ clusters, observer, children, controller, died, source }: Parts): World {
  const admin = observer.client('hub')
  const components = new Map([
    ...clusters.map(({ child }) => [child.pid, 'testkit'] as const),
    [controller.pid, controller.name] as const,
    [process.pid, 'demo'] as const,
  ])
  return {
    clusters,
    observer,
    died,
    async create(mirrorPeer, signal) {
      await admin.create(kinds.MirrorPeer, mirrorPeer, { signal })
    },
    async delete({ metadata: { name = '' } }, signal) {
      await admin.delete(kinds.MirrorPeer, { name }, { signal }).catch((error: unknown) => {
        if (!isNotFound(error)) throw error
      })
    },
    memory: () => memoryByComponent(components, agentProgram),
    async stop() {
      await observer.stop()
      await stopAll(children, source)
    },
  }
}

/** What is to come, beside the services' bundles. */
async function withBuild<T>(work: Promise<T>, signal: AbortSignal): Promise<[T, void]> {
  const building = buildQuietly(services, signal)
  try {
    return await abortable(Promise.all([work, building]), signal)
  } catch (error) {
    // A build that is cut leaves its helpers behind: without need it is let come to its end.
    await building.catch(() => {}) // aborted, or `error` is what it ended with
    throw error
  }
}

/** The services before the clusters, the spokes before the hub: all shall end on clusters that answer. */
async function stopAll(children: readonly Child[], { provider }: ClusterSource): Promise<void> {
  const isHub = ({ name }: Child): boolean => name === 'cluster hub'
  const isSpoke = (child: Child): boolean => child.name.startsWith('cluster ') && !isHub(child)
  const services = children.filter((child) => !isHub(child) && !isSpoke(child))
  await Promise.all(services.map((child) => child.stop(serviceGraceMs)))
  for (const phase of [children.filter(isSpoke), children.filter(isHub)]) {
    await Promise.all(phase.map((child) => child.stop(clusterGraceMs[provider])))
  }
}

/** Like `work`, but rejects with the signal's reason as soon as it is aborted. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  let abort: () => void = () => {}
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error)
    signal.addEventListener('abort', abort, { once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
