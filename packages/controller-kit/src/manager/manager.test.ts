import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it } from 'vitest'
import { clientOf } from '../../test/clients.ts'
import { anyPort, hub, managerOf, page, part, scenes, started } from '../../test/manager-scene.ts'
import { listen } from './http-endpoint.ts'

const { scene, onAnyCluster } = scenes()

describe('Manager', () => {
  onAnyCluster()

  it('runs parts, answers probes, and stops in order', async () => {
    const ends: string[] = []
    const stop = new AbortController()
    const manager = managerOf(scene.client, 'one', {
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
    const manager = managerOf(scene.client, 'one', { metricsAddress: anyPort })
    const begun = started(manager)
    const run = manager.run(stop.signal)
    await begun
    expect((await page(manager.ports.metrics, '/metrics')).status).toBe(200)
    expect((await page(manager.ports.metrics, '/healthz')).status).toBe(404)
    stop.abort()
    await run
  })

  it('serves both at one address when they are given the same', async () => {
    const before = await listen(anyPort, {}, { what: 'nothing', flag: '' })
    await before.close()
    const address = { host: '127.0.0.1', port: before.port }
    const stop = new AbortController()
    const manager = managerOf(scene.client, 'one', { metricsAddress: address, healthAddress: { ...address } })
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
    const nobody = await clientOf(scene.cluster, { user: 'nobody' })
    const stop = new AbortController()
    const manager = managerOf(nobody, 'one', { watches: [hub.ConfigMap], healthAddress: anyPort })
    const run = manager.run(stop.signal)
    await new Promise<void>((resolve) => manager.informers.onSync(() => resolve()))
    const answer = await page(manager.ports.health, '/readyz')
    expect(answer.status).toBe(500)
    expect(answer.body).toMatch(/\[-\]hub\.ConfigMap failed: watch configmaps in cluster hub: .*forbidden/)
    stop.abort()
    await run
  })

  it('fails when a part fails, after the others have ended', async () => {
    let ended = false
    const manager = managerOf(scene.client, 'one').add(
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
    const manager = managerOf(scene.client, 'one').add({
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
    const manager = managerOf(scene.client, 'one').add(
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
    const first = managerOf(scene.client, 'one', { healthAddress: anyPort })
    const begun = started(first)
    const run = first.run(stop.signal)
    await begun
    const second = managerOf(await clientOf(scene.cluster), 'two', {
      healthAddress: { host: '127.0.0.1', port: first.ports.health ?? 0 },
    })
    await expect(second.run(stop.signal)).rejects.toThrow(
      /cannot listen on 127\.0\.0\.1:\d+ for probes: EADDRINUSE/,
    )
    stop.abort()
    await run
  })
})
