import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { manualClock } from './clock/manual-clock.ts'
import type { ManualClock } from './clock/manual-clock.ts'
import type { InMemoryCluster } from './cluster.ts'
import { eventually, EventuallyError } from './eventually.ts'
import { sameState } from './same-state.ts'
import { startCluster } from './start-cluster.ts'
import { testClient } from './testing/test-client.ts'
import type { TestClient } from './testing/test-client.ts'

const path = '/api/v1/namespaces/default/configmaps'
const configMap = (name: string, data: Record<string, string> = {}): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data,
})

let clock: ManualClock
let cluster: InMemoryCluster
let client: TestClient

beforeEach(async () => {
  clock = manualClock()
  cluster = await startCluster({ clock })
  client = testClient(cluster)
  await cluster.wait(() =>
    cluster.get({ apiVersion: 'v1', kind: 'ServiceAccount' }, { name: 'default', namespace: 'kube-system' }),
  )
})
afterEach(async () => {
  await client.close()
  await cluster.stop()
})

describe('requests', () => {
  it('has a line for each request, also refused ones and watches, and none for fixtures', async () => {
    await cluster.apply(configMap('a'))
    await client.get(`${path}/a`)
    await client.get(`${path}/b`)
    const watch = await client.watch('/api/v1/secrets')
    const bob = testClient(cluster, { identity: { user: 'bob' } })
    await bob.patch(`${path}/a/status`, {})
    await bob.close()
    expect(
      cluster.requests
        .all()
        .map(({ verb, resource, namespace, name, user, status }) => [
          verb,
          resource,
          namespace,
          name,
          user,
          status,
        ]),
    ).toEqual([
      ['get', 'configmaps', 'default', 'a', 'admin', 200],
      ['get', 'configmaps', 'default', 'b', 'admin', 404],
      ['watch', 'secrets', '', '', 'admin', 200],
      ['patch', 'configmaps/status', 'default', 'a', 'bob', 403],
    ])
    const [first] = cluster.requests.all({ verb: 'get', name: 'a' })
    expect(first).toMatchObject({ userAgent: 'test', at: clock.now() })
    expect(first?.bytes).toBeGreaterThan(100)
    expect(cluster.requests.counts()).toEqual({
      'get configmaps': 2,
      'patch configmaps/status': 1,
      'watch secrets': 1,
    })
    expect(cluster.requests.writes()).toEqual([])
    await client.post(path, { metadata: { name: 'w' } })
    expect(cluster.requests.writes()).toMatchObject([{ verb: 'create', status: 201 }])
    expect(cluster.requests.tail(1)).toMatch(
      /^201 create configmaps default\/\* by admin \(test\), 0 ms, \d+ B$/,
    )
    watch.close()
  })
})

describe('snapshots', () => {
  it('can be restored, and watches see it', async () => {
    await cluster.apply(configMap('kept', { a: '1' }), configMap('gone'))
    const before = cluster.snapshot()
    const watch = await client.watch(`${path}?resourceVersion=${before.revision}`)
    await client.delete(`${path}/gone`)
    await client.patch(`${path}/kept`, { data: { a: '2' } })
    await cluster.apply(configMap('new'))
    cluster.restore(before)
    const events = await watch.until(6)
    expect(events.slice(3).map(({ type, object }) => `${type} ${object.metadata.name}`)).toEqual([
      'DELETED new',
      'ADDED gone',
      'MODIFIED kept',
    ])
    const after = cluster.snapshot()
    expect(sameState(before, after)).toEqual([])
    expect(after.revision).toBeGreaterThan(before.revision)
    expect((await client.get(`${path}/kept`)).body.data).toEqual({ a: '1' })
    cluster.restore(after)
    expect(cluster.snapshot().revision).toBe(after.revision)
  })

  it('bring custom resources back with their definition', async () => {
    const empty = cluster.snapshot()
    await cluster.installCrds({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'things.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural: 'things', kind: 'Thing' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        ],
      },
    })
    await cluster.apply({
      apiVersion: 'example.com/v1',
      kind: 'Thing',
      metadata: { name: 't', namespace: 'default' },
    })
    const full = cluster.snapshot()
    cluster.restore(empty)
    expect((await client.get('/apis/example.com/v1/things')).status).toBe(404)
    cluster.restore(full)
    expect((await client.get('/apis/example.com/v1/things')).body.items).toHaveLength(1)
  })
})

