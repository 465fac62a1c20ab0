import type { MaybePromise } from './cluster.ts'

/** The end of one cluster: who is told of it before, and what is refused after. */
export class ClusterEnd {
  readonly #name: string
  readonly #listeners = new Set<() => MaybePromise<void>>()
  #ending: Promise<void> | undefined
  #hasEnded = false

  constructor(name: string) {
    this.#name = name
  }

  /** Calls back before the cluster ends; throws when it has begun to. */
  readonly onStop = (listener: () => MaybePromise<void>): (() => void) => {
    if (this.#ending !== undefined) throw this.#error()
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Throws when the cluster has ended: what is asked of it then would be answered by nobody. */
  readonly check = (): void => {
    if (this.#hasEnded) throw this.#error()
  }

  /** Tells everybody, waits for them, and ends the cluster, even when one of them fails; another call waits for the first. */
  stop(end: () => Promise<void>): Promise<void> {
    this.#ending ??= this.#run(end)
    return this.#ending
  }

  async #run(end: () => Promise<void>): Promise<void> {
    // not at once: who is told may call `onStop` or `stop`, and then it has begun
    await Promise.resolve()
    const listeners = [...this.#listeners]
    this.#listeners.clear()
    await Promise.allSettled(listeners.map(async (listener) => listener()))
    this.#hasEnded = true
    await end()
  }

  #error(): Error {
    return new Error(`cluster ${this.#name} has been stopped`)
  }
}
