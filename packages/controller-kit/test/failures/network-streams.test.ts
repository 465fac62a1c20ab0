import { describe, expect, it } from 'vitest'
import { configMaps } from '../clients.ts'
import { configMap, hub } from './scene.ts'
import { withScene } from './with-scene.ts'

const test = withScene()
const key = (name: string) => ({ namespace: 'default', name })
const before = [configMap('same'), configMap('changed'), configMap('gone')]
const names = (state: readonly string[]): string[] => state.map((line) => line.split(' ')[0] ?? '')

/** Synced, with nothing told so far. */
const begin = async (): Promise<void> => {
  const { cluster, scene } = test
  await cluster.apply(...before)
  await scene.synced()
  scene.follower.events.length = 0
}

const changeAll = async (): Promise<void> => {
  const { cluster } = test
  await cluster.apply(configMap('new'), configMap('changed', { v: '2' }))
  await cluster.remove(key('gone'))
}

describe('410', () => {
  it('on open: one list, and only what changed is told', async () => {
    await begin()
    const { cluster, scene } = test
    // As long as it takes until a server forgets.
    const away = cluster.faults.add({ match: { verb: 'watch' }, fault: { kind: 'status', code: 503 } })
    cluster.faults.dropWatches()
    await scene.until('it is told', () => scene.trouble.includes('injected'))
    await changeAll()
    await cluster.compact()
    away()
    const gone = { kind: 'status', code: 410, reason: 'Expired' } as const
    cluster.faults.add({ match: { verb: 'watch', resource: 'configmaps' }, fault: gone, times: 1 })
    await scene.well()
    expect(scene.follower.events.toSorted()).toEqual(['came new', 'changed changed', 'went gone'])
  })

  it('in the stream: the same', async () => {
    await begin()
    const { cluster, scene } = test
    const from = scene.tries.length
    expect(cluster.faults.failWatches({ code: 410, reason: 'Expired' }, { resource: 'configmaps' })).toBe(1)
    await changeAll()
    await scene.well()
    expect(scene.follower.events.toSorted()).toEqual(['came new', 'changed changed', 'went gone'])
    // A list, or what does for one, and a watch: at once.
    expect(scene.tries.length - from).toBeLessThanOrEqual(2)
  })

  it('time and again: at longer and longer intervals', async () => {
    await begin()
    const { cluster, scene } = test
    const gone = { kind: 'status', code: 410, reason: 'Expired' } as const
    const over = cluster.faults.add({ match: { verb: 'watch', resource: 'configmaps' }, fault: gone })
    const from = scene.tries.length
    cluster.faults.dropWatches()
    await scene.pass(5 * 60_000)
    expect(scene.tries.length - from).toBeLessThanOrEqual(60)
    await changeAll()
    over()
    await scene.well()
    expect(scene.follower.events.toSorted()).toEqual(['came new', 'changed changed', 'went gone'])
  })
})

describe('garbage in the stream', () => {
  it.each([
    ['no JSON', 'bad gateway\n'],
    ['half an object', '{"type":"ADDED","object":{\n'],
    ['a null', 'null\n'],
    ['a number', '7\n'],
    ['an event of nothing', '{"type":"ADDED"}\n'],
    ['an object without metadata', '{"type":"MODIFIED","object":{"kind":"ConfigMap"}}\n'],
    [
      'an object without a name',
      '{"type":"ADDED","object":{"metadata":{"namespace":"default","resourceVersion":"1"}}}\n',
    ],
    [
      'an object without a version',
      '{"type":"ADDED","object":{"metadata":{"namespace":"default","name":"x"}}}\n',
    ],
    [
      'a version that is no number',
      '{"type":"ADDED","object":{"metadata":{"namespace":"default","name":"x","resourceVersion":"new"}}}\n',
    ],
    [
      'a type that nobody knows',
      '{"type":"RENAMED","object":{"metadata":{"namespace":"default","name":"x","resourceVersion":"1"}}}\n',
    ],
    ['bytes that are no text', '\u0000\u0001\uFFFD\n'],
  ])('%s: nothing of it is believed, and the watch begins anew', async (_, text) => {
    await begin()
    const { cluster, scene } = test
    const unseen = scene.cached
    expect(cluster.faults.sendToWatches(text, { resource: 'configmaps' })).toBe(1)
    await scene.until('it is counted', async () => (await scene.count('failures')) === 1)
    expect(scene.cached).toEqual(unseen)
    expect(scene.follower.events).toEqual([])
    await changeAll()
    await scene.well()
    expect(scene.follower.events.toSorted()).toEqual(['came new', 'changed changed', 'went gone'])
  })

  it('without an end is over with the next line, and so is the watch', async () => {
    await begin()
    const { cluster, scene } = test
    cluster.faults.sendToWatches('x'.repeat(1000), { resource: 'configmaps' })
    await changeAll()
    await scene.well()
    expect(names(scene.cached)).toEqual(['changed', 'new', 'same'])
  })

  it('empty lines are nothing', async () => {
    await begin()
    const { cluster, scene } = test
    cluster.faults.sendToWatches('\n\n', { resource: 'configmaps' })
    await changeAll()
    await scene.well()
    expect(await scene.count('failures')).toBe(0)
  })
})