describe('sameState', () => {
  it('sees neither versions, times, leases, events nor generated names', async () => {
    const before = cluster.snapshot()
    const owner = { ...configMap('o', { a: '1' }) }
    const build = async (): Promise<void> => {
      await cluster.apply(owner)
      const uid = cluster.get({ apiVersion: 'v1', kind: 'ConfigMap' }, { name: 'o' })?.metadata.uid
      for (const text of ['x', 'y']) {
        await client.post(path, {
          metadata: {
            generateName: 'gen-',
            ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid }],
          },
          data: { text },
        })
      }
      await client.put('/apis/coordination.k8s.io/v1/namespaces/default/leases/l', {
        metadata: { name: 'l' },
        spec: { renewTime: new Date(clock.now()).toISOString() },
      })
      const event = await client.post('/api/v1/namespaces/default/events', {
        metadata: { generateName: 'e-' },
      })
      expect(event.status).toBe(201)
    }
    await build()
    const first = cluster.snapshot()
    cluster.restore(before)
    clock.advance(60_000)
    await build()
    expect(sameState(first, cluster.snapshot())).toEqual([])
  })

  it('names the object, the path and both values', async () => {
    await cluster.apply(configMap('a', { x: '1' }), configMap('b'))
    const first = cluster.snapshot()
    await client.patch(`${path}/a`, { data: { x: '2' }, metadata: { labels: { l: 'm' } } })
    await client.delete(`${path}/b`)
    expect(sameState(first, cluster.snapshot())).toEqual([
      { object: 'configmaps default/a', path: 'data.x', left: '1', right: '2' },
      { object: 'configmaps default/a', path: 'metadata.labels', left: undefined, right: { l: 'm' } },
      expect.objectContaining({ object: 'configmaps default/b', path: '', right: undefined }),
    ])
    expect(sameState(first, cluster.snapshot(), { ignore: ({ kind }) => kind === 'ConfigMap' })).toEqual([])
  })

  it('takes finalizers and conditions for sets', async () => {
    const node = (name: string, types: readonly string[]): object => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'n', finalizers: types.map((type) => `x/${type}`), labels: { name } },
      status: { conditions: types.map((type) => ({ type, status: 'True' })) },
    })
    await cluster.apply(node('l', ['a', 'b']))
    const first = cluster.snapshot()
    await cluster.apply(node('l', ['b', 'a']))
    expect(cluster.get({ apiVersion: 'v1', kind: 'Node' }, { name: 'n' })?.metadata.finalizers).toEqual([
      'x/b',
      'x/a',
    ])
    expect(sameState(first, cluster.snapshot())).toEqual([])
    await cluster.apply(node('l', ['b', 'c']))
    expect(sameState(first, cluster.snapshot()).map(({ path }) => path)).toEqual([
      'metadata.finalizers[0]',
      'metadata.finalizers[1]',
      'status.conditions[0].type',
      'status.conditions[1].type',
    ])
  })

  it('sees another owner of the same name', async () => {
    await cluster.apply(configMap('o'), configMap('d'))
    const first = cluster.snapshot()
    await client.patch(`${path}/d`, {
      metadata: {
        ownerReferences: [
          {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            name: 'o',
            uid: cluster.get({ apiVersion: 'v1', kind: 'ConfigMap' }, { name: 'o' })?.metadata.uid,
          },
        ],
      },
    })
    expect(sameState(first, cluster.snapshot())).toMatchObject([
      { object: 'configmaps default/d', path: 'metadata.ownerReferences' },
    ])
  })
})

