import { refuseOption } from '../check-option.ts'
import type { CrashableService, CrashOptions } from './crash-options.ts'
import type { ServiceGate } from './service-gate.ts'

const stopped = async (service: CrashableService): Promise<void> => {
  try {
    await service.stop()
  } catch {
    // it died while it was at work: what it says to that is of no interest
  }
}

/** Keeps a service running for one run: once the gate is deaf to it, it is stopped and started again. */
export class Supervision {
  readonly #options: Pick<CrashOptions, 'start'>
  readonly #gate: ServiceGate
  #current: Promise<CrashableService>
  #onReplaced: () => void = () => undefined
  /** Resolves when another comes in the place of the current one. */
  #replaced: Promise<void> = Promise.resolve()

  constructor(options: Pick<CrashOptions, 'start'>, gate: ServiceGate) {
    this.#options = options
    this.#gate = gate
    // a gate may be hit before the start is over
    let isBegun: () => void = () => undefined
    const begun = new Promise<void>((resolve) => (isBegun = resolve))
    gate.onStop((effect) => this.#follow(Promise.all([begun, effect]).then(() => this.#restart(first))))
    const first = this.#started()
    this.#current = first
    this.#follow(first)
    isBegun()
  }

  /** The process that runs, when it has started. Rejects when it could not. */
  async running(): Promise<CrashableService> {
    for (;;) {
      const asked = this.#current
      const service = await asked.catch((error: unknown) => {
        if (asked === this.#current) throw error
      })
      if (service !== undefined && asked === this.#current) return service
    }
  }

  /**
   * The process that runs, when it has nothing left to do. One that is stopped meanwhile is not waited for: it may never
   * say so.
   */
  async settled(): Promise<CrashableService> {
    for (;;) {
      const asked = this.#current
      const service = await this.running()
      if (asked !== this.#current) continue
      await Promise.race([service.settled?.(), this.#replaced])
      if (asked === this.#current) return service
    }
  }

  /** Ends the one that runs. */
  async end(): Promise<void> {
    await this.running().then(stopped, () => undefined)
  }

  #follow(service: Promise<CrashableService>): void {
    this.#current = service
    this.#onReplaced()
    this.#replaced = new Promise((resolve) => (this.#onReplaced = resolve))
    service.catch(() => undefined) // told to who asks for it
  }

  async #restart(dying: Promise<CrashableService>): Promise<CrashableService> {
    const service = await dying.catch(() => undefined)
    if (service !== undefined) await stopped(service)
    this.#gate.revive()
    return this.#started()
  }

  /** What could not be stopped would go on beside the next one. */
  async #started(): Promise<CrashableService> {
    const service: unknown = await this.#options.start()
    return isCrashable(service)
      ? service
      : refuseOption('testCrashConsistency: start', 'to answer an object with stop()', service)
  }
}

const isCrashable = (service: unknown): service is CrashableService =>
  typeof service === 'object' && service !== null && 'stop' in service && typeof service.stop === 'function'
