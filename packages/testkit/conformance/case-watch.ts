import { setTimeout as sleep } from 'node:timers/promises'
import { Answer, ExpectationError } from './answer.ts'
import type { Received } from './connection.ts'
import { mismatch } from './matches.ts'

const eventWaitMs = 120_000

/** A watch of a case. What is recorded of it are its status and the events that the case waited for. */
export class CaseWatch {
  readonly request: string
  readonly status: number
  readonly headers: Received['headers']
  /** The answer, when the server refused. */
  readonly refusal: Answer | undefined
  readonly #events: unknown[] = []
  readonly #body: Received['body']
  readonly #ended: Promise<void>
  #seen = 0
  #wake: () => void = () => undefined
  #isOver = false

  private constructor(request: string, received: Received, refusal: Answer | undefined) {
    this.request = request
    this.status = received.status
    this.headers = received.headers
    this.refusal = refusal
    this.#body = received.body
    this.#ended = new Promise((resolve) => {
      const over = (): void => {
        this.#isOver = true
        this.#wake()
        resolve()
      }
      if (refusal !== undefined) over()
      this.#body.on('end', over)
      this.#body.on('close', over)
    })
    if (refusal === undefined) this.#read()
  }

  static async open(request: string, received: Received): Promise<CaseWatch> {
    const refusal =
      received.status === 200
        ? undefined
        : new Answer(request, received.status, received.headers, await received.body.text())
    return new CaseWatch(request, received, refusal)
  }

  /** The events that were waited for so far. */
  get seen(): readonly unknown[] {
    return this.#events.slice(0, this.#seen)
  }

  /**
   * Waits for the next `fields.length` events and throws unless each has these fields (see Answer.is); answers them.
   * Further ones are for the next call: that nothing else came is shown by an event that the case causes afterwards.
   */
  async next(...fields: readonly unknown[]): Promise<readonly WatchEvent[]> {
    if (this.refusal !== undefined)
      throw new ExpectationError(
        `${this.request}: expected a watch, got ${this.status} ${this.refusal.text.slice(0, 300)}`,
      )
    const from = this.#seen
    const giveUp = sleep(eventWaitMs, undefined, { ref: false }).then(() => 'late')
    while (this.#events.length < from + fields.length) {
      const more = new Promise<string>((resolve) => (this.#wake = () => resolve('more')))
      if (this.#isOver || (await Promise.race([more, giveUp])) === 'late') {
        this.#seen = this.#events.length
        throw new ExpectationError(
          `${this.request}: waited for ${fields.length} events, got ${this.#seen - from}${this.#isOver ? ', then the watch ended' : ''}`,
        )
      }
    }
    this.#seen = from + fields.length
    const events = this.#events.slice(from, this.#seen) as readonly WatchEvent[]
    const wrong = mismatch(events, fields, 'events')
    if (wrong !== undefined) throw new ExpectationError(`${this.request}: ${wrong}`)
    return events
  }

  /** Resolves when the server has ended the watch; all its events count as waited for. */
  async ended(): Promise<void> {
    const late = sleep(eventWaitMs, 'late', { ref: false })
    if ((await Promise.race([this.#ended, late])) === 'late')
      throw new ExpectationError(`${this.request}: the server did not end the watch`)
    this.#seen = this.#events.length
  }

  close(): void {
    this.#body.destroy()
  }

  #read(): void {
    let rest = ''
    this.#body.setEncoding('utf8')
    this.#body.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) this.#events.push(JSON.parse(line))
      this.#wake()
    })
  }
}

export interface WatchEvent {
  readonly type: string
  /** Loosely typed: cases look into it. */
  // oxlint-disable-next-line typescript/no-explicit-any -- see above
  readonly object: any
}
