import type { Clock } from '../clock/clock.ts'

/** Something that plays a part of the real world against a cluster's public API. */
export interface Simulator {
  /** It hangs: what is under way ends, nothing is begun any more, leases of its are not renewed. Its watches go on. */
  pause(): void
  /** Goes on with all that was left. */
  resume(): void
  /** Ends it: no request, timer or process of it is left when this resolves. What it made stays in the cluster. */
  stop(): Promise<void>
}

/** A piece of work of a simulator. */
export interface SimulatorWork {
  /** What is worked on: `managed cluster`, `manifest work`, `bucket claim` …; of `simulator` the kind. */
  readonly what: string
  /** `namespace/name`, or `name`. */
  readonly key: string
  /** 1 for the first try, 2 for the one after a failure … */
  readonly attempt: number
}

/** What every simulator takes. */
export interface SimulatorOptions {
  /** The machine's clock when absent. */
  readonly clock?: Clock
  /** How slow it is: work on what has changed begins this much later, milliseconds. Default 0. */
  readonly delayMs?: number
  /** Asked before each piece of work; a text makes that fail with it, and be tried again later as after any failure. */
  readonly fails?: (work: SimulatorWork) => string | undefined
  /**
   * Gets a line for each thing that went wrong or is worth telling; no secret is in it. Nothing is said when absent;
   * what a `simulator` fails at is told with waits and tests that fail in any case.
   */
  readonly log?: (line: string) => void
}
