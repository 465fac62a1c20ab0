import { eventually } from '@odfmo/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientOf, journalOf } from '../../test/clients.ts'
import { configMap, managerOf, part, scenes, started } from '../../test/manager-scene.ts'
import { tickingClock, type TickingClock } from '../../test/ticking-clock.ts'
import type { KubeClient } from '../client/kube-client.ts'
import { configMapLock, leaseLock } from './locks.ts'
import type { ManagerOptions } from './manager-options.ts'

const { scene, onAnyCluster, inMemory } = scenes()

const Lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' }
const key = { namespace: 'default', name: 'lock' }
const quick = { leaseDurationMs: 3000, renewDeadlineMs: 2000, retryPeriodMs: 200 }

let clock: TickingClock
beforeEach(() => {
  clock = tickingClock()
})
afterEach(() => clock.stop())

const election = (own: KubeClient): Pick<ManagerOptions, 'leaderElection' | 'clock'> => ({
  clock,
  leaderElection: {
    locks: [configMapLock(own.urgent(), key), leaseLock(own.urgent(), key)],
    timings: quick,
  },
})

describe('leader election', () => {
  onAnyCluster()

  it('lets one work, and the next as soon as it gives the locks back', async () => {
    const order: string[] = []
    const stops = [new AbortController(), new AbortController()] as const
    const others = await clientOf(scene.cluster)
    const first = managerOf(scene.client, 'one', election(scene.client)).add(
      part(
        'work',
        true,
        () => order.push('one'),
        () => order.push('one ended'),
      ),
    )
    const firstStarted = started(first)
    const runs = [first.run(stops[0].signal)]
    await firstStarted
    expect(first.canWrite()).toBe(true)
    expect(await scene.cluster.get(Lease, key)).toMatchObject({
      spec: { holderIdentity: 'one', leaseTransitions: 0 },
    })

    const second = managerOf(others, 'two', election(others)).add(part('work', true, () => order.push('two')))
    const helping = started(second, false)
    const leading = started(second)
    runs.push(second.run(stops[1].signal))
    await helping
    expect(second.canWrite()).toBe(false)
    stops[0].abort()
    await leading
    expect(order).toEqual(['one', 'one ended', 'two'])
    expect(await scene.cluster.get(Lease, key)).toMatchObject({
      spec: { holderIdentity: 'two', leaseTransitions: 1 },
    })
    const record = (await scene.cluster.get({ apiVersion: 'v1', kind: 'ConfigMap' }, key))?.metadata
      .annotations?.['control-plane.alpha.kubernetes.io/leader']
    expect(JSON.parse(record ?? '')).toMatchObject({
      holderIdentity: 'two',
      leaseDurationSeconds: 3,
      leaderTransitions: 1,
    })
    stops[1].abort()
    await Promise.all(runs)
  })

  it('waits for an older service that holds the ConfigMap only', async () => {
    const holder = {
      holderIdentity: 'older',
      leaseDurationSeconds: 1,
      acquireTime: '2020-01-01T00:00:00Z',
      renewTime: '2020-01-01T00:00:00Z',
      leaderTransitions: 0,
    }
    await scene.cluster.apply({
      ...configMap('lock', { mine: 'kept' }),
      metadata: {
        ...key,
        annotations: { 'control-plane.alpha.kubernetes.io/leader': JSON.stringify(holder) },
      },
    })
    const stop = new AbortController()
    const manager = managerOf(scene.client, 'one', election(scene.client))
    const leading = started(manager)
    const began = clock.monotonic()
    const run = manager.run(stop.signal)
    await leading
    // Its record is old by anybody's clock; what counts is how long we have seen it stand still.
    expect(clock.monotonic() - began).toBeGreaterThanOrEqual(1000)
    expect(await scene.cluster.get({ apiVersion: 'v1', kind: 'ConfigMap' }, key)).toMatchObject({
      data: { mine: 'kept' },
    })
    stop.abort()
    await run
  })

  it('ends everything when the lock is taken away', async () => {
    let ended = false
    const manager = managerOf(scene.client, 'one', election(scene.client)).add(
      part(
        'work',
        true,
        () => undefined,
        () => (ended = true),
      ),
    )
    const leading = started(manager)
    const run = manager.run(new AbortController().signal)
    await leading
    await scene.cluster.apply({ ...Lease, metadata: key, spec: { holderIdentity: 'thief' } })
    await expect(run).rejects.toThrow('taken by thief')
    expect(ended).toBe(true)
    expect(manager.canWrite()).toBe(false)
  })

  it('keeps the lock when its work does not end, for that may still write', async () => {
    const stop = new AbortController()
    const locks = [leaseLock(scene.client.urgent(), key)]
    const manager = managerOf(scene.client, 'one', {
      clock,
      leaderElection: { locks, timings: quick },
      drainMs: 100,
    }).add({ name: 'stuck', needsLeadership: true, start: () => new Promise(() => undefined) })
    const leading = started(manager)
    const run = manager.run(stop.signal)
    await leading
    stop.abort()
    await run
    expect(manager.canWrite()).toBe(false)
    expect(await scene.cluster.get(Lease, key)).toMatchObject({ spec: { holderIdentity: 'one' } })
  })

  it('renews with one request', async () => {
    const manager = managerOf(scene.client, 'one', {
      clock,
      leaderElection: { locks: [leaseLock(scene.client, key)], timings: quick },
    })
    const stop = new AbortController()
    const run = manager.run(stop.signal)
    await eventually(scene.cluster, async () =>
      expect(
        (await journalOf(scene.cluster)).all({ verb: 'update', resource: 'leases.coordination.k8s.io' })
          .length,
      ).toBeGreaterThan(2),
    )
    expect(
      (await journalOf(scene.cluster)).all({ verb: 'get', resource: 'leases.coordination.k8s.io' }),
    ).toHaveLength(1)
    stop.abort()
    await run
  })
})

describe('leader election when the server goes away', () => {
  inMemory()

  it('ends everything when it cannot renew', async () => {
    const manager = managerOf(scene.client, 'one', election(scene.client))
    const leading = started(manager)
    const run = manager.run(new AbortController().signal)
    await leading
    scene.memory.faults.partition()
    await expect(run).rejects.toThrow('not renewed for 2 s')
    scene.memory.faults.partition(false)
  })
})
