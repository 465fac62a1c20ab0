import { startCluster, type InMemoryCluster } from '@odfmo/testkit'
import type { Clock } from '../../src/clock.ts'
import type { KubeClient } from '../../src/client/kube-client.ts'
import { silentLogger } from '../../src/logging/logger.ts'
import { leaseLock } from '../../src/manager/locks.ts'
import { createManager, type Manager } from '../../src/manager/manager.ts'
import { itself } from '../../src/queue/mappers.ts'
import { requeueAfter } from '../../src/queue/reconcile.ts'
import { source } from '../../src/queue/source.ts'
import { cluster as kindsOf, watch } from '../../src/watched-kind.ts'
import { clientOf, configMaps } from '../clients.ts'

export const Lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' }
export const lockKey = { namespace: 'default', name: 'lock' }
export const timings = { leaseDurationMs: 2000, renewDeadlineMs: 1200, retryPeriodMs: 200 }

const watched = kindsOf('hub', { ConfigMap: watch(configMaps, { labelSelector: 'written' }) })
const target = { namespace: 'default', name: 'target' }

/** A service that writes all the time while it leads. */
export interface Writer {
  readonly manager: Manager
  readonly client: KubeClient
  /** When each of its writes was begun, by the clock that all have in common. */
  readonly begun: readonly number[]
  /** When the last renewal that succeeded was begun. */
  readonly renewedAt: () => number
  /** Its work was told to end. */
  readonly ended: () => boolean
  /** Settles as the manager does. */
  readonly run: Promise<unknown>
  readonly stop: () => void
  /** Resolves when it has begun so many more writes. */
  more(writes: number): Promise<void>
}

/** In memory: only there faults can be made. */
export const startLeaderCluster = async (): Promise<InMemoryCluster> => {
  const cluster = await startCluster({ name: 'hub', controllers: false })
  const metadata = { ...target, labels: { written: 'yes' } }
  await cluster.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata })
  return cluster
}

/** `own` is what it goes by, where that is another clock. */
export const startWriter = async (
  cluster: InMemoryCluster,
  identity: string,
  common: Clock,
  own = common,
): Promise<Writer> => {
  const client = await clientOf(cluster, { user: identity, groups: ['system:masters'] })
  const begun: number[] = []
  let renewedAt = 0
  let ended = false
  let noted = (): void => undefined
  const lock = leaseLock(client.urgent(), lockKey)
  const manager = createManager({
    name: 'writer',
    identity,
    logger: silentLogger,
    clients: { hub: client },
    clock: own,
    leaderElection: {
      timings,
      locks: [
        {
          ...lock,
          async write(record, over, signal) {
            const at = common.monotonic()
            const held = await lock.write(record, over, signal)
            if (record.holderIdentity === identity) renewedAt = at
            return held
          },
        },
      ],
    },
  })
  manager.add({
    name: 'told',
    needsLeadership: true,
    start: (signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          ended = true
          resolve()
        })
      }),
  })
  manager.addController({
    name: 'writer',
    sources: [source(watched.ConfigMap, itself)],
    async reconcile(_key, { mayStart, signal }) {
      const data = { writer: identity, at: String(begun.length) }
      await client.patch(
        configMaps,
        target,
        'merge',
        { data },
        {
          signal,
          // The last question before a request leaves.
          mayStart: () => {
            const may = mayStart()
            if (may) begun.push(common.monotonic())
            noted()
            return may
          },
        },
      )
      return requeueAfter(5)
    },
  })
  const stop = new AbortController()
  const run = manager.run(stop.signal).then(
    () => undefined,
    (error: unknown) => error,
  )
  return {
    manager,
    client,
    begun,
    renewedAt: () => renewedAt,
    ended: () => ended,
    run,
    stop: () => stop.abort(),
    async more(writes) {
      const enough = begun.length + writes
      while (begun.length < enough) await new Promise<void>((resolve) => (noted = resolve))
    },
  }
}
