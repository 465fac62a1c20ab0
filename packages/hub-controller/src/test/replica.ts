import { Metrics, silentLogger, type Clock, type Engine, type Manager } from '@odfmo/controller-kit'
import { startFaultProxy, type Cluster, type FaultProxy, type RequestRecord } from '@odfmo/testkit'
import { hubManager } from '../run-hub.ts'
import { podNamespace } from './builders.ts'
import { clientOf } from './client-of.ts'
import { hubUser } from './hub-process.ts'
import { tickingClock } from './ticking-clock.ts'

/** One of two hub controllers, behind a proxy of its own: so it can be cut off, and its requests are known. */
export interface Replica {
  readonly identity: string
  readonly manager: Manager
  readonly engine: Engine
  readonly proxy: FaultProxy
  /** Changes it sent, in the order of their answers: all but those of the lease. */
  writes(): readonly RequestRecord[]
  /** Undefined when it ended as asked; else what it failed of. */
  readonly ended: Promise<unknown>
  /** Like a SIGTERM. */
  stop(): Promise<unknown>
  /** Like a SIGKILL: from this very moment on nothing of it reaches the cluster, no release either. */
  kill(): void
  /** Ends what is left of it. */
  end(): Promise<void>
}

export interface ReplicaOptions {
  readonly clock?: Clock
  readonly leaseDurationMs?: number
}

export const startReplica = async (
  cluster: Cluster,
  identity: string,
  // Short, as it is waited for; a real server on a busy machine needs its time for a renewal.
  { clock: given, leaseDurationMs = cluster.provider === 'memory' ? 9000 : 15_000 }: ReplicaOptions = {},
): Promise<Replica> => {
  const proxy = await startFaultProxy(cluster)
  const own = given === undefined ? tickingClock() : undefined
  const user = { user: hubUser, groups: ['system:serviceaccounts'] }
  const client = await clientOf(proxy, user, { component: identity })
  const { manager, engine } = hubManager({
    config: { podNamespace, tokenExchangeImage: 'example.com/agent:1', consolePort: 9001 },
    client,
    logger: silentLogger,
    metrics: new Metrics(),
    identity,
    clock: given ?? own,
    leaderElect: true,
    leaderTimings: { leaseDurationMs, renewDeadlineMs: (leaseDurationMs * 2) / 3, retryPeriodMs: 200 },
  })
  const stopping = new AbortController()
  const ended = manager.run(stopping.signal).then(
    () => undefined,
    (error: unknown) => error,
  )
  return {
    identity,
    manager,
    engine,
    proxy,
    writes: () => proxy.requests.writes().filter(({ resource }) => !resource.startsWith('leases.')),
    ended,
    stop() {
      stopping.abort()
      return ended
    },
    kill() {
      proxy.faults.partition()
      stopping.abort()
    },
    async end() {
      stopping.abort()
      await ended
      own?.stop()
      await proxy.stop()
    },
  }
}
