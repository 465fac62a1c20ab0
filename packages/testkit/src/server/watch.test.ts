import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { manualClock } from '../clock/manual-clock.ts'
import type { ManualClock } from '../clock/manual-clock.ts'
import type { InMemoryCluster } from '../cluster.ts'
import { startCluster } from '../start-cluster.ts'
import { testClient } from '../testing/test-client.ts'
import type { TestClient, WatchEvent } from '../testing/test-client.ts'

const path = '/api/v1/namespaces/default/configmaps'

let clock: ManualClock
let cluster: InMemoryCluster
let client: TestClient

beforeEach(async () => {
  clock = manualClock()
  cluster = await startCluster({ clock, controllers: false, historyLimit: 50 })
  client = testClient(cluster)
})
afterEach(async () => {
  await client.close()
  await cluster.stop()
})

const create = async (name: string, labels: Record<string, string> = {}): Promise<number> => {
  const { body } = await client.post(path, { metadata: { name, labels } })
  return Number(body.metadata.resourceVersion)
}
const shown = (events: readonly WatchEvent[]): string[] =>
  events.map(({ type, object }) => `${type} ${object.metadata?.name ?? object.reason ?? ''}`)

describe('watch', () => {
  it('begins with what is there when it has no version', async () => {
    await create('a')
    const watch = await client.watch(path)
    await create('b')
    await client.delete(`${path}/a`)
    expect(shown(await watch.until(3))).toEqual(['ADDED a', 'ADDED b', 'DELETED a'])
  })

  it('goes on after a version', async () => {
    const from = await create('a')
    await create('b')
    const watch = await client.watch(`${path}?resourceVersion=${from}`)
    await client.patch(`${path}/a`, { data: { x: 'y' } })
    const events = await watch.until(2)
    expect(shown(events)).toEqual(['ADDED b', 'MODIFIED a'])
    expect(events[1]?.object).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', data: { x: 'y' } })
  })

  it('gives a deletion the version it happened at, and the last state', async () => {
    const from = await create('a')
    const watch = await client.watch(`${path}?resourceVersion=${from}`)
    await client.delete(`${path}/a`)
    const [event] = await watch.until(1)
    expect(Number(event?.object.metadata.resourceVersion)).toBe(from + 1)
  })

  it('turns a change of labels into ADDED and DELETED of a selection', async () => {
    await create('a')
    await create('b', { in: 'yes' })
    const watch = await client.watch(`${path}?labelSelector=in=yes`)
    await client.patch(`${path}/a`, { metadata: { labels: { in: 'yes' } } })
    await client.patch(`${path}/a`, { data: { x: '1' } })
    await client.patch(`${path}/a`, { metadata: { labels: { in: 'no' } }, data: { x: '2' } })
    await client.patch(`${path}/a`, { data: { x: '3' } })
    await client.delete(`${path}/b`)
    const events = await watch.until(5)
    expect(shown(events)).toEqual(['ADDED b', 'ADDED a', 'MODIFIED a', 'DELETED a', 'DELETED b'])
    expect(events[3]?.object).toMatchObject({ metadata: { labels: { in: 'yes' } }, data: { x: '1' } })
    const live = (await client.get(`${path}/a`)).body.metadata.resourceVersion
    expect(Number(events[3]?.object.metadata.resourceVersion)).toBe(Number(live) - 1)
  })

  it('watches one object by its name, in both ways', async () => {
    const byField = await client.watch(`${path}?fieldSelector=metadata.name=b`)
    const byPath = await client.watch(`${path.replace('/v1/', '/v1/watch/')}/b`)
    await create('a')
    await create('b')
    expect(shown(await byField.until(1))).toEqual(['ADDED b'])
    expect(shown(await byPath.until(1))).toEqual(['ADDED b'])
  })

  it('is told of all namespaces by the path without one', async () => {
    const watch = await client.watch('/api/v1/configmaps')
    await client.post('/api/v1/namespaces/kube-system/configmaps', { metadata: { name: 'far' } })
    expect(shown(await watch.until(1))).toEqual(['ADDED far'])
  })

  it('ends with an error in the stream when its version is forgotten', async () => {
    const from = await create('a')
    cluster.faults.compactHistory()
    await create('b')
    const watch = await client.watch(`${path}?resourceVersion=${from - 1}`)
    const [event] = await watch.until(1)
    expect(event).toMatchObject({
      type: 'ERROR',
      object: { kind: 'Status', code: 410, reason: 'Expired', status: 'Failure' },
    })
    expect(event?.object.message).toBe(`too old resource version: ${from - 1} (${from})`)
    expect(await watch.ended).toBe(true)
  })

  it('forgets by itself what is older than its history', async () => {
    const from = await create('first')
    for (let count = 0; count < 80; count++)
      await cluster.apply({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'c' },
        data: { n: String(count) },
      })
    const watch = await client.watch(`${path}?resourceVersion=${from}`)
    expect(shown(await watch.until(1))).toEqual(['ERROR Expired'])
  })

  it('marks the end of the initial events', async () => {
    await create('a')
    const watch = await client.watch(
      `${path}?sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
    )
    const events = await watch.until(2)
    expect(shown(events)).toEqual(['ADDED a', 'BOOKMARK '])
    expect(events[1]?.object).toMatchObject({
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } },
    })
    await create('b')
    expect(shown(await watch.until(3))).toContain('ADDED b')
  })

  it('sends bookmarks as time goes, and ends when its time is over', async () => {
    const from = await create('a')
    const watch = await client.watch(
      `${path}?resourceVersion=${from}&allowWatchBookmarks=true&timeoutSeconds=100`,
    )
    await client.post('/api/v1/namespaces/default/secrets', { metadata: { name: 'elsewhere' } })
    clock.advance(60_000)
    const [bookmark] = await watch.until(1)
    expect(bookmark).toMatchObject({
      type: 'BOOKMARK',
      object: { metadata: { resourceVersion: String(from + 1) } },
    })
    clock.advance(40_000)
    expect(await watch.ended).toBe(true)
  })

  it('refuses options that contradict each other', async () => {
    const answer = await client.get(`${path}?watch=true&resourceVersionMatch=Exact`)
    expect(answer.body).toMatchObject({ code: 422, reason: 'Invalid' })
    expect((await client.get(`${path}?watch=true&sendInitialEvents=true`)).status).toBe(422)
  })

  it('leaves no timer and no listener behind when the client goes', async () => {
    const before = clock.pending
    const watch = await client.watch(path)
    expect(clock.pending).toBeGreaterThan(before)
    watch.close()
    await client.close()
    await expect.poll(() => clock.pending).toBe(before)
  })
})

describe('list', () => {
  it('is sorted, carries the version, and built-in items carry no kind', async () => {
    await create('b')
    const last = await create('a')
    const { body } = await client.get(path)
    expect(body).toMatchObject({
      kind: 'ConfigMapList',
      apiVersion: 'v1',
      metadata: { resourceVersion: String(last) },
    })
    expect(body.items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual(['a', 'b'])
    expect(body.items[0]).not.toHaveProperty('kind')
  })

  it('goes page by page through one version, whatever is written meanwhile', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await create(name)
    const first = (await client.get(`${path}?limit=2`)).body
    expect(first.metadata).toMatchObject({ remainingItemCount: 3 })
    await client.delete(`${path}/d`)
    await client.delete(`${path}/a`)
    await create('bb')
    const names: string[] = []
    let page = first
    for (;;) {
      names.push(...page.items.map((item: { metadata: { name: string } }) => item.metadata.name))
      expect(page.metadata.resourceVersion).toBe(first.metadata.resourceVersion)
      if (page.metadata.continue === undefined) break
      page = (await client.get(`${path}?limit=2&continue=${page.metadata.continue}`)).body
    }
    expect(names).toEqual(['a', 'b', 'c', 'd', 'e'])
    cluster.faults.compactHistory()
    expect((await client.get(`${path}?limit=2&continue=${first.metadata.continue}`)).body).toMatchObject({
      code: 410,
      reason: 'Expired',
    })
    expect((await client.get(`${path}?continue=nonsense`)).body).toMatchObject({
      code: 400,
      message: String.raw`invalid continue token: continue key is not valid: invalid character '\u009e' looking for beginning of value`,
    })
  })

  it('reads the past when asked for exactly that', async () => {
    const then = await create('a')
    await create('b')
    const { body } = await client.get(`${path}?resourceVersion=${then}&resourceVersionMatch=Exact`)
    expect(body.metadata.resourceVersion).toBe(String(then))
    expect(body.items).toHaveLength(1)
    expect(
      (await client.get(`${path}?resourceVersion=${then}&resourceVersionMatch=NotOlderThan`)).body.items,
    ).toHaveLength(2)
    expect((await client.get(`${path}?resourceVersion=0`)).body.items).toHaveLength(2)
  })

  it('says when a version is not there yet, is no version, or is forbidden', async () => {
    const future = await client.get(`${path}?resourceVersion=999999&resourceVersionMatch=NotOlderThan`)
    expect(future.body).toMatchObject({
      code: 504,
      reason: 'Timeout',
      details: { causes: [{ reason: 'ResourceVersionTooLarge' }] },
    })
    expect((await client.get(`${path}?resourceVersion=x`)).status).toBe(400)
    expect((await client.get(`${path}?resourceVersionMatch=Exact`)).status).toBe(422)
    expect((await client.get(`${path}?limit=x`)).status).toBe(400)
  })

  it('selects by labels and fields', async () => {
    await create('a', { x: '1', y: '2' })
    await create('b', { x: '1' })
    const names = async (query: string): Promise<string[]> =>
      (await client.get(`${path}?${query}`)).body.items.map(
        (item: { metadata: { name: string } }) => item.metadata.name,
      )
    expect(await names('labelSelector=x=1,y')).toEqual(['a'])
    expect(await names('labelSelector=x%20in%20(1,2),!y')).toEqual(['b'])
    expect(await names('fieldSelector=metadata.name!=a')).toEqual(['b'])
    expect((await client.get(`${path}?fieldSelector=data.x=1`)).body).toMatchObject({
      code: 400,
      message: '"data.x" is not a known field selector: only "metadata.name", "metadata.namespace"',
    })
    expect((await client.get(`${path}?labelSelector=a==b==c`)).status).toBe(400)
  })
})
