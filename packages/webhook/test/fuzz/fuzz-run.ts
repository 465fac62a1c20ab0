import { contract } from '@odfmo/api-types'
import fc from 'fast-check'
import { answerProblem, answerShapeProblem, refusalProblem } from './answer-problem.ts'
import { Connection, type Address } from './connection.ts'
import { FuzzServer } from './fuzz-server.ts'
import { mutatedBodies } from './mutated-bodies.ts'
import { oddExchanges, wholeRequest, type AskedBody, type OddExchange } from './odd-exchanges.ts'

/** Bodies are made so many at a time. */
const batch = 500
/** Of these as many are odd below HTTP, on connections of their own. */
const oddPerBatch = 5
/** They wait for timers of the server, and hold nobody up: until so many are under way. */
const mostOddUnderWay = 40
/** Connections that are kept, with a request each. */
const lanes = 8
const mostProblems = 5

/** How long it goes on: for so many bodies, and until then at most (by `performance.now()`). */
export interface FuzzLength {
  readonly bodies: number
  readonly until: number
  /** Before what is held is counted: code is compiled, buffers are there. */
  readonly warmUp: number
}

/** What came of it. */
export interface FuzzReport {
  readonly bodies: number
  readonly perSecond: number
  readonly byStatus: Readonly<Record<number, number>>
  readonly byOddity: Readonly<Record<string, number>>
  /** What was answered wrongly, with what was sent. */
  readonly problems: readonly string[]
  /** By how much the server's heap is larger than after the warm-up. */
  readonly grownMib: number
  /** What the server had of the machine's memory, after the warm-up and at the end. */
  readonly rssMib: readonly [number, number]
  /** Connections that the server still has when all clients are gone. */
  readonly connectionsLeft: number
}

/** Sends bodies of all kinds to a webhook in a process of its own; the same ones for the same seed. */
export const fuzz = async (seed: number, { bodies, until, warmUp }: FuzzLength): Promise<FuzzReport> => {
  const server = await FuzzServer.start()
  try {
    const begin = await server.held()
    const run = new FuzzRun(server, seed)
    await run.go(warmUp, Number.POSITIVE_INFINITY)
    await run.leave()
    const before = await server.held()
    const beganAt = performance.now()
    const sentBefore = run.sent
    await run.go(warmUp + bodies, until)
    const seconds = (performance.now() - beganAt) / 1000
    await run.leave()
    const after =
      server.end === undefined
        ? await server.held()
        : { heapBytes: Number.NaN, rssBytes: Number.NaN, connections: Number.NaN }
    const { sent, byStatus, byOddity, problems } = run
    return {
      bodies: sent - sentBefore,
      perSecond: (sent - sentBefore) / seconds,
      byStatus,
      byOddity,
      problems,
      grownMib: (after.heapBytes - before.heapBytes) / 2 ** 20,
      rssMib: [before.rssBytes / 2 ** 20, after.rssBytes / 2 ** 20],
      connectionsLeft: after.connections - begin.connections,
    }
  } finally {
    await server.stop()
  }
}

class FuzzRun {
  readonly #server: FuzzServer
  readonly #address: Address
  readonly #seed: number
  readonly #kept: (Connection | undefined)[] = Array.from({ length: lanes }, () => undefined)
  readonly byStatus: Record<number, number> = {}
  readonly byOddity: Record<string, number> = {}
  readonly problems: string[] = []
  sent = 0

  constructor(server: FuzzServer, seed: number) {
    this.#server = server
    this.#address = { port: server.port, ca: server.ca }
    this.#seed = seed
  }

