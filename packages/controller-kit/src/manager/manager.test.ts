import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { eventually, startCluster, type Cluster } from '@odfmo/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientOf, configMaps } from '../../test/clients.ts'
import type { KubeClient } from '../client/kube-client.ts'
import { createLogger } from '../logging/create-logger.ts'
import { silentLogger } from '../logging/logger.ts'
import {
  controller,
  done,
  requeueAfter,
  source,
  TerminalError,
  type ReconcileResult,
} from '../queue/controller.ts'
import type { Runnable } from '../runnable.ts'
import { cluster as kindsOf, watch } from '../watched-kind.ts'
import { listen } from './http-endpoint.ts'
import { leaseHeartbeat } from './lease-heartbeat.ts'
import { configMapLock, leaseLock } from './locks.ts'
import { createManager, type Manager, type ManagerOptions } from './manager.ts'

let cluster: Cluster
let client: KubeClient

beforeEach(async () => {
  cluster = await startCluster({ name: 'hub', controllers: false })
  client = await clientOf(cluster)
})

afterEach(async () => {
  await client.close()
  await cluster.stop()
})

const hub = kindsOf('hub', { ConfigMap: watch(configMaps) })
const anyPort = { host: '127.0.0.1', port: 0 }
const Lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' }
const key = { namespace: 'default', name: 'lock' }
const quick = { leaseDurationMs: 3000, renewDeadlineMs: 2000, retryPeriodMs: 200 }

const managerOf = (identity: string, options: Partial<ManagerOptions> = {}, own = client): Manager =>
  createManager({ name: 'test', identity, logger: silentLogger, clients: { hub: own }, ...options })

const configMap = (name: string, data = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'default', name },
  data,
})

/** A part that works until it is told to end. */
const part = (
  name: string,
  needsLeadership: boolean,
  onStart: () => void,
  onEnd: () => void = () => undefined,
): Runnable => ({
  name,
  needsLeadership,
  async start(signal) {
    onStart()
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
    onEnd()
  },
})

