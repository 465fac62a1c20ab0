import type { Snapshot } from '../snapshot.ts'

/**
 * How a run hits a write: the process stops and the request never takes effect; it takes effect, and the process stops
 * before it hears of that; or it takes effect, its answer is lost, and the process goes on.
 */
export type CrashMode = 'stop before effect' | 'stop after effect' | 'lose answer'

/** One write of the service under test, told apart from all others of a run. */
export interface CrashWrite {
  /** From 1, in the order of the undisturbed run. */
  readonly index: number
  /** `create secrets app/token #2`, with `cluster: ` before it when there are several: what `only` takes. */
  readonly text: string
  readonly cluster: string
  readonly verb: string
  /** `deployments.apps`, with `/status` for a subresource. */
  readonly resource: string
  readonly namespace: string
  /** Empty of a create by generateName, and of a deletecollection. */
  readonly name: string
  /** The nth time that this verb was sent for this object in the run, from 1. */
  readonly occurrence: number
}

/** What came of one run. */
export interface CrashRun {
  readonly write: CrashWrite
  readonly mode: CrashMode
  /**
   * `converged`: as the undisturbed run. `differs`: it ended otherwise. `failed`: the scenario or a restart threw, or the
   * service did not come to rest. `unreached`: the write was never sent, so nothing was proved.
   */
  readonly outcome: 'converged' | 'differs' | 'failed' | 'unreached'
  /** What differs (`-` lacks, `+` has more, `~` has another value; none of a secret), or what failed. */
  readonly details: readonly string[]
  readonly durationMs: number
}

/** What came of all runs. */
export interface CrashReport {
  /** The service's writes in the undisturbed runs. */
  readonly writes: readonly CrashWrite[]
  readonly runs: readonly CrashRun[]
  /** A text for each run that did not converge, with how to repeat just that one; empty when all is well. */
  readonly problems: readonly string[]
  /** A text for each point that no try reached, as it depends on the moment whether that write is sent. */
  readonly unreached: readonly string[]
  /** By which points were chosen. */
  readonly seed: number
  /** How each cluster was after the undisturbed run, by name. */
  readonly undisturbed: Readonly<Record<string, Snapshot>>
  /** `30 writes, 90 runs: 89 converged, 1 unreached; 41 s` */
  readonly summary: string
}
