import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Cluster, InMemoryCluster } from '../cluster.ts'
import type { Faults } from '../faults.ts'
import type { Journal } from '../journal.ts'
import { testClient } from '../testing/test-client.ts'
import type { TestClient } from '../testing/test-client.ts'

/** A cluster that makes faults by itself, or by what stands before it. */
export interface Faulty extends Pick<Cluster, 'url' | 'apply' | 'get'>, Pick<InMemoryCluster, 'credentials'> {
  readonly faults: Faults
  readonly requests: Journal
  stop(): Promise<void>
}

const path = '/api/v1/namespaces/default/configmaps'
const configMap = (name: string, data: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data,
})

/** What faults do, whoever makes them. */
export const testFaults = (start: () => Promise<Faulty>): void => {
  let cluster: Faulty
  let client: TestClient
  beforeEach(async () => {
    cluster = await start()
    client = testClient(cluster)
  })
  afterEach(async () => {
    await client.close()
    await cluster.stop()
  })
  const there = async (name: string): Promise<boolean> =>
    (await cluster.get({ apiVersion: 'v1', kind: 'ConfigMap' }, { name })) !== undefined
  const broken = (call: Promise<unknown>): Promise<boolean> =>
    call.then(
      () => false,
      () => true,
    )

  describe('of requests', () => {
    it('answer a status, as often as told, only what matches, and with no effect', async () => {
      const fault = { kind: 'status', code: 429, retryAfterSeconds: 3 } as const
      cluster.faults.add({ match: { verb: 'create', resource: 'configmaps' }, fault, times: 1 })
      expect((await client.get(path)).status).toBe(200)
      const refused = await client.post(path, { metadata: { name: 'a' } })
      expect(refused).toMatchObject({
        status: 429,
        headers: { 'retry-after': '3' },
        body: { kind: 'Status', reason: 'TooManyRequests', details: { retryAfterSeconds: 3 } },
      })
      expect(await there('a')).toBe(false)
      expect((await client.post(path, { metadata: { name: 'a' } })).status).toBe(201)
      expect(cluster.requests.all().map(({ verb, status }) => `${verb} ${status}`)).toEqual([
        'list 200',
        'create 429',
        'create 201',
      ])
    })

    it('hit one user, and not others', async () => {
      cluster.faults.add({ match: { user: 'bob' }, fault: { kind: 'status', code: 500 } })
      const bob = testClient(cluster, { identity: { user: 'bob' } })
      const eve = testClient(cluster, { identity: { user: 'eve', groups: ['staff'] } })
      expect((await bob.get(path)).status).toBe(500)
      expect((await eve.get(path)).body.message).toContain('User "eve" cannot list')
      await Promise.all([bob.close(), eve.close()])
    })

    it('cut the connection before the request has an effect, or after it', async () => {
      cluster.faults.add({ fault: { kind: 'reset', when: 'before' }, times: 1 })
      expect(await broken(client.post(path, { metadata: { name: 'before' } }))).toBe(true)
      cluster.faults.add({ fault: { kind: 'reset', when: 'after' }, times: 1 })
      expect(await broken(client.post(path, { metadata: { name: 'after' } }))).toBe(true)
      expect([await there('before'), await there('after')]).toEqual([false, true])
      expect(cluster.requests.all().map(({ status }) => status)).toEqual([0, 0])
    })

    it('cut the answer in its middle', async () => {
      cluster.faults.add({ fault: { kind: 'cut' }, times: 1 })
      expect(await broken(client.get(path))).toBe(true)
      expect((await client.get(path)).status).toBe(200)
    })

    it('delay the answer', async () => {
      cluster.faults.add({ fault: { kind: 'delay', ms: 30 }, times: 1 })
      const start = performance.now()
      await client.get(path)
      expect(performance.now() - start).toBeGreaterThanOrEqual(25)
    })
  })

  describe('of watches', () => {
    it('end them in order, and cut them', async () => {
      const ended = await client.watch(path)
      expect(cluster.faults.endWatches({ resource: 'configmaps' })).toBe(1)
      expect(await ended.ended).toBe(true)
      const cut = await client.watch(path)
      expect(cluster.faults.dropWatches({ resource: 'secrets' })).toBe(0)
      expect(cluster.faults.dropWatches({ user: 'admin' })).toBe(1)
      expect(await cut.ended).toBe(false)
      expect(cluster.faults.dropWatches()).toBe(0)
    })

    it('end them with an error', async () => {
      const watch = await client.watch(path)
      cluster.faults.failWatches({ code: 410, reason: 'Expired', message: 'too old' })
      expect(await watch.ended).toBe(true)
      expect(watch.events).toMatchObject([
        { type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' } },
      ])
    })

    it('hold events back, and let them go', async () => {
      const watch = await client.watch(path)
      expect(cluster.faults.stallWatches()).toBe(1)
      await cluster.apply(configMap('a'), configMap('b'))
      // another watch has them already
      await (await client.watch(path)).until(2)
      expect(watch.events).toEqual([])
      cluster.faults.stallWatches({}, false)
      expect((await watch.until(2)).map(({ object }) => object.metadata.name)).toEqual(['a', 'b'])
    })

    it('cut them inside an event', async () => {
      const watch = await client.watch(path)
      await cluster.apply(configMap('a'))
      await watch.until(1)
      cluster.faults.cutWatches()
      await cluster.apply(configMap('b', { text: 'x'.repeat(100_000) }))
      expect(await watch.ended).toBe(false)
      expect(watch.events).toHaveLength(1)
    })

    it('send what is told between two events', async () => {
      const watch = await client.watch(path)
      await cluster.apply(configMap('a', { text: 'x'.repeat(100_000) }))
      cluster.faults.sendToWatches('{"type":"BOOKMARK","object":{"metadata":{"name":"told"}}}\n')
      await cluster.apply(configMap('b'))
      const events = await watch.until(3)
      expect(new Set(events.map(({ object }) => object.metadata.name))).toEqual(new Set(['a', 'b', 'told']))
    })

    it('hit them when they are opened: reset instead of an answer, cut in the first event', async () => {
      await cluster.apply(configMap('a', { text: 'x'.repeat(1000) }))
      cluster.faults.add({ match: { verb: 'watch' }, fault: { kind: 'reset', when: 'after' }, times: 1 })
      expect(await broken(client.watch(path))).toBe(true)
      cluster.faults.add({ match: { verb: 'watch' }, fault: { kind: 'cut' }, times: 1 })
      const watch = await client.watch(path)
      expect(await watch.ended).toBe(false)
      expect(watch.events).toEqual([])
      expect(cluster.faults.dropWatches()).toBe(0)
    })

    it('are not left over when a client goes', async () => {
      const watch = await client.watch(path)
      watch.close()
      await expect.poll(() => cluster.faults.stallWatches()).toBe(0)
    })
  })

  describe('of connections', () => {
    it('part the cluster from everybody, until it is back', async () => {
      const watch = await client.watch(path)
      cluster.faults.partition()
      expect(await watch.ended).toBe(false)
      expect(await broken(client.get(path))).toBe(true)
      cluster.faults.partition(false)
      expect((await client.get(path)).status).toBe(200)
    })

    it('refuse connections, and listen again at the same port', async () => {
      const watch = await client.watch(path)
      await cluster.faults.refuseConnections()
      await cluster.faults.refuseConnections()
      expect(await watch.ended).toBe(false)
      await expect(client.get(path)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
      await cluster.faults.refuseConnections(false)
      expect((await client.get(path)).status).toBe(200)
      expect(cluster.faults.dropWatches()).toBe(0)
    })

    it('break handshakes: cut, or with a certificate of an unknown authority', async () => {
      const watch = await client.watch(path)
      cluster.faults.breakHandshakes('cut')
      expect(await watch.ended).toBe(false)
      await expect(client.get(path)).rejects.toMatchObject({ code: 'ECONNRESET' })
      cluster.faults.breakHandshakes('unknown authority')
      await expect(client.get(path)).rejects.toThrow(/certificate/)
      cluster.faults.clear()
      expect((await client.get(path)).status).toBe(200)
    })

    it('do not keep it from stopping', async () => {
      await client.watch(path)
      cluster.faults.stallWatches()
      await cluster.faults.refuseConnections()
    })
  })
}
