import type { Account } from './derived/account.ts'
import type { PlannedWrite } from './derived/plan.ts'

/** Whether something can do its work, and what keeps it from doing it. */
export interface Readiness {
  readonly ready: boolean
  /** Shown by `/readyz?verbose`; names what is waited for. */
  readonly why?: string
}

/** What a manager starts and stops: an engine, a controller, a heartbeat, a server. */
export interface Runnable {
  /** Unique in a process, kebab-case; for logs and readiness. */
  readonly name: string
  /** Only the leader runs it. What only reads or serves needs none. */
  readonly needsLeadership: boolean
  /**
   * Works until `signal` is aborted, then ends what is begun (no new writes) and resolves. A rejection, or an
   * end before the signal, is a failure of the process.
   */
  start(signal: AbortSignal): Promise<void>
  /** Left out: ready when started. Called often, so cheap. */
  ready?(): Readiness
  /** For `/debug/derived`: what it knows of each object it writes, or of those of one name; no secrets. */
  explain?(name?: string): readonly unknown[]
  /** For `/debug/derived?why=`: see `Engine.accounts`. */
  accounts?(name?: string): readonly Account[]
  /** For `/debug/derived?plan`: the writes that are due now; nothing is sent. */
  plan?(name?: string): readonly PlannedWrite[]
}
