import { describe, expect, it } from 'vitest'
import { clientOf } from '../clients.ts'
import type { FaultyCluster } from './faulty-cluster.ts'
import { configMap, hub, Scene } from './scene.ts'
import { withScene } from './with-scene.ts'

/** What happens in the cluster while the caches do not see it. */
const changeAll = async (cluster: FaultyCluster): Promise<void> => {
  await cluster.apply(configMap('new'))
  await cluster.apply(configMap('new', { v: '2' }), configMap('changed', { v: '2' }))
  await cluster.remove({ namespace: 'default', name: 'gone' })
}

const before = [configMap('same'), configMap('changed'), configMap('gone')]

describe('connection refused', () => {
  const test = withScene()

  it('at the start: nothing is believed, the reason is told, and it begins when the server is there', async () => {
    const { cluster, scene } = test
    await cluster.apply(...before)
    await cluster.faults.refuseConnections()
    scene.start()
    await scene.until('it is told', () => scene.trouble.includes('ECONNREFUSED'))
    expect(scene.informers.unsynced()).toEqual([
      { name: 'hub.Kept', why: expect.stringMatching(/configmaps in cluster hub: .*ECONNREFUSED/) },
    ])
    await scene.pass(60_000)
    expect(scene.informers.sync(hub.Kept).is).toBe('syncing')
    expect(scene.follower.events).toEqual([])
    expect(scene.log.join('\n')).toContain('watching failed, trying again')
    const failures = await scene.count('failures')
    expect(failures).toBeGreaterThanOrEqual(4)
    // Waits of 0.8 s and doubled, and at most four tries each.
    expect(failures).toBeLessThanOrEqual(9)
    expect(scene.tries.length).toBeLessThanOrEqual(4 * failures)

    await cluster.faults.refuseConnections(false)
    await scene.well()
    expect(scene.follower.events.toSorted()).toEqual(['came changed', 'came gone', 'came same'])
  })

  it('later: what is there stays believed, and what happened meanwhile is told once', async () => {
    const { cluster, scene } = test
    await cluster.apply(...before)
    await scene.synced()
    scene.follower.events.length = 0
    await cluster.faults.refuseConnections()
    await scene.until('it is told', () => scene.trouble.includes('ECONNREFUSED'))
    expect(scene.informers.sync(hub.Kept)).toEqual({ is: 'synced' })
    expect(scene.cached).toHaveLength(3)
    const from = scene.tries.length
    await scene.pass(5 * 60_000)
    // Every 30 s in the end.
    expect(scene.tries.length - from).toBeLessThanOrEqual(18)
    await changeAll(cluster)
    expect(scene.follower.events).toEqual([])

    await cluster.faults.refuseConnections(false)
    await scene.well()
    expect(scene.cached.map((line) => line.split(' ')[0])).toEqual(['changed', 'new', 'same'])
    expect(scene.follower.events).toEqual(['came new', 'changed new', 'changed changed', 'went gone'])
  })
})

describe('TLS handshake failure', () => {
  const test = withScene()

  it.each([
    ['cut' as const, /ECONNRESET|socket disconnected|other side closed/i],
    ['unknown authority' as const, /certificate/i],
  ])('%s: is told, not hurried, and over when the server is itself again', async (how, why) => {
    const { cluster, scene } = test
    await cluster.apply(...before)
    cluster.faults.breakHandshakes(how)
    scene.start()
    await scene.until('it is told', () => why.test(scene.trouble))
    expect(scene.informers.unsynced()[0]?.why).toMatch(why)
    await scene.pass(60_000)
    expect(scene.tries.length).toBeLessThanOrEqual(36)
    expect(scene.follower.events).toEqual([])
    cluster.faults.breakHandshakes('works')
    await scene.well()

    cluster.faults.breakHandshakes(how)
    await changeAll(cluster)
    await scene.until('it is told again', () => why.test(scene.trouble))
    expect(scene.informers.sync(hub.Kept)).toEqual({ is: 'synced' })
    cluster.faults.breakHandshakes('works')
    await scene.well()
    expect(scene.cached.map((line) => line.split(' ')[0])).toEqual(['changed', 'new', 'same'])
  })
})

