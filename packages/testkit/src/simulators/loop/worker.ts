import type { Clock } from '../../clock/clock.ts'
import { isConflict } from '../../access/cluster-error.ts'
import { pause } from '../../access/pause.ts'
import { retryDelayMs } from '../../access/retry-delay.ts'
import type { SimulatorOptions } from '../simulator.ts'

export interface WorkerOptions {
  readonly name: string
  readonly clock: Clock
  readonly report: (line: string) => void
  /** Before work on a key begins. */
  readonly delayMs: number
  /** Why a piece of work shall fail. */
  readonly fails?: SimulatorOptions['fails']
  /** Brings one key into order; answers after how many milliseconds to look again, if at all. */
  readonly reconcile: (key: string) => Promise<number | undefined>
}

/** Works on keys: each once at a time, again when it was named meanwhile, later when it failed. */
export class Worker {
  readonly #options: WorkerOptions
  readonly #running = new Map<string, Promise<void>>()
  readonly #dirty = new Set<string>()
  readonly #failures = new Map<string, number>()
  readonly #timers = new Map<string, () => void>()
  readonly #stopped = new AbortController()
  #state: 'waiting' | 'working' | 'stopped' = 'waiting'
  #isPaused = false

  constructor(options: WorkerOptions) {
    this.#options = options
  }

  add(key: string): void {
    this.#dirty.add(key)
    if (this.#isWorking()) this.#begin(key)
  }

  start(): void {
    this.#state = 'working'
    this.#beginAll()
  }

  /** Nothing is begun any more; what is named meanwhile waits. */
  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    this.#beginAll()
  }

  /** Aborted by `stop`. */
  get signal(): AbortSignal {
    return this.#stopped.signal
  }

  /** What it is at work on: `Thing default/a`. */
  get underWay(): string[] {
    return [...this.#running.keys()].map((key) => `${this.#options.name} ${key}`)
  }

  /** Resolves when what was under way has ended. */
  async stop(): Promise<void> {
    this.#state = 'stopped'
    this.#stopped.abort()
    for (const cancel of this.#timers.values()) cancel()
    await Promise.all(this.#running.values())
  }

  #beginAll(): void {
    if (this.#isWorking()) for (const key of [...this.#dirty]) this.#begin(key)
  }

  #begin(key: string): void {
    if (this.#running.has(key)) return
    this.#running.set(key, this.#work(key))
  }

  async #work(key: string): Promise<void> {
    const { name, report, clock, reconcile, delayMs, fails } = this.#options
    // What one burst of events names is worked on once.
    await (delayMs === 0 ? Promise.resolve() : pause(clock, delayMs, this.#stopped.signal))
    while (this.#isWorking() && this.#dirty.delete(key)) {
      this.#timers.get(key)?.()
      this.#timers.delete(key)
      try {
        const attempt = (this.#failures.get(key) ?? 0) + 1
        const why = fails?.({ what: name, key, attempt })
        if (why !== undefined) throw new Error(why)
        const again = await reconcile(key)
        this.#failures.delete(key)
        if (again !== undefined) this.#later(key, again)
      } catch (error) {
        if (this.#hasStopped()) break
        const failures = (this.#failures.get(key) ?? 0) + 1
        this.#failures.set(key, failures)
        if (!isConflict(error))
          report(`${name} ${key}: ${error instanceof Error ? error.message : String(error)}`)
        this.#later(key, retryDelayMs(failures, clock.random(), isConflict(error) ? 5 : 100))
      }
    }
    this.#running.delete(key)
  }

  #hasStopped(): boolean {
    return this.#state === 'stopped'
  }

  #isWorking(): boolean {
    return this.#state === 'working' && !this.#isPaused
  }

  #later(key: string, ms: number): void {
    if (this.#state !== 'working') return
    this.#timers.get(key)?.()
    const cancel = this.#options.clock.after(ms, () => {
      this.#timers.delete(key)
      this.add(key)
    })
    this.#timers.set(key, cancel)
  }
}