describe('an ERROR event', () => {
  it('of an internal error: told, and the watch goes on from where it was', async () => {
    await begin()
    const { cluster, scene } = test
    const lists = await scene.count('lists')
    cluster.faults.failWatches({ code: 500, message: 'etcd is away' }, { resource: 'configmaps' })
    await scene.until('it is told', () => scene.trouble.includes('etcd is away'))
    expect(scene.informers.sync(hub.Kept)).toEqual({ is: 'synced' })
    await changeAll()
    await scene.well()
    expect(await scene.count('lists')).toBe(lists)
    expect(scene.follower.events.toSorted()).toEqual(['came new', 'changed changed', 'went gone'])
  })
})

describe('bookmarks only', () => {
  it('carry the watch over a history that is gone: no list is needed', async () => {
    await begin()
    const { cluster, scene } = test
    // Changes of others move the cluster's version on, and nothing of ours.
    for (let n = 0; n < 5; n += 1) await cluster.apply(configMap(`other-${n}`, {}, {}))
    const { metadata } = await scene.client.list(configMaps, {
      namespace: 'default',
      labelSelector: 'kept=yes',
    })
    const object = {
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { resourceVersion: metadata.resourceVersion },
    }
    const text = `${JSON.stringify({ type: 'BOOKMARK', object })}\n`
    for (let n = 0; n < 3; n += 1) cluster.faults.sendToWatches(text, { resource: 'configmaps' })
    await cluster.compact()
    const lists = await scene.count('lists')
    await scene.pass(1000)
    cluster.faults.endWatches()
    await scene.until('it is watched again', () => scene.tap.watchedFrom.length === 2)
    expect(scene.tap.watchedFrom[1]).toBe(metadata.resourceVersion)
    await scene.well()
    expect(scene.follower.events).toEqual([])
    expect(await scene.count('lists')).toBe(lists)
    await changeAll()
    await scene.well()
    expect(scene.follower.events.toSorted()).toEqual(['came new', 'changed changed', 'went gone'])
  })
})

describe('a label taken off', () => {
  it('and put back: the object goes, and is the same again', async () => {
    await begin()
    const { cluster, scene } = test
    await cluster.apply(configMap('changed', {}, { kept: null }))
    await scene.well()
    expect(scene.follower.events).toEqual(['went changed'])
    await cluster.apply(configMap('changed'))
    await scene.well()
    expect(scene.follower.events).toEqual(['went changed', 'came changed'])
  })

  it('while nobody watched and the history went: the same by a list', async () => {
    await begin()
    const { cluster, scene } = test
    const away = cluster.faults.add({
      match: { resource: 'configmaps' },
      fault: { kind: 'status', code: 503 },
    })
    cluster.faults.dropWatches()
    await scene.until('it is told', () => scene.trouble.includes('injected'))
    await cluster.apply(configMap('changed', {}, { kept: null }))
    await cluster.compact()
    away()
    await scene.well()
    expect(scene.follower.events).toEqual(['went changed'])
  })
})

describe('a watch resumed after compaction during an own write', () => {
  it('shows the own writes at once, and tells each of them once', async () => {
    await begin()
    const { cluster, scene } = test
    const { client, informers } = scene
    const away = cluster.faults.add({
      match: { verb: 'watch', resource: 'configmaps' },
      fault: { kind: 'status', code: 503 },
    })
    cluster.faults.dropWatches()
    await scene.until('it is told', () => scene.trouble.includes('injected'))

    const { metadata, data } = configMap('made', { v: '1' })
    informers.wrote(
      hub.Kept,
      await client.create(configMaps, { metadata: { ...metadata, labels: { kept: 'yes' } }, data }),
    )
    await cluster.compact()
    informers.wrote(hub.Kept, await client.patch(configMaps, key('made'), 'merge', { data: { v: '2' } }))
    const gone = await client.get(configMaps, key('gone'))
    await client.delete(configMaps, key('gone'))
    informers.deleted(hub.Kept, key('gone'), gone.metadata.uid ?? '')
    expect(names(scene.cached)).toEqual(['changed', 'made', 'same'])
    await cluster.apply(configMap('changed', { v: '2' }))
    await cluster.compact()

    away()
    const expired = { kind: 'status', code: 410, reason: 'Expired' } as const
    cluster.faults.add({ match: { verb: 'watch', resource: 'configmaps' }, fault: expired, times: 1 })
    // The answer to a write can come later than the list that has it.
    informers.wrote(hub.Kept, await client.patch(configMaps, key('made'), 'merge', { data: { v: '3' } }))
    await scene.well()
    expect(scene.follower.events).toEqual([
      'came made',
      'changed made',
      'went gone',
      'changed made',
      'changed changed',
    ])
  })
})

describe('events that come late', () => {
  it('of what was written and deleted meanwhile by ourselves tell nothing new', async () => {
    await begin()
    const { cluster, scene } = test
    const { client, informers } = scene
    expect(cluster.faults.stallWatches({ resource: 'configmaps' })).toBe(1)
    await cluster.apply(configMap('gone', { v: '2' }), configMap('changed', { v: '2' }))
    const { metadata } = await client.get(configMaps, key('gone'))
    await client.delete(configMaps, key('gone'))
    informers.deleted(hub.Kept, key('gone'), metadata.uid ?? '')
    informers.wrote(hub.Kept, await client.patch(configMaps, key('changed'), 'merge', { data: { v: '3' } }))
    expect(scene.follower.events).toEqual(['went gone', 'changed changed'])
    cluster.faults.stallWatches({}, false)
    await cluster.apply(configMap('new'))
    await scene.well()
    expect(scene.follower.events).toEqual(['went gone', 'changed changed', 'came new'])
  })
})