describe('a server that closes every second', () => {
  const test = withScene()

  it.each(['in order', 'by a cut'])('%s: everything comes, with few requests', async (how) => {
    const { cluster, scene } = test
    await cluster.apply(...before)
    await scene.synced()
    const lists = await scene.count('lists')
    const from = scene.tries.length
    for (let second = 1; second <= 60; second += 1) {
      if (how === 'in order') cluster.faults.endWatches()
      else cluster.faults.dropWatches()
      if (second % 10 === 0) await cluster.apply(configMap('changed', { v: String(second) }))
      await scene.pass(1000)
    }
    const opened = scene.tries.length - from
    expect(opened).toBeGreaterThan(2)
    expect(opened).toBeLessThanOrEqual(60)
    await scene.well()
    expect(await scene.count('lists')).toBe(lists)
    expect(scene.cached).toHaveLength(3)
  })

  it('or as soon as it has begun: it is asked less and less often', async () => {
    const { cluster, scene } = test
    await cluster.apply(...before)
    await scene.synced()
    const from = scene.tries.length
    const leave = cluster.requests.subscribe(({ verb, resource }) => {
      if (verb === 'watch' && resource === 'configmaps') setImmediate(() => cluster.faults.endWatches())
    })
    cluster.faults.endWatches()
    await scene.pass(5 * 60_000)
    expect(scene.tries.length - from).toBeGreaterThan(4)
    expect(scene.tries.length - from).toBeLessThanOrEqual(18)
    await changeAll(cluster)
    await scene.caughtUp()
    leave()
    await scene.well()
    expect(scene.cached.map((line) => line.split(' ')[0])).toEqual(['changed', 'new', 'same'])
  })
})

describe('a cut line', () => {
  const test = withScene()

  it('is not half an event: the whole one comes with the next watch', async () => {
    const { cluster, scene } = test
    await cluster.apply(...before)
    await scene.synced()
    scene.follower.events.length = 0
    expect(cluster.faults.cutWatches({ resource: 'configmaps' })).toBe(1)
    await cluster.apply(configMap('changed', { text: 'x'.repeat(1000) }))
    await scene.well()
    await scene.until('it was noticed', async () => (await scene.count('failures')) === 1)
    expect(scene.follower.events).toEqual(['changed changed'])
    expect(scene.tap.watchedFrom).toHaveLength(2)
  })

  it('in the first answer of all is a failure like any other', async () => {
    const { cluster, scene } = test
    await cluster.apply(...before)
    cluster.faults.add({ match: { resource: 'configmaps' }, fault: { kind: 'cut' }, times: 2 })
    scene.start()
    await scene.well()
    expect(scene.follower.events.toSorted()).toEqual(['came changed', 'came gone', 'came same'])
  })
})

describe('a stalled stream', () => {
  // The server's side says nothing any more, as when a router forgot the connection: here after 1.5 s, not 120.
  const test = withScene((cluster) =>
    Scene.open(cluster, (options) => clientOf(cluster, {}, { ...options, watchTimeoutMs: 1_500 })),
  )

  it('is given up after its time, and what it held back comes by another', async () => {
    const { cluster, scene } = test
    await cluster.apply(...before)
    await scene.synced()
    // On a machine that stands still, one that is quiet may be given up before; then another comes.
    const stalls = (): boolean => cluster.faults.stallWatches({ resource: 'configmaps' }) === 1
    await scene.until('it is watched, and stalls', stalls)
    await changeAll(cluster)
    expect(scene.cached).toHaveLength(3)
    const failures = await scene.count('failures')
    await scene.until('it is given up', async () => (await scene.count('failures')) > failures)
    await scene.well()
    expect(scene.log.join('\n')).toMatch(/[Bb]ody [Tt]imeout/)
    expect(scene.cached.map((line) => line.split(' ')[0])).toEqual(['changed', 'new', 'same'])
  })
})