  async go(sentInAll: number, until: number): Promise<void> {
    const underWay = new Set<Promise<void>>()
    while (this.sent < sentInAll && performance.now() < until && !this.#isOver()) {
      const seed = this.#seed + this.sent
      const bodies = fc.sample(mutatedBodies, { seed, numRuns: Math.min(batch, sentInAll - this.sent) })
      const odd = fc.sample(oddExchanges, { seed, numRuns: oddPerBatch })
      const waiting = bodies
        .map((body, i): AskedBody => ({ path: paths[i % paths.length] ?? '', body }))
        .values()
      for (const exchange of odd) {
        const exchanged = this.#sendOdd(exchange)
        underWay.add(exchanged)
        void exchanged.then(() => underWay.delete(exchanged))
      }
      await Promise.all(
        this.#kept.map(async (_, lane) => {
          for (const one of waiting) if (!this.#isOver()) await this.#sendWhole(lane, one)
        }),
      )
      while (underWay.size > mostOddUnderWay) await Promise.race(underWay)
      this.sent += bodies.length
    }
    await Promise.all(underWay)
  }

  /** Ends all connections; resolves when the server has closed them too. */
  async leave(): Promise<void> {
    const open = this.#kept.splice(0, lanes, ...Array.from({ length: lanes }, () => undefined))
    for (const connection of open) connection?.end()
    for (const connection of open) await connection?.closed()
  }

  #isOver(): boolean {
    if (this.#server.end !== undefined && this.problems.length < mostProblems)
      this.problems.push(`the process ended: ${this.#server.end}`)
    return this.#server.end !== undefined || this.problems.length >= mostProblems
  }

  async #sendWhole(lane: number, asked: AskedBody): Promise<void> {
    await this.#judged(`${asked.path}\n${shown(asked.body)}`, async () => {
      const kept = this.#kept[lane]
      const connection = kept?.isOpen === true ? kept : await Connection.open(this.#address)
      this.#kept[lane] = connection
      connection.send(wholeRequest(asked))
      const [answer] = await connection.answers(1)
      if (answer === undefined) return `there was no answer: ${connection.error?.message ?? 'closed'}`
      this.#count(answer.status)
      if (answer.headers['connection'] === 'close') connection.end()
      return problemWith(answerProblem(asked.path, asked.body, answer), answer.body)
    })
  }

  async #sendOdd({ what, pieces, isPlain = false, next }: OddExchange): Promise<void> {
    this.byOddity[what] = (this.byOddity[what] ?? 0) + 1
    await this.#judged(`${what}, ${next.is}\n${pieces.map(shown).join('\n')}`, async () => {
      const connection = await Connection.open(this.#address, isPlain)
      for (const piece of pieces) connection.send(piece)
      switch (next.is) {
        case 'answers': {
          const answers = await connection.answers(next.to.length)
          connection.cut()
          const problems = next.to.map(({ path, body }, i) => {
            const answer = answers[i]
            if (answer === undefined)
              return `answer ${i + 1} did not come: ${connection.error?.message ?? 'closed'}`
            this.#count(answer.status)
            return problemWith(answerProblem(withoutQuery(path), body, answer), answer.body)
          })
          return problems.find((problem) => problem !== undefined)
        }
        case 'refusal': {
          const [answer] = await connection.answers(1)
          connection.cut()
          if (answer === undefined) return `there was no answer: ${connection.error?.message ?? 'closed'}`
          this.#count(answer.status)
          if (!next.statuses.includes(answer.status)) return `the status is ${answer.status}\n${answer.body}`
          return problemWith(refusalProblem(answer), answer.body)
        }
        case 'end': {
          connection.end()
          const answers = await connection.closed()
          for (const { status } of answers) this.#count(status)
          const problems = answers.map((answer) => {
            if (answer.status !== 200) return problemWith(refusalProblem(answer), answer.body)
            // Where a damaged request is one after all.
            const { body } = next
            if (body === undefined) return problemWith(answerShapeProblem(answer), answer.body)
            const right = paths.some((path) => answerProblem(path, body, answer) === undefined)
            return right ? undefined : `answered, but not what was asked\n${answer.body}`
          })
          return problems.find((problem) => problem !== undefined)
        }
        case 'reset':
          connection.cut()
          return undefined
      }
    })
  }

  /** Writes down what `send` finds wrong. */
  async #judged(what: string, send: () => Promise<string | undefined>): Promise<void> {
    const problem = await send().catch((error: unknown) => String(error))
    if (problem !== undefined && this.problems.length < mostProblems)
      this.problems.push(`${problem}\n${what}`)
  }

  #count(status: number): void {
    this.byStatus[status] = (this.byStatus[status] ?? 0) + 1
  }
}

const paths = [contract.webhook.validatePath, contract.webhook.mutatePath]

const withoutQuery = (path: string): string => path.split('?', 1)[0] ?? ''

const problemWith = (problem: string | undefined, body: string): string | undefined =>
  problem === undefined ? undefined : `${problem}\n${body.slice(0, 2000)}`

/** Bytes for a reader: as text, if they are text. */
const shown = (bytes: Buffer): string => {
  const start = bytes.subarray(0, 4000)
  const text = start.toString()
  return Buffer.from(text).equals(start) ? text : `base64 ${start.toString('base64')}`
}
