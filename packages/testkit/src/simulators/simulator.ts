import type { Clock } from '../clock/clock.ts'

/** Something that plays a part of the real world against a cluster's public API. */
export interface Simulator {
  /** Ends it: no request, timer or process of it is left when this resolves. What it made stays in the cluster. */
  stop(): Promise<void>
}

/** What every simulator takes. */
export interface SimulatorOptions {
  /** The machine's clock when absent. */
  readonly clock?: Clock
  /** How slow it is: work on what has changed begins this much later, milliseconds. Default 0. */
  readonly delayMs?: number
  /** Gets a line for each thing that went wrong or is worth telling; no secret is in it. Nothing is said when absent. */
  readonly log?: (line: string) => void
}
