import { describe, expect, it } from 'vitest'
import { configMaps } from '../clients.ts'
import { configMap } from './scene.ts'
import { withScene } from './with-scene.ts'

const test = withScene()

const slices = 10

const many = (count: number) =>
  Array.from({ length: count }, (_, at) => {
    const name = `n${String(at).padStart(5, '0')}`
    return configMap(name, { text: 'x'.repeat(100) }, { kept: 'yes', slice: String(at % slices) })
  })

/** In slices: a server answers when all of what it was asked to delete is gone. */
const removeAll = async (): Promise<void> => {
  for (let slice = 0; slice < slices; slice += 1)
    await test.scene.client.deleteCollection(configMaps, {
      namespace: 'default',
      labelSelector: `slice=${slice}`,
    })
}

describe('a relist of 10,000 unchanged objects', () => {
  it('tells nothing', { timeout: 300_000 }, async () => {
    const { cluster, scene } = test
    const objects = many(10_000)
    await Promise.all(
      // some at a time: a real server takes milliseconds for each
      Array.from({ length: slices }, (_, slice) =>
        cluster.apply(...objects.filter((_object, at) => at % slices === slice)),
      ),
    )
    await scene.synced()
    expect(scene.follower.events).toHaveLength(10_000)
    scene.follower.events.length = 0
    const from = scene.tries.length
    cluster.faults.failWatches({ code: 410, reason: 'Expired' }, { resource: 'configmaps' })
    await scene.until(
      'it is watched again',
      () => scene.tap.watchedFrom.length === 2 && scene.tap.unanswered === 0,
    )
    await scene.well()
    expect(scene.follower.events).toEqual([])
    // Twenty pages and a watch at most.
    expect(scene.tries.length - from).toBeLessThanOrEqual(21)
    await removeAll()
    await scene.well()
    expect(scene.cached).toEqual([])
    expect(scene.follower.events).toHaveLength(10_000)
  })
})

describe('a list that expires between its pages', () => {
  it('is fetched anew, in one piece, and nothing of the old one is believed', async () => {
    const { cluster, scene } = test
    await cluster.apply(...many(600))
    // A server that cannot list by watching.
    const noStreams = { kind: 'status', code: 422, reason: 'Invalid' } as const
    cluster.faults.add({ match: { verb: 'watch', resource: 'configmaps' }, fault: noStreams, times: 1 })
    let expired = 0
    scene.tap.beforeNextPage = async () => {
      expired += 1
      await cluster.apply(configMap('new'), configMap('n00000', { v: '2' }))
      await cluster.remove({ namespace: 'default', name: 'n00001' })
      await cluster.compact()
    }
    scene.start()
    await scene.well()
    expect(expired).toBe(1)
    expect(scene.cached).toHaveLength(600)
    expect(scene.follower.events).toHaveLength(600)
    expect(
      scene.tries.map(({ verb, status }) => `${verb} ${status}`).filter((line) => line.startsWith('list')),
    ).toEqual(['list 200', 'list 410', 'list 200'])
    await removeAll()
    await scene.well()
  })
})
