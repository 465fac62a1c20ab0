import type { Clock } from '../clock/clock.ts'
import { soon } from '../clock/clock.ts'
import type { Staleness } from '../faults/staleness.ts'
import type { Exchange } from './exchange.ts'

/** What waits to be sent. */
interface HeldFrame {
  readonly bytes: Buffer
  /** The version that it tells of; 0 for what is of none. */
  readonly revision: number
  /** By the monotonic clock. */
  readonly dueAt: number
}

export interface EventGateOptions {
  readonly exchange: Exchange
  readonly clock: Pick<Clock, 'monotonic' | 'after'>
  /** Cuts the connection. */
  readonly destroy: () => void
  /** Called after each frame that was written. */
  readonly onWrite: () => void
}

const newline = 10

/** Where the events of one watch go out, and where faults hold them, let them come late, or cut them. */
export class EventGate {
  readonly #options: EventGateOptions
  readonly #held: HeldFrame[] = []
  #isStalled = false
  #cutsNext: boolean
  #lagMs = 0
  #staleness: Staleness | undefined
  #unfollow = (): void => undefined
  #cancel = (): void => undefined
  #end: (() => void) | undefined

  constructor(options: EventGateOptions) {
    this.#options = options
    const { breakAnswer, lagMs, staleness } = options.exchange
    this.#cutsNext = breakAnswer === 'cut'
    this.#lagMs = lagMs
    if (staleness !== undefined) this.follow(staleness)
  }

  /** Whether it wants to know of which version each frame tells. */
  get asksForRevision(): boolean {
    return this.#staleness !== undefined
  }

  /** Sends a frame, now or when its time has come. */
  push(bytes: Buffer, revision = 0): void {
    if (!this.#isStalled && this.#lagMs === 0 && this.#held.length === 0 && this.#staleness === undefined) {
      this.#write(bytes)
      return
    }
    this.#held.push({ bytes, revision, dueAt: this.#options.clock.monotonic() + this.#lagMs })
    this.#flush()
  }

  /** Calls back when all that was pushed is out: the end of a stream is as late as its events. */
  finish(end: () => void): void {
    this.#end = end
    this.#flush()
  }

  stall(isStalled: boolean): void {
    this.#isStalled = isStalled
    this.#flush()
  }

  lag(ms: number): void {
    this.#lagMs = ms
    if (ms === 0) for (const [at, frame] of this.#held.entries()) this.#held[at] = { ...frame, dueAt: 0 }
    this.#flush()
  }

  follow(staleness: Staleness): void {
    this.#unfollow()
    this.#staleness = staleness
    this.#unfollow = staleness.subscribe(() => this.#flush())
  }

  cutNext(): void {
    this.#cutsNext = true
  }

  /** Nothing is sent any more. */
  close(): void {
    this.#unfollow()
    this.#cancel()
    this.#held.length = 0
    this.#end = undefined
  }

  #flush(): void {
    this.#cancel()
    if (this.#isStalled) return
    const { clock } = this.#options
    for (let next = this.#held[0]; next !== undefined; next = this.#held[0]) {
      if (next.revision > (this.#staleness?.visible ?? Number.POSITIVE_INFINITY)) return
      const waitMs = next.dueAt - clock.monotonic()
      if (waitMs > 0) {
        this.#cancel = clock.after(waitMs, () => this.#flush())
        return
      }
      this.#held.shift()
      this.#write(next.bytes)
      if (this.#hasBeenCut()) return
    }
    if (this.#staleness?.visible === Number.POSITIVE_INFINITY) this.#staleness = undefined
    const end = this.#end
    this.#end = undefined
    end?.()
  }

  #hasBeenCut(): boolean {
    return this.#isStalled
  }

  #write(bytes: Buffer): void {
    const { exchange, destroy, onWrite } = this.#options
    if (!this.#cutsNext) {
      exchange.write(bytes)
      onWrite()
      return
    }
    const firstLine = bytes.indexOf(newline)
    exchange.write(bytes.subarray(0, Math.ceil((firstLine < 0 ? bytes.length : firstLine) / 2)))
    this.#cutsNext = false
    this.#isStalled = true
    soon(destroy)
  }
}
