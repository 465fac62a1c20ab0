import { isDeepStrictEqual } from 'node:util'
import { connect } from '../connection.ts'
import type { Connection } from '../connection.ts'
import { Random } from '../fuzz/random.ts'
import { comparable, isInAnyOrder, isOfValues, otherWarnings } from './comparable.ts'
import { Normalizer } from '../normalize.ts'
import { randomStep } from './random-step.ts'
import type { Step } from './random-step.ts'
import { historyKinds } from './shapes.ts'
import type { HistoryKind } from './shapes.ts'

/** Where a server is, and how an administrator comes to it. */
export interface Endpoint {
  readonly url: string
  kubeconfig(): string
}

/** A server, and what is the same on all servers of what it answered in one history. */
class Side {
  readonly #connection: Connection
  readonly #url: string
  #normalizer: Normalizer

  constructor(kubeconfig: string, url: string) {
    this.#connection = connect(kubeconfig)
    this.#url = url
    this.#normalizer = new Normalizer(url, Date.now())
  }

  begin(): void {
    this.#normalizer = new Normalizer(this.#url, Date.now())
  }

  async send(method: string, path: string, contentType: string, body: unknown) {
    const headers: Record<string, string> = body === undefined ? {} : { 'content-type': contentType }
    const answer = await this.#connection.send({ method, path, headers, body })
    const text = await answer.body.text()
    const json = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : { text }
    // of what is refused not all is told that is unknown besides
    const warning = answer.status === 422 ? [] : otherWarnings(answer.headers['warning'])
    return {
      status: answer.status,
      json,
      shown: { status: answer.status, warning, body: comparable(this.#normalizer.value(json)) },
    }
  }

  close(): Promise<void> {
    return this.#connection.close()
  }
}

type Sent = Awaited<ReturnType<Side['send']>>

/** Where two servers answered otherwise. */
export interface HistoryDifference {
  /** All of the history, with their status. */
  readonly requests: readonly string[]
  readonly seed: number
  readonly step: number
  readonly request: string
  readonly real: unknown
  readonly memory: unknown
}

const stepsOfHistory = 14

/** Sends the same random histories of one object each to two servers. */
export class Histories {
  readonly #sides: readonly [Side, Side]
  readonly #namespace: string
  steps = 0
  readonly byStatus: Record<string, number> = {}

  constructor(real: Endpoint, memory: Endpoint, namespace: string) {
    this.#sides = [new Side(real.kubeconfig(), real.url), new Side(memory.kubeconfig(), memory.url)]
    this.#namespace = namespace
  }

  async start(): Promise<void> {
    await this.#both((side) =>
      side.send('POST', '/api/v1/namespaces', 'application/json', { metadata: { name: this.#namespace } }),
    )
  }

  /** Undefined when every answer was the same. `skipped`: steps that are left out, for a shorter history. */
  async run(seed: number, skipped: ReadonlySet<number> = new Set()): Promise<HistoryDifference | undefined> {
    const random = new Random(seed)
    const kind = random.of(historyKinds)
    const name = `s${seed}`
    const collection = `/${kind.apiVersion === 'v1' ? 'api' : 'apis'}/${kind.apiVersion}/namespaces/${this.#namespace}/${kind.plural}`
    const object = `${collection}/${name}`
    for (const side of this.#sides) side.begin()
    const requests: string[] = []
    let live: readonly (Record<string, unknown> | undefined)[] = [undefined, undefined]
    try {
      for (let at = 0; at < stepsOfHistory; at++) {
        const stepSeed = random.below(2 ** 31)
        if (skipped.has(at)) continue
        const { request, answers } = await this.#step(stepSeed, kind, name, { collection, object }, live)
        const [real, memory] = answers
        this.steps += 1
        this.byStatus[real.status] = (this.byStatus[real.status] ?? 0) + 1
        requests.push(`${request}\n  ${real.status}`)
        if (isOfValues(kind, real) || isInAnyOrder(request, real, memory)) return undefined
        if (!isDeepStrictEqual(real.shown, memory.shown))
          return { requests, seed, step: at, request, real: real.shown, memory: memory.shown }
        const now = await this.#both((side) => side.send('GET', object, '', undefined))
        if (!isDeepStrictEqual(now[0].shown, now[1].shown))
          return {
            requests,
            seed,
            step: at,
            request: `${request}\nGET`,
            real: now[0].shown,
            memory: now[1].shown,
          }
        live = now.map(({ status, json }) => (status === 200 ? json : undefined))
      }
      return undefined
    } finally {
      await this.#both((side) =>
        side.send('PATCH', object, 'application/merge-patch+json', { metadata: { finalizers: null } }),
      )
      await this.#both((side) => side.send('DELETE', object, '', undefined))
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#sides.map((side) => side.close()))
  }

  async #step(
    stepSeed: number,
    kind: HistoryKind,
    name: string,
    { collection, object }: { readonly collection: string; readonly object: string },
    live: readonly (Record<string, unknown> | undefined)[],
  ): Promise<{ request: string; answers: [Sent, Sent] }> {
    // made for each side of the same choices: bodies have versions and uids of their own
    const steps = this.#sides.map((): Step => randomStep(new Random(stepSeed), kind, name))
    const bodies = steps.map(({ body }, at) => body(live[at]))
    const [step] = steps
    if (step === undefined) throw new Error('there are two sides')
    const { method, subresource, query, contentType } = step
    const path = method === 'POST' ? collection : subresource === '' ? object : `${object}/${subresource}`
    const search = new URLSearchParams(query).toString()
    const full = search === '' ? path : `${path}?${search}`
    const answers = (await Promise.all(
      this.#sides.map((side, at) => side.send(method, full, contentType, bodies[at])),
    )) as [Sent, Sent]
    return { request: `${method} ${full} ${contentType}\n${JSON.stringify(bodies[0])}`, answers }
  }

  async #both(send: (side: Side) => Promise<Sent>): Promise<[Sent, Sent]> {
    const [real, memory] = this.#sides
    return Promise.all([send(real), send(memory)])
  }
}
