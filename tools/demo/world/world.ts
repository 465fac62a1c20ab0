import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { contract, kinds, type MirrorPeer } from '@odfmo/api-types'
import { isNotFound } from '@odfmo/controller-kit'
import { buildQuietly } from '../../command/nx.ts'
import type { DemoInput } from '../input/demo-input.ts'
import type { View } from '../view/view.ts'
import type { Child } from './child.ts'
import type { ClusterHandle } from './cluster-handle.ts'
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
const graceMs = 5_000

/** Starts everything; what was started is ended again when that fails or `signal` is aborted meanwhile. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const children: Child[] = []
  try {
    return await start(options, children)
  } catch (error) {
    await stopAll(children)
    throw error
  }
}

async function start({ input, folder, view, signal }: WorldOptions, children: Child[]): Promise<World> {
  const started = (child: Child): void => void children.push(child)
  view.say(
    `Starting the hub and ${input.spokes.length} spokes, each a process, and building the services if they changed …`,
  )
  const [clusters] = await abortable(
    Promise.all([startClusters(input, folder, started), buildQuietly(services, signal)]),
    signal,
  )
  const [hub] = clusters
  if (hub === undefined) throw new Error('there is no hub')

  view.say('Starting the hub controller under the rights that it ships …')
  const { objects, identity } = shippedRights()
  await hub.calls.apply(objects)
  const kubeconfigFile = path.join(folder, 'hub-controller.kubeconfig')
  writeFileSync(kubeconfigFile, await hub.calls.kubeconfig(identity), { mode: 0o600 })
  const controller = startHubController(kubeconfigFile)
  started(controller)

  const died = Promise.race(children.map((child) => child.died))
  died.catch(() => {}) // heard by whoever waits for it
  const observer = await observe(new Map(clusters.map((one) => [one.name, one.kubeconfigFile])), signal)
  const isUp = observer.until(
    (seen) => seen.get('hub', 'clustermanagementaddons', contract.addon.name) !== undefined,
    signal,
  )
  await abortable(Promise.race([isUp, died]), signal)
  await Promise.all(clusters.map(({ calls }) => calls.settled()))
  return worldOf({ clusters, observer, children, controller, died })
}

interface Parts extends Pick<World, 'clusters' | 'observer' | 'died'> {
  readonly children: readonly Child[]
  readonly controller: Child
}

function worldOf({ clusters, observer, children, controller, died }: Parts): World {
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
      await stopAll(children)
    },
  }
}

/** The services before the clusters: they shall end on clusters that answer. */
async function stopAll(children: readonly Child[]): Promise<void> {
  const isCluster = ({ name }: Child): boolean => name.startsWith('cluster ')
  await Promise.all(children.filter((child) => !isCluster(child)).map((child) => child.stop(graceMs)))
  await Promise.all(children.filter(isCluster).map((child) => child.stop(graceMs)))
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