describe('faults', () => {
  it('answer a status as often as asked, without effect', async () => {
    cluster.faults.add({
      match: { verb: 'create', resource: 'configmaps' },
      fault: { kind: 'status', code: 429, retryAfterSeconds: 3 },
      times: 1,
    })
    const refused = await client.post(path, { metadata: { name: 'a' } })
    expect(refused.body).toMatchObject({ code: 429, reason: 'TooManyRequests' })
    expect(refused.headers['retry-after']).toBe('3')
    expect((await client.get(`${path}/a`)).status).toBe(404)
    expect((await client.post(path, { metadata: { name: 'a' } })).status).toBe(201)
  })

  it('cut the connection before or after the effect, or in the middle of the answer', async () => {
    cluster.faults.add({ match: { name: 'a' }, fault: { kind: 'reset', when: 'before' }, times: 1 })
    cluster.faults.add({ match: { verb: 'patch' }, fault: { kind: 'reset', when: 'after' }, times: 1 })
    await cluster.apply(configMap('a'))
    await expect(client.patch(`${path}/a`, { data: { x: '1' } })).rejects.toThrow()
    expect((await client.get(`${path}/a`)).body.data).toBeUndefined()
    await expect(client.patch(`${path}/a`, { data: { x: '1' } })).rejects.toThrow()
    expect((await client.get(`${path}/a`)).body.data).toEqual({ x: '1' })
    cluster.faults.add({ match: { verb: 'list' }, fault: { kind: 'cut' }, times: 1 })
    await expect(client.get(path)).rejects.toThrow()
    expect((await client.get(path)).status).toBe(200)
  })

  it('delay by the clock', async () => {
    await cluster.apply(configMap('a'))
    const pending = clock.pending
    cluster.faults.add({ fault: { kind: 'delay', ms: 5_000 }, times: 1 })
    const answer = client.get(`${path}/a`)
    await expect.poll(() => clock.pending).toBe(pending + 1)
    clock.advance(5_000)
    expect((await answer).status).toBe(200)
  })

  it('drop and stall watches', async () => {
    const stalled = await client.watch(path)
    await stalled.until(1)
    expect(cluster.faults.stallWatches({ resource: 'configmaps' })).toBe(1)
    await cluster.apply(configMap('a'))
    await client.get(path)
    expect(stalled.events).toHaveLength(1)
    cluster.faults.stallWatches({}, false)
    await stalled.until(2)
    expect(cluster.faults.dropWatches({ user: 'admin' })).toBe(1)
    expect(await stalled.ended).toBe(false)
  })

  it('part the cluster from everybody, and bring it back', async () => {
    await client.get(path)
    cluster.faults.partition()
    await expect(client.get(path)).rejects.toThrow()
    cluster.faults.partition(false)
    expect((await client.get(path)).status).toBe(200)
  })

  it('happen with a probability that a seed repeats', async () => {
    const statuses = async (): Promise<number[]> => {
      const remove = cluster.faults.add({ fault: { kind: 'status', code: 500 }, probability: 0.5, seed: 7 })
      const seen: number[] = []
      for (let count = 0; count < 10; count++) seen.push((await client.get(path)).status)
      remove()
      return seen
    }
    const first = await statuses()
    expect(new Set(first)).toEqual(new Set([200, 500]))
    expect(await statuses()).toEqual(first)
  })
})

describe('eventually', () => {
  it('resolves with what the check answers', async () => {
    const found = eventually(
      cluster,
      () => cluster.get({ apiVersion: 'v1', kind: 'ConfigMap' }, { name: 'late' }) ?? false,
    )
    await client.post(path, { metadata: { name: 'late' } })
    expect((await found).metadata.name).toBe('late')
  })

  it('tells the last failure and the last requests when time is up', async () => {
    await client.get(`${path}/x`)
    const waited = eventually(cluster, () => expect(1).toBe(2), { timeoutMs: 20 })
    await expect(waited).rejects.toThrow(EventuallyError)
    await expect(waited).rejects.toThrow(/expected 1 to be 2[\s\S]+404 get configmaps default\/x by admin/)
  })
})

describe('stop', () => {
  it('ends connections, watches and timers', async () => {
    const pending = clock.pending
    const other = await startCluster({ clock })
    const visitor = testClient(other)
    const watch = await visitor.watch('/api/v1/pods')
    await other.stop()
    expect(await watch.ended).toBe(false)
    expect(clock.pending).toBe(pending)
    await expect(visitor.get('/version')).rejects.toThrow()
    await visitor.close()
  })
})
