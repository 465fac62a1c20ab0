// The bars of the controller kit: memory and speed of caches, the queue, start and size of a bundled service; and the kit
// beside other clients (clients/README.md says what is measured and how).
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { kinds } from '@odfmo/api-types'
import {
  cluster,
  Informers,
  KubeError,
  watch,
  WorkQueue,
  type ObjectList,
  type WatchClient,
  type WatchEvent,
  type WatchRequestOptions,
} from '@odfmo/controller-kit'
import { startCluster } from '@odfmo/testkit'
import { root } from '../command/root.ts'
import { Comparison } from './clients/comparison.ts'
import { atLeast, atMost, middle, type Row } from './row.ts'

const objects = 10_000
const events = 100_000
/** With metadata about 1 KiB. */
const text = 'x'.repeat(600)
const hub = cluster('hub', { ConfigMap: watch(kinds.ConfigMap) })

const objectText = (index: number, version: number): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: `object-${index}`,
      namespace: `namespace-${index % 100}`,
      uid: `00000000-0000-0000-0000-${String(index).padStart(12, '0')}`,
      resourceVersion: String(version),
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { app: `app-${index % 10}`, index: String(index) },
      managedFields: [
        { manager: 'bench', operation: 'Update', apiVersion: 'v1', fieldsV1: { 'f:data': { 'f:text': {} } } },
      ],
    },
    data: { text: `${text}${version}` },
  })

/** A server of strings: what a client would have after the network, before parsing. */
class Server implements WatchClient {
  readonly lines: string[] = []
  #resume: () => void = () => undefined
  #listed: () => void = () => undefined
  #gone = false

  list<T>(): Promise<ObjectList<T & { metadata: object }>> {
    throw new Error('this server lists in its watches')
  }

