import type { Clock } from '../clock.ts'
import type { Logger } from '../logging/logger.ts'
import type { Tracer } from '../tracing.ts'
import type { Index, WatchedKind } from '../watched-kind.ts'
import type { Clients } from './clients-by-name.ts'
import type { BindAddress } from './http-endpoint.ts'
import type { LeaderTimings } from './leader-step.ts'
import type { Lock } from './locks.ts'
import type { Metrics } from './metrics.ts'

/** What a process consists of; everything but name and clients has a default. */
export interface ManagerOptions {
  /** The component: `hub-controller`. */
  readonly name: string
  /** This process among others of its kind, for leases and events. Default: the host's name with something random. */
  readonly identity?: string
  /** Default: `createLogger` at level `info`. */
  readonly logger?: Logger
  /** By the names that `WatchedKind.cluster` uses; in a list each has its own (`KubeClient.cluster`). */
  readonly clients: Clients
  /** Started at once; others when they are first read. */
  readonly watches?: readonly WatchedKind[]
  readonly indexes?: readonly Index[]
  /** Left out: no election, this process always works. */
  readonly leaderElection?: { readonly locks: readonly Lock[]; readonly timings?: LeaderTimings }
  /** Left out: not served. The same for both: one server for all. */
  readonly metricsAddress?: BindAddress
  readonly healthAddress?: BindAddress
  /** Serves `/debug/derived` (what the parts know of each object they write; `?why=`, `?plan`) and `/debug/caches`. */
  readonly debug?: boolean
  /** How long parts may take to end, all together. Default: 20 s, within the 30 s that a kubelet gives. */
  readonly drainMs?: number
  /** Default: a new one. Give it to have the clients' requests in it too. */
  readonly metrics?: Metrics
  /** Told of every reconcile and evaluation, as spans; for requests, give `traceRequests` to the clients. Default: none. */
  readonly tracer?: Tracer
  /** Default: the system's. */
  readonly clock?: Clock
}
