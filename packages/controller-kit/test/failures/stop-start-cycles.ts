import { getEventListeners } from 'node:events'
import type { InMemoryCluster } from '@odfmo/testkit'
import { expect } from 'vitest'
import { Informers } from '../../src/cache/informers.ts'
import { derived, from } from '../../src/derived/derived.ts'
import { absent, present } from '../../src/derived/wanted.ts'
import { silentLogger } from '../../src/logging/logger.ts'
import { leaseLock } from '../../src/manager/locks.ts'
import { createManager } from '../../src/manager/manager.ts'
import { Metrics } from '../../src/manager/metrics.ts'
import { controller } from '../../src/queue/controller.ts'
import { itself } from '../../src/queue/mappers.ts'
import { done, requeueAfter } from '../../src/queue/reconcile.ts'
import { source } from '../../src/queue/source.ts'
import { cluster as kindsOf, watch } from '../../src/watched-kind.ts'
import { clientOf, configMaps, type ConfigMap } from '../clients.ts'
import { memory, MemoryObjects, turns } from '../memory-objects.ts'
import { CountingClock, growthOver, heapAllowanceBytes, heldBy } from './leaks.ts'

/** Fails on a warning of Node's that there are too many listeners. */
const withoutWarnings = async (run: () => Promise<void>): Promise<void> => {
  const warnings: Error[] = []
  const listener = (warning: Error): void => void warnings.push(warning)
  process.on('warning', listener)
  try {
    await run()
    await turns()
  } finally {
    process.off('warning', listener)
  }
  expect(warnings).toEqual([])
}

/**
 * Starts and stops caches, queue and controller over and over; each time with a key in work, one that failed, one that is
 * to be looked at in an hour and one that nobody has taken yet. What outlives a cycle (clock, metrics, one signal) must be
 * as it was.
 */
export const cyclesWithoutSockets = (cycles: number): Promise<void> =>
  withoutWarnings(async () => {
    const clock = new CountingClock()
    const metrics = new Metrics()
    const objects = new MemoryObjects()
    const lifetime = new AbortController()
    for (const name of ['in-work', 'fails', 'later', 'queued']) objects.apply(name)
    const cycle = async (): Promise<void> => {
      const stop = new AbortController()
      const cache = new Informers({
        clients: { memory: objects },
        watches: [memory.ConfigMap],
        clock,
        observer: metrics.informerObserver,
      })
      metrics.watchInformers(() => cache.stats())
      let seen = 0
      let allSeen = (): void => undefined
      const enough = new Promise<void>((resolve) => (allSeen = resolve))
      const part = controller(
        {
          name: 'test',
          concurrency: 1,
          sources: [source(memory.ConfigMap, itself)],
          async reconcile(key, { signal }) {
            seen += 1
            if (seen === 3) allSeen()
            if (key === 'default/fails') throw new Error('not yet')
            if (key === 'default/later') return requeueAfter(3_600_000)
            await new Promise((resolve) => {
              if (seen < 3) resolve(undefined)
              else signal.addEventListener('abort', resolve, { once: true })
            })
            return done
          },
        },
        { cache, clock, observer: metrics },
      )
      const ends = [cache.start(stop.signal), part.start(stop.signal)]
      await cache.waitForSync(lifetime.signal)
      await enough
      stop.abort()
      await Promise.all(ends)
      // A cycle that leaves something on its own signal leaves it for good when that is the process's.
      if (getEventListeners(stop.signal, 'abort').length > 0) throw new Error('the signal has listeners')
    }
    await cycle()
    const before = heldBy(clock, lifetime.signal)
    const grown = await growthOver(cycles, cycle, 300)
    await expect.poll(() => heldBy(clock, lifetime.signal)).toEqual(before)
    expect(before).toMatchObject({ timers: 0, listeners: 0 })
    expect(objects.watches).toBe(0)
    expect(grown).toBeLessThan(heapAllowanceBytes)
  })

const hub = kindsOf('hub', {
  ConfigMap: watch(configMaps, { labelSelector: 'kept' }),
  Copy: watch(configMaps, { labelSelector: 'copied' }),
})

const copyKey = { namespace: 'default', name: 'copy' }

/** Made in one cycle and deleted in the next. */
const copy = (isWanted: boolean) =>
  derived<ConfigMap>({
    name: 'copy',
    kind: hub.Copy,
    keys: [from(hub.ConfigMap, () => [copyKey])],
    wanted(key, world) {
      const [original] = world.list(hub.ConfigMap, ['spec'])
      if (original === undefined || !isWanted) return absent()
      return present({ metadata: { ...key, labels: { copied: 'yes' } }, data: { by: 'engine' } })
    },
  })

/** Starts and stops whole managers with probes, election, events, caches, a controller and an engine that write, over real sockets. */
export const cyclesWithSockets = (cluster: InMemoryCluster, cycles: number): Promise<void> =>
  withoutWarnings(async () => {
    const clock = new CountingClock()
    const metrics = new Metrics()
    const lifetime = new AbortController()
    const address = { host: '127.0.0.1', port: 0 }
    const metadata = { namespace: 'default', name: 'kept', labels: { kept: 'yes' } }
    await cluster.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata })
    let count = 0
    const cycle = async (): Promise<void> => {
      count += 1
      const client = await clientOf(cluster, {}, { clock, rateLimit: false })
      const stop = new AbortController()
      const manager = createManager({
        name: 'test',
        identity: `one-${count}`,
        logger: silentLogger,
        clients: { hub: client },
        clock,
        metrics,
        healthAddress: address,
        metricsAddress: address,
        leaderElection: { locks: [leaseLock(client.urgent(), { namespace: 'default', name: 'lock' })] },
      })
      const recorder = manager.recorder('hub')
      const isWanted = count % 2 === 1
      let hasWritten = false
      const stopWhenAllIsDone = (): void => {
        const isThere = manager.informers.get(hub.Copy, copyKey) !== undefined
        if (hasWritten && isThere === isWanted) stop.abort()
      }
      manager.informers.onEvent(stopWhenAllIsDone)
      manager.addDerived('copies', [copy(isWanted)]).addController({
        name: 'test',
        sources: [source(hub.ConfigMap, itself)],
        async reconcile(_key, { mayStart, signal }) {
          const data = { count: String(count) }
          const written = await client.patch(configMaps, metadata, 'merge', { data }, { mayStart, signal })
          const note = { type: 'Normal', reason: 'Written', action: 'Write', note: 'again' } as const
          for (const _ of [1, 2]) recorder.record({ apiVersion: 'v1', kind: 'ConfigMap', ...written }, note)
          hasWritten = true
          stopWhenAllIsDone()
          return requeueAfter(3_600_000)
        },
      })
      await manager.run(stop.signal)
    }
    const before = heldBy(clock, lifetime.signal)
    expect(before).toMatchObject({ timers: 0, listeners: 0 })
    const grown = await growthOver(cycles, cycle, 10)
    // Both ends are in this process, and the server's closes a moment after ours.
    await expect.poll(() => heldBy(clock, lifetime.signal), { timeout: 60_000 }).toEqual(before)
    // The server is here too, and remembers each cycle's requests, events and versions: some 15 KB each.
    expect(grown / cycles).toBeLessThan(serverBytesPerCycle)
  })

const serverBytesPerCycle = 50_000