  async *watch<T extends { metadata: object }>(
    _kind: unknown,
    options: WatchRequestOptions = {},
  ): AsyncGenerator<WatchEvent<T>> {
    options.onOpen?.()
    options.signal?.addEventListener('abort', () => this.wake())
    if (options.sendInitialEvents === true) {
      for (let index = 0; index < objects; index++)
        yield JSON.parse(`{"type":"ADDED","object":${objectText(index, 1000 + index)}}`)
      const end = { metadata: { resourceVersion: '20000' } } as T
      yield { type: 'BOOKMARK', object: end, endsInitialEvents: true }
      this.#listed()
    }
    while (options.signal?.aborted !== true) {
      if (this.#gone) {
        this.#gone = false
        throw new KubeError(
          { verb: 'watch', resource: 'configmaps', cluster: 'hub' },
          410,
          'Expired',
          'history is gone',
        )
      }
      for (const line of this.lines.splice(0)) yield JSON.parse(line)
      await new Promise<void>((resolve) => (this.#resume = resolve))
    }
  }

  wake(): void {
    this.#resume()
  }

  /** The history is gone: everything is listed anew; resolves when that is done. */
  relist(): Promise<void> {
    this.#gone = true
    this.wake()
    return new Promise((resolve) => (this.#listed = resolve))
  }
}

const heap = (): number => {
  for (let i = 0; i < 3; i++) globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

async function caches(): Promise<Row[]> {
  // The kit's own timers keep no process alive, and here is no socket that would.
  const alive = setInterval(() => undefined, 1000)
  const server = new Server()
  const informers = new Informers({ clients: { hub: server } })
  const stop = new AbortController()
  const before = heap()
  const running = informers.start(stop.signal)
  informers.use(hub.ConfigMap)
  await informers.waitForSync()
  const perObjects = (heap() - before) / 1e6

  let heard = 0
  const unsubscribe = informers.onEvent(() => (heard += 1))
  await server.relist()
  const relisted = heard
  heard = 0
  unsubscribe()
  const all = new Promise<void>((resolve) =>
    informers.onEvent(() => {
      heard += 1
      if (heard === events) resolve()
    }),
  )
  for (let i = 0; i < events; i++) {
    server.lines.push(`{"type":"MODIFIED","object":${objectText(i % objects, 30_000 + i)}}`)
  }
  const began = performance.now()
  server.wake()
  await all
  const perSecond = (events / (performance.now() - began)) * 1000
  stop.abort()
  await running
  clearInterval(alive)
  return [
    atMost('cache: 10,000 objects of 1 KiB, above the baseline', perObjects, 25, 'MB'),
    atMost('cache: events of a relist with 10,000 unchanged objects', relisted, 0, ''),
    atLeast('cache: events through parsing, store and a listener', perSecond, 20_000, '1/s'),
  ]
}

async function queue(): Promise<Row[]> {
  const keys = 200_000
  const work = new WorkQueue()
  const began = performance.now()
  for (let i = 0; i < keys; i++) work.add(`key-${i}`)
  for (let i = 0; i < keys; i++) {
    const key = await work.get()
    if (key !== undefined) work.done(key)
  }
  return [
    atLeast('queue: keys added, taken and done', (keys / (performance.now() - began)) * 1000, 200_000, '1/s'),
  ]
}

/** Milliseconds to synced, and MB of resident memory a second later, of one start. */
function start(main: string, kubeconfig: string): Promise<{ syncedMs: number; rssMb: number }> {
  return new Promise((resolve, reject) => {
    const service = spawn(
      process.execPath,
      [
        main,
        '--kubeconfig',
        kubeconfig,
        '--log-level=error',
        '--metrics-bind-address=127.0.0.1:0',
        '--health-probe-bind-address=127.0.0.1:0',
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const kill = (): void => void service.kill('SIGKILL')
    process.once('exit', kill)
    let syncedMs = 0
    createInterface({ input: service.stdout }).on('line', (line) => {
      const [what, value] = line.split(' ')
      if (what === 'synced') {
        syncedMs = Number(value)
        setTimeout(() => service.kill('SIGUSR2'), 1000)
      } else if (what === 'rss') {
        resolve({ syncedMs, rssMb: Number(value) / 1e6 })
        service.kill('SIGTERM')
      }
    })
    service.once('exit', () => {
      process.off('exit', kill)
      reject(new Error('the service of the benchmark ended'))
    })
  })
}

async function service(folder: string): Promise<Row[]> {
  const hubCluster = await startCluster({ name: 'hub' })
  try {
    const kubeconfig = path.join(folder, 'kubeconfig')
    writeFileSync(kubeconfig, hubCluster.kubeconfig())
    writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}')
    const tsup = path.join(root, 'node_modules/.bin/tsup')
    execFileSync(
      tsup,
      [
        '--config',
        'tsup.service.ts',
        'tools/bench/controller-kit-service.ts',
        '-d',
        path.join(folder, 'dist'),
      ],
      {
        cwd: root,
        stdio: 'ignore',
      },
    )
    const main = path.join(folder, 'dist/controller-kit-service.js')
    // The first start fills the compile cache.
    const runs = []
    for (let i = 0; i < 4; i++) runs.push(await start(main, kubeconfig))
    const warm = runs.slice(1)
    return [
      atMost('service: start to synced', middle(warm.map(({ syncedMs }) => syncedMs)), 300, 'ms'),
      atMost('service: idle', middle(warm.map(({ rssMb }) => rssMb)), 90, 'MB'),
    ]
  } finally {
    await hubCluster.stop()
  }
}

async function measured(): Promise<Row[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'odfmo-bench-'))
  // Also when it is ended before its time: the programs in there are large.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1))
  // Clients that idle do so while the rest is measured.
  let comparison: Comparison | undefined
  try {
    comparison = await Comparison.start(folder)
    return [...(await caches()), ...(await queue()), ...(await service(folder)), ...(await comparison.rows())]
  } finally {
    comparison?.stop()
  }
}

process.stdout.write(`${JSON.stringify(await measured())}\n`)
