import type { Clock } from '../clock.ts'
import { abortable } from './abortable.ts'
import type { ExecCredential } from './exec-answer.ts'
import { ExecError } from './exec-error.ts'

/** So soon a plugin is not run again for an answer that the server refuses or that had expired when it came: it would answer the same. */
const shortestMs = 10_000
/** A plugin that fails is not run for every call that would need it. */
const firstPauseMs = 1000
const longestPauseMs = 30_000

/** What a credential plugin answered, for as long as it is good; one run at a time, however many ask. */
export class ExecCredentials {
  readonly #command: string
  readonly #run: () => Promise<ExecCredential>
  readonly #clock: Clock
  #last: { readonly credential: ExecCredential; readonly at: number } | undefined
  #running: Promise<ExecCredential> | undefined
  #failure: { readonly error: unknown; readonly times: number; readonly until: number } | undefined

  /** `command`: for messages. */
  constructor(command: string, run: () => Promise<ExecCredential>, clock: Clock) {
    this.#command = command
    this.#run = run
    this.#clock = clock
  }

  /** The last answer, or a new one when it has expired. Throws an `ExecError`, or the signal's reason. */
  async current(signal?: AbortSignal): Promise<ExecCredential> {
    const last = this.#last
    if (last !== undefined && (!this.#hasExpired(last.credential) || this.#isRecent(last.at)))
      return last.credential
    return this.#again(signal)
  }

  /**
   * Another credential after the server refused this one; undefined when it has only just been answered. Throws as
   * `current`, and an `ExecError` when what was only just answered has expired: the server knows why it refuses it.
   */
  async renew(refused: ExecCredential, signal?: AbortSignal): Promise<ExecCredential | undefined> {
    const last = this.#last
    if (last === undefined || last.credential !== refused) return this.current(signal)
    if (!this.#isRecent(last.at)) return this.#again(signal)
    if (!this.#hasExpired(refused)) return undefined
    const end = new Date(refused.expiresAt ?? 0).toISOString()
    throw new ExecError(
      `the credential plugin ${this.#command} answered a credential that expired at ${end}, and the server refuses it`,
    )
  }

  #hasExpired({ expiresAt }: ExecCredential): boolean {
    return expiresAt !== undefined && expiresAt <= this.#clock.now()
  }

  #isRecent(at: number): boolean {
    return this.#clock.monotonic() - at < shortestMs
  }

  #again(signal: AbortSignal | undefined): Promise<ExecCredential> {
    if (this.#running === undefined) {
      const failure = this.#failure
      if (failure !== undefined && this.#clock.monotonic() < failure.until) throw failure.error
      this.#running = this.#attempt().finally(() => (this.#running = undefined))
      // Who asked may have left meanwhile; the answer is for the next.
      this.#running.catch(() => undefined)
    }
    return abortable(this.#running, signal)
  }

  async #attempt(): Promise<ExecCredential> {
    try {
      const credential = await this.#run()
      this.#last = { credential, at: this.#clock.monotonic() }
      this.#failure = undefined
      return credential
    } catch (error) {
      const times = (this.#failure?.times ?? 0) + 1
      const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (times - 1))
      this.#failure = { error, times, until: this.#clock.monotonic() + pauseMs }
      throw error
    }
  }
}
