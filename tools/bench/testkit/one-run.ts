import { availableParallelism } from 'node:os'
import { startControlPlane } from '@odfmo/testkit'
import { middle } from '../row.ts'
import { Child } from './child.ts'
import type { Done, Job } from './load-process.ts'
import { usageOf } from './process-tree.ts'
import type { Access, ServerMessage, Usage } from './usage.ts'

export const objects = 10_000
export const watchers = 200
export const idleWatches = 100
const connections = 64
/** Objects beside the others, made before. */
const warmUps = 2_000

/** A server as the benchmark sees it. */
interface Server {
  readonly firstMs: number
  readonly laterMs: number
  readonly access: Access
  usage(collect?: boolean): Promise<Usage>
  stop(): Promise<void>
}

/** What one run with one server measured. */
export interface Figures {
  readonly firstStartMs: number
  readonly laterStartMs: number
  readonly residentBytes: number
  readonly createsPerSecond: number
  readonly createCpuUs: number
  readonly getsPerSecond: number
  readonly getCpuUs: number
  readonly heapPerObjectBytes: number
  readonly residentWithObjectsBytes: number
  readonly listMs: number
  /** Over a connection each, and over one for all. */
  readonly idleWatchesBytes: number
  readonly idleStreamsBytes: number
  readonly fanOutMs: number
}

/** Clients in as many processes as there are cores beside the server's. */
class Clients {
  readonly #children = Array.from(
    { length: Math.min(3, Math.max(1, availableParallelism() - 1)) },
    () => new Child('load-process.ts'),
  )

  async begin(access: Access): Promise<void> {
    const each = Math.ceil(connections / this.#children.length)
    await this.#all(() => ({ job: 'begin', access, connections: each }))
  }

  /** All objects created, or got; calls per second. */
  async load(job: 'create' | 'get', first = 0, all = objects): Promise<number> {
    const count = Math.floor(all / this.#children.length)
    const beganAt = performance.now()
    await this.#all((child) => ({ job, from: first + child * count, count }))
    return ((count * this.#children.length) / (performance.now() - beganAt)) * 1000
  }

  /** By one client. */
  async one(job: Job): Promise<number> {
    const [child] = this.#children
    if (child === undefined) return 0
    return (await child.ask<Done>(job)).ms
  }

  async end(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.end()))
  }

  async #all(job: (child: number) => Job): Promise<void> {
    await Promise.all(this.#children.map((child, at) => child.ask<Done>(job(at))))
  }
}

const ofProcess = async (file: string): Promise<Server> => {
  const child = new Child(file)
  const ready = await child.next<Extract<ServerMessage, { event: 'ready' }>>()
  return {
    ...ready,
    usage: async (collect = false) =>
      (await child.ask<Extract<ServerMessage, { event: 'usage' }>>({ collect })).usage,
    stop: () => child.end(),
  }
}

export const inMemory = (): Promise<Server> => ofProcess('server-process.ts')
const bare = (): Promise<Server> => ofProcess('bare-server.ts')

/** A kube-apiserver with its etcd; without controllers, which measured things do not need. */
export const real = async (): Promise<Server> => {
  const beganAt = performance.now()
  const controlPlane = await startControlPlane({ clusters: ['bench'], controllers: false })
  const startMs = performance.now() - beganAt
  const cluster = controlPlane.cluster('bench')
  const { ca, cert, key } = cluster.credentials()
  return {
    firstMs: startMs,
    laterMs: startMs,
    access: { port: Number(new URL(cluster.url).port), ca, cert, key },
    usage: () =>
      Promise.resolve(
        usageOf(['kube-apiserver', 'etcd']) ?? { cpuUs: NaN, residentBytes: NaN, heapBytes: NaN },
      ),
    stop: () => controlPlane.stop(),
  }
}

/** Creates, or gets, of all objects: per second, and the server's time for each. */
const loaded = async (server: Server, clients: Clients, job: 'create' | 'get', first = 0) => {
  const before = await server.usage()
  const perSecond = await clients.load(job, first)
  const after = await server.usage()
  return { perSecond, cpuUs: (after.cpuUs - before.cpuUs) / objects }
}

/** What a server costs that does nothing with what it is asked. */
export interface BareFigures {
  readonly getCpuUs: number
  readonly idleWatchesBytes: number
}

/** Gets and idle watches alone: of a server that knows nothing else. */
export const bareRun = async (): Promise<BareFigures> => {
  const server = await bare()
  const clients = new Clients()
  try {
    await clients.begin(server.access)
    await clients.load('get')
    const { cpuUs } = await loaded(server, clients, 'get')
    const before = await server.usage(true)
    await clients.one({ job: 'watch', count: idleWatches })
    const after = await server.usage(true)
    return { getCpuUs: cpuUs, idleWatchesBytes: after.residentBytes - before.residentBytes }
  } finally {
    await clients.end()
    await server.stop()
  }
}

const times = async (count: number, measure: (time: number) => Promise<number>): Promise<number> => {
  const all: number[] = []
  for (let time = 0; time < count; time++) all.push(await measure(time))
  return middle(all)
}

/** Everything with one server that has just been started. */
export const oneRun = async (start: () => Promise<Server>): Promise<Figures> => {
  const server = await start()
  const clients = new Clients()
  try {
    const empty = await server.usage(true)
    await clients.begin(server.access)
    // the first requests of a process are those of code that is not compiled yet
    await clients.load('create', objects, warmUps)
    const beforeCreates = await server.usage(true)
    const creates = await loaded(server, clients, 'create')
    const withObjects = await server.usage(true)
    await clients.load('get')
    const gets = await loaded(server, clients, 'get')
    const beforeWatches = await server.usage(true)
    await clients.one({ job: 'watch', count: idleWatches })
    const withWatches = await server.usage(true)
    await clients.one({ job: 'watch over one connection', count: idleWatches })
    const withStreams = await server.usage(true)
    // lists of all need so much memory for a moment that what watches need could not be told after them
    const listMs = await times(5, () => clients.one({ job: 'list' }))
    await clients.one({ job: 'watch', count: watchers - idleWatches })
    const fanOutMs = await times(9, (version) =>
      clients.one({ job: 'fan out', index: version, version: version + 1 }),
    )
    return {
      firstStartMs: server.firstMs,
      laterStartMs: server.laterMs,
      residentBytes: empty.residentBytes,
      createsPerSecond: creates.perSecond,
      createCpuUs: creates.cpuUs,
      getsPerSecond: gets.perSecond,
      getCpuUs: gets.cpuUs,
      heapPerObjectBytes: (withObjects.heapBytes - beforeCreates.heapBytes) / objects,
      residentWithObjectsBytes: withObjects.residentBytes,
      listMs,
      idleWatchesBytes: withWatches.residentBytes - beforeWatches.residentBytes,
      idleStreamsBytes: withStreams.residentBytes - withWatches.residentBytes,
      fanOutMs,
    }
  } finally {
    await clients.end()
    await server.stop()
  }
}