const page = async (port: number | undefined, path: string): Promise<{ status: number; body: string }> => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`)
  return { status: response.status, body: await response.text() }
}

/** Resolves when the part is started. */
const started = (manager: Manager, needsLeadership = true): Promise<void> =>
  new Promise((resolve) => manager.add(part('sentinel', needsLeadership, resolve)))

describe('Manager', () => {
  it('runs parts, answers probes, and stops in order', async () => {
    const ends: string[] = []
    const stop = new AbortController()
    const manager = managerOf('one', {
      watches: [hub.ConfigMap],
      healthAddress: anyPort,
      metricsAddress: anyPort,
      debug: true,
    })
    manager.add(
      part(
        'worker',
        true,
        () => undefined,
        () => ends.push('worker'),
      ),
      {
        ...part(
          'helper',
          false,
          () => undefined,
          () => ends.push('helper'),
        ),
        explain: () => [{ derived: 'x' }],
      },
    )
    const begun = started(manager)
    const run = manager.run(stop.signal)
    await begun
    await manager.informers.waitForSync()
    expect(await page(manager.ports.health, '/healthz')).toEqual({ status: 200, body: 'ok' })
    expect(await page(manager.ports.health, '/readyz?verbose')).toEqual({
      status: 200,
      body: '[+]caches ok\n[+]helper ok\n[+]worker ok\n[+]sentinel ok\nreadyz check passed\n',
    })
    expect((await page(manager.ports.health, '/debug/derived')).body).toContain('"derived": "x"')
    expect((await page(manager.ports.health, '/nothing')).status).toBe(404)
    expect((await page(manager.ports.metrics, '/metrics')).body).toContain(
      'odfmo_informer_synced{kind="hub.ConfigMap"} 1',
    )
    stop.abort()
    await run
    expect(ends).toEqual(['worker', 'helper'])
  })

  it('serves metrics without the probes when those are switched off', async () => {
    const stop = new AbortController()
    const manager = managerOf('one', { metricsAddress: anyPort })
    const begun = started(manager)
    const run = manager.run(stop.signal)
    await begun
    expect((await page(manager.ports.metrics, '/metrics')).status).toBe(200)
    expect((await page(manager.ports.metrics, '/healthz')).status).toBe(404)
    stop.abort()
    await run
  })

  it('serves both at one address when they are given the same', async () => {
    const before = await listen(anyPort, {})
    await before.close()
    const address = { host: '127.0.0.1', port: before.port }
    const stop = new AbortController()
    const manager = managerOf('one', { metricsAddress: address, healthAddress: { ...address } })
    const begun = started(manager)
    const run = manager.run(stop.signal)
    await begun
    expect(manager.ports).toEqual({ health: address.port, metrics: address.port })
    for (const path of ['/metrics', '/healthz'])
      expect((await page(manager.ports.health, path)).status).toBe(200)
    stop.abort()
    await run
  })

  it('is not ready while a cache is not, and says which', async () => {
    const nobody = await clientOf(cluster, { user: 'nobody' })
    const stop = new AbortController()
    const manager = managerOf('one', { watches: [hub.ConfigMap], healthAddress: anyPort }, nobody)
    const run = manager.run(stop.signal)
    await new Promise<void>((resolve) => manager.informers.onSync(() => resolve()))
    const answer = await page(manager.ports.health, '/readyz')
    expect(answer.status).toBe(500)
    expect(answer.body).toMatch(/\[-\]hub\.ConfigMap failed: list configmaps in cluster hub: .*forbidden/)
    stop.abort()
    await run
  })

  it('fails when a part fails, after the others have ended', async () => {
    let ended = false
    const manager = managerOf('one').add(
      part(
        'other',
        true,
        () => undefined,
        () => (ended = true),
      ),
      { name: 'bad', needsLeadership: true, start: () => Promise.reject(new Error('broken')) },
    )
    await expect(manager.run(new AbortController().signal)).rejects.toThrow('broken')
    expect(ended).toBe(true)
  })

  it('takes the end of a part for a failure', async () => {
    const manager = managerOf('one').add({
      name: 'short',
      needsLeadership: true,
      start: () => Promise.resolve(),
    })
    await expect(manager.run(new AbortController().signal)).rejects.toThrow('short ended by itself')
  })

  it('stays alive while its cluster is away and nothing is served', async () => {
    const main = join(import.meta.dirname, '../../test/manager-process.ts')
    const child = spawn(process.execPath, ['--conditions=@odfmo/source', main])
    let failures = 0
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('watching failed') && (failures += 1) === 2) child.kill('SIGTERM')
    })
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect([code, failures]).toEqual([0, 2])
  })

  it('fails with what failed, though it is asked to stop meanwhile', async () => {
    const stop = new AbortController()
    const manager = managerOf('one').add(
      part(
        'other',
        true,
        () => undefined,
        () => stop.abort(),
      ),
      { name: 'bad', needsLeadership: true, start: () => Promise.reject(new Error('broken')) },
    )
    await expect(manager.run(stop.signal)).rejects.toThrow('broken')
  })

  it('fails when its address is taken', async () => {
    const stop = new AbortController()
    const first = managerOf('one', { healthAddress: anyPort })
    const begun = started(first)
    const run = first.run(stop.signal)
    await begun
    const second = managerOf(
      'two',
      { healthAddress: { host: '127.0.0.1', port: first.ports.health ?? 0 } },
      await clientOf(cluster),
    )
    await expect(second.run(stop.signal)).rejects.toThrow(/cannot listen on 127\.0\.0\.1:\d+: EADDRINUSE/)
    stop.abort()
    await run
  })
})

describe('leader election', () => {
  const election = (own: KubeClient): Pick<ManagerOptions, 'leaderElection'> => ({
    leaderElection: {
      locks: [configMapLock(own.urgent(), key), leaseLock(own.urgent(), key)],
      timings: quick,
    },
  })

  it('lets one work, and the next as soon as it gives the locks back', async () => {
    const order: string[] = []
    const stops = [new AbortController(), new AbortController()] as const
    const others = await clientOf(cluster)
    const first = managerOf('one', election(client)).add(
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
    expect(cluster.get(Lease, key)).toMatchObject({ spec: { holderIdentity: 'one', leaseTransitions: 0 } })

    const second = managerOf('two', election(others)).add(part('work', true, () => order.push('two')))
    const helping = started(second, false)
    const leading = started(second)
    runs.push(second.run(stops[1].signal))
    await helping
    expect(second.canWrite()).toBe(false)
    stops[0].abort()
    await leading
    expect(order).toEqual(['one', 'one ended', 'two'])
    expect(cluster.get(Lease, key)).toMatchObject({ spec: { holderIdentity: 'two', leaseTransitions: 1 } })
    const record = cluster.get({ apiVersion: 'v1', kind: 'ConfigMap' }, key)?.metadata.annotations?.[
      'control-plane.alpha.kubernetes.io/leader'
    ]
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
    await cluster.apply({
      ...configMap('lock', { mine: 'kept' }),
      metadata: {
        ...key,
        annotations: { 'control-plane.alpha.kubernetes.io/leader': JSON.stringify(holder) },
      },
    })
    const stop = new AbortController()
    const manager = managerOf('one', election(client))
    const leading = started(manager)
    const began = performance.now()
    const run = manager.run(stop.signal)
    await leading
    // Its record is old by anybody's clock; what counts is how long we have seen it stand still.
    expect(performance.now() - began).toBeGreaterThanOrEqual(1000)
    expect(cluster.get({ apiVersion: 'v1', kind: 'ConfigMap' }, key)).toMatchObject({
      data: { mine: 'kept' },
    })
    stop.abort()
    await run
  })

  it('ends everything when the lock is taken away', async () => {
    let ended = false
    const manager = managerOf('one', election(client)).add(
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
    await cluster.apply({ ...Lease, metadata: key, spec: { holderIdentity: 'thief' } })
    await expect(run).rejects.toThrow('taken by thief')
    expect(ended).toBe(true)
    expect(manager.canWrite()).toBe(false)
  })

  it('ends everything when it cannot renew', async () => {
    const manager = managerOf('one', election(client))
    const leading = started(manager)
    const run = manager.run(new AbortController().signal)
    await leading
    cluster.faults.partition()
    await expect(run).rejects.toThrow('not renewed for 2 s')
    cluster.faults.partition(false)
  })

  it('renews with one request', async () => {
    const manager = managerOf('one', { leaderElection: { locks: [leaseLock(client, key)], timings: quick } })
    const stop = new AbortController()
    const run = manager.run(stop.signal)
    await eventually(cluster, () =>
      expect(
        cluster.requests.all({ verb: 'update', resource: 'leases.coordination.k8s.io' }).length,
      ).toBeGreaterThan(2),
    )
    expect(cluster.requests.all({ verb: 'get', resource: 'leases.coordination.k8s.io' })).toHaveLength(1)
    stop.abort()
    await run
  })
})

describe('controller', () => {
  const running = async (
    reconcile: (key: string, times: number) => ReconcileResult,
  ): Promise<{ stop: () => Promise<void>; seen: string[]; until: (count: number) => Promise<void> }> => {
    const seen: string[] = []
    const waiting: (() => void)[] = []
    const manager = managerOf('one')
    manager.add(
      controller(
        {
          name: 'test',
          sources: [
            source(hub.ConfigMap, ({ metadata, data = {} }) => [`${metadata.name}:${data['v'] ?? ''}`]),
          ],
          async reconcile(name) {
            seen.push(name)
            for (const check of waiting) check()
            return reconcile(name, seen.filter((other) => other === name).length)
          },
        },
        { cache: manager.informers, observer: manager.metrics },
      ),
    )
    const stop = new AbortController()
    const run = manager.run(stop.signal)
    return {
      seen,
      until: (count) =>
        new Promise((resolve) => {
          const check = (): void => (seen.length >= count ? resolve() : undefined)
          waiting.push(check)
          check()
        }),
      stop: async () => {
        stop.abort()
        await run
      },
    }
  }

  it('reconciles what is there, and the keys of old and new on a change', async () => {
    await cluster.apply(configMap('a', { v: '1' }))
    const { seen, until, stop } = await running(() => done)
    await until(1)
    await cluster.apply(configMap('a', { v: '2' }))
    await until(3)
    expect(seen).toEqual(['a:1', 'a:1', 'a:2'])
    await stop()
  })

  it('tries again after a throw, looks again when asked, and leaves alone what is hopeless', async () => {
    await cluster.apply(configMap('again'), configMap('later'), configMap('never'))
    const { seen, until, stop } = await running((name, times) => {
      if (name === 'never:') throw new TerminalError('hopeless')
      if (name === 'again:' && times < 3) throw new Error('not yet')
      return name === 'later:' && times < 2 ? requeueAfter(5) : done
    })
    await until(6)
    expect(seen.toSorted()).toEqual(['again:', 'again:', 'again:', 'later:', 'later:', 'never:'])
    await stop()
  })
})

describe('leaseHeartbeat', () => {
  it('makes the Lease, renews it, and keeps what others wrote in it', async () => {
    const lines: string[] = []
    const logger = createLogger({
      component: 'test',
      level: 'warn',
      destination: { write: (line) => void lines.push(line) },
    })
    cluster.faults.add({
      match: { resource: 'leases.coordination.k8s.io', verb: 'patch' },
      fault: { kind: 'status', code: 500 },
      times: 1,
    })
    const stop = new AbortController()
    const beats = leaseHeartbeat({
      client,
      key: { namespace: 'default', name: 'beat' },
      holderIdentity: 'me',
      periodMs: 50,
      labels: { a: 'b' },
      logger,
    }).start(stop.signal)
    const renewTime = (): unknown =>
      (
        cluster.get(Lease, { namespace: 'default', name: 'beat' })?.['spec'] as
          | { renewTime?: string }
          | undefined
      )?.renewTime
    const first = await cluster.wait(renewTime)
    await cluster.apply({
      ...Lease,
      metadata: { namespace: 'default', name: 'beat', annotations: { other: 'kept' } },
    })
    await eventually(cluster, () => expect(renewTime()).not.toBe(first))
    expect(first).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
    expect(cluster.get(Lease, { namespace: 'default', name: 'beat' })?.metadata).toMatchObject({
      labels: { a: 'b' },
      annotations: { other: 'kept' },
    })
    expect(lines).toHaveLength(1)
    stop.abort()
    await beats
  })
})
