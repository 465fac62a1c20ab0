import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { InMemoryCluster, KindRef } from '../../src/cluster.ts'
import { startCluster } from '../../src/start-cluster.ts'
import type { FuzzedRequest } from './fuzzed-request.ts'
import { fuzzedRequest } from './fuzzed-request.ts'
import { Random } from './random.ts'
import { fuzzDefinition, seedKinds } from './seed-objects.ts'
import type { FuzzAnswer, FuzzSender } from './send-fuzzed.ts'
import { fuzzSender } from './send-fuzzed.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const mib = 2 ** 20
/** So many go to one namespace: objects are met again, and some are there. */
const requestsPerNamespace = 500
/** Compiled code, caches of types and the like are there after these. */
const warmUpRequests = 3_000

/** The real server finds out after it has written that it has no such form of an object. */
const isRefusedAfterwards = ({ status, text }: FuzzAnswer): boolean =>
  status === 406 && text.includes('you requested PartialObjectMetadata')

export interface FuzzReport {
  readonly requests: number
  readonly byStatus: Readonly<Record<string, number>>
  /** What was answered wrongly, with the request. */
  readonly problems: readonly string[]
  /** By how much the heap is larger after all of it, when what is kept on purpose is gone. */
  readonly grownMib: number
  readonly perSecond: number
}

const isPlainNotFound = ({ status, text }: FuzzAnswer): boolean =>
  (status === 404 && text === '404 page not found\n') || (status === 400 && text === '400 Bad Request')

/** What is wrong with an answer; undefined when nothing is. */
const problemOf = ({ method, headers }: FuzzedRequest, answer: FuzzAnswer): string | undefined => {
  const { status, text } = answer
  if (status === 0) return `there was no answer: ${text}`
  if (status < 200 || (status >= 300 && status < 400)) return 'a status that nobody asked for'
  if (status < 400 || method === 'HEAD' || isPlainNotFound(answer)) return undefined
  if (headers['accept'] === 'application/yaml') return undefined
  try {
    const { kind, status: outcome, code, message, reason } = JSON.parse(text) as Record<string, unknown>
    // some refusals have a 500 on the real server too, when its storage or a patch finds them out: without a reason
    if (status >= 500 && reason === 'InternalError') return 'a server error'
    const isStatus = kind === 'Status' && outcome === 'Failure' && code === status && message !== ''
    return isStatus ? undefined : 'a refusal that is no Status'
  } catch {
    return 'a refusal that is no JSON'
  }
}

const shown = ({ method, path, headers, body }: FuzzedRequest, { status, text }: FuzzAnswer): string =>
  `${method} ${path} ${JSON.stringify(headers)}\n${body?.toString() ?? ''}\n${status} ${text.slice(0, 500)}`

/** Heap in use when nothing is left of the requests but what the server keeps by mistake. */
const heapOf = (cluster: InMemoryCluster): number => {
  for (const kind of ['ConfigMap', 'Secret', 'Pod', 'ServiceAccount', 'Service', 'Namespace'])
    if (cluster.list({ apiVersion: 'v1', kind }).some(({ metadata }) => metadata.name === 'fuzz'))
      throw new Error('the namespace of the fuzzing is still there')
  cluster.requests.clear()
  cluster.faults.compactHistory()
  for (let time = 0; time < 3; time++) collectGarbage()
  return process.memoryUsage().heapUsed
}

/** One sequence of requests against one cluster. */
class FuzzRun {
  readonly #random: Random
  readonly #cluster: InMemoryCluster
  readonly #sender: FuzzSender
  readonly byStatus: Record<string, number> = {}
  readonly problems: string[] = []
  readonly #changed: string[] = []

  constructor(cluster: InMemoryCluster, sender: FuzzSender, seed: number) {
    this.#cluster = cluster
    this.#sender = sender
    this.#random = new Random(seed)
    for (const { apiVersion, kind } of seedKinds.map(({ object }) => object as unknown as KindRef))
      cluster.on({ apiVersion, kind }, ({ type, object }) => {
        this.#changed.push(`${type} ${kind} ${object.metadata.name ?? ''}`)
      })
  }

  async send(count: number): Promise<void> {
    const empty = this.#cluster.snapshot()
    for (let at = 0; at < count; at++) {
      if (at % requestsPerNamespace === 0) {
        this.#cluster.restore(empty)
        await this.#cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'fuzz' } })
      }
      await this.#one(fuzzedRequest(this.#random, { namespace: 'fuzz', withApply: true }))
    }
    this.#cluster.restore(empty)
  }

  async #one(request: FuzzedRequest): Promise<void> {
    this.#changed.length = 0
    const answer = await this.#sender.send(request)
    this.byStatus[answer.status] = (this.byStatus[answer.status] ?? 0) + 1
    const problem = problemOf(request, answer)
    if (problem !== undefined) this.problems.push(`${problem}: ${shown(request, answer)}`)
    else if (answer.status >= 400 && this.#changed.length > 0 && !isRefusedAfterwards(answer))
      this.problems.push(`a refused request changed ${this.#changed.join(', ')}: ${shown(request, answer)}`)
  }
}

/** Sends so many requests that a seed decides to an in-memory server, one after the other, and looks at every answer. */
export const fuzz = async (seed: number, requests: number, warmUp = warmUpRequests): Promise<FuzzReport> => {
  const cluster = await startCluster({ crds: [fuzzDefinition], controllers: false })
  const sender = await fuzzSender(cluster)
  try {
    const run = new FuzzRun(cluster, sender, seed)
    await run.send(warmUp)
    const before = heapOf(cluster)
    const beganAt = performance.now()
    await run.send(requests)
    const perSecond = (requests / (performance.now() - beganAt)) * 1000
    const grownMib = (heapOf(cluster) - before) / mib
    return { requests, byStatus: run.byStatus, problems: run.problems, grownMib, perSecond }
  } finally {
    sender.close()
    await cluster.stop()
  }
}
