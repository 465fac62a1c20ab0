import { setImmediate } from 'node:timers/promises'
import { eventually, startCluster, type InMemoryCluster } from '@odfmo/testkit'
import type { KubeObject } from '@odfmo/api-types/meta'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { nextEvent } from '../../test/cache-events.ts'
import { clientOf, configMap, configMaps, type ConfigMap } from '../../test/clients.ts'
import type { KubeClient } from '../client/kube-client.ts'
import { ManualClock } from '../manual-clock.ts'
import { cluster as kindsOf, index, watch } from '../watched-kind.ts'
import type { CacheEvent } from './cache.ts'
import { Informers, type InformersOptions } from './informers.ts'

let memory: InMemoryCluster
let client: KubeClient
let stop: AbortController
let running: Promise<void>

beforeEach(async () => {
  memory = await startCluster({ name: 'hub', controllers: false })
  client = await clientOf(memory)
  stop = new AbortController()
  running = Promise.resolve()
})

afterEach(async () => {
  stop.abort()
  await running
  await client.close()
  await memory.stop()
})

const hub = kindsOf('hub', {
  ConfigMap: watch(configMaps),
  Odd: watch(configMaps, {
    transform: (object) => {
      if (object.metadata.name === 'bad') throw new Error('transform')
      return object
    },
  }),
})

const start = (options: Partial<InformersOptions>): Informers => {
  const informers = new Informers({ clients: { hub: client }, ...options })
  running = informers.start(stop.signal)
  return informers
}

const plain = (objects: readonly { readonly metadata: KubeObject['metadata'] }[]): string[] =>
  objects.map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`).toSorted()

describe('Informers against a server that fails', () => {
  it('catches up after the server was away and its history is gone, telling only what changed', async () => {
    await memory.apply(configMap('default', 'same'), configMap('default', 'gone'))
    const informers = start({ watches: [hub.ConfigMap] })
    await informers.waitForSync()
    const events: string[] = []
    informers.onEvent(({ key, object }) =>
      events.push(`${key.name} ${object === undefined ? 'went' : 'came'}`),
    )
    memory.faults.partition()
    await memory.apply(configMap('default', 'new'))
    memory.faults.compactHistory()
    memory.faults.partition(false)
    await nextEvent(informers, ({ key }) => key.name === 'new')
    expect(events).toEqual(['new came'])
    expect(informers.sync(hub.ConfigMap).is).toBe('synced')
  })

  it('asks a server that refuses streams once, and lists pages from then on', async () => {
    memory.faults.add({
      match: { verb: 'watch' },
      fault: { kind: 'status', code: 422 },
      times: 1,
    })
    await memory.apply(configMap('default', 'a'))
    const failed: string[] = []
    const observer = {
      listed: () => undefined,
      watchOpened: () => undefined,
      failed: () => failed.push('failed'),
      listenerThrew: () => undefined,
    }
    const informers = start({ watches: [hub.ConfigMap], observer })
    await informers.waitForSync()
    informers.use(hub.Odd)
    await informers.waitForSync()
    expect(informers.list(hub.Odd)).toHaveLength(1)
    const asked = memory.requests.all({ resource: 'configmaps' })
    expect(asked.filter(({ status }) => status === 422)).toHaveLength(1)
    expect(asked.filter(({ verb }) => verb === 'list')).toHaveLength(2)
    expect(failed).toEqual([])
  })

  it('keeps, tells and counts what a transform or an index throws over', async () => {
    let threw = 0
    const observer = {
      listed: () => undefined,
      watchOpened: () => undefined,
      failed: () => undefined,
      listenerThrew: () => (threw += 1),
    }
    const byData = index(hub.Odd, 'by-data', ({ data, metadata }) => {
      if (metadata.name === 'bad') throw new Error('index')
      return Object.values(data ?? {})
    })
    await memory.apply(configMap('default', 'good', { data: { x: '1' } }))
    const informers = start({ watches: [hub.Odd], indexes: [byData], observer })
    await informers.waitForSync()
    const came = nextEvent(informers, ({ key }) => key.name === 'after')
    await memory.apply(configMap('default', 'bad'), configMap('default', 'after', { data: { x: '1' } }))
    await came
    expect(informers.get(hub.Odd, { namespace: 'default', name: 'bad' })).toBeDefined()
    expect(informers.find(byData, '1')).toHaveLength(2)
    expect(threw).toBe(2)
  })

  it('asks again for what could not be kept: it is not believed to be there', async () => {
    let isWrong = true
    const { Wrong } = kindsOf('hub', {
      Wrong: watch(configMaps, { transform: (object) => (isWrong ? ({} as ConfigMap) : object) }),
    })
    const clock = new ManualClock()
    let failed: () => void = () => undefined
    const observer = {
      listed: () => undefined,
      watchOpened: () => undefined,
      failed: () => failed(),
      listenerThrew: () => undefined,
    }
    const failure = (): Promise<void> => new Promise((resolve) => (failed = resolve))
    const kept = async (name: string): Promise<void> => {
      const came = nextEvent(informers, ({ key }) => key.name === name)
      await setImmediate()
      clock.advance(2000)
      await came
    }
    await memory.apply(configMap('default', 'listed'))
    const first = failure()
    const informers = start({ watches: [Wrong], clock, observer })
    await first
    expect(informers.unsynced()).toHaveLength(1)
    isWrong = false
    await kept('listed')
    expect(informers.unsynced()).toEqual([])

    isWrong = true
    const second = failure()
    await memory.apply(configMap('default', 'watched'))
    await second
    expect(informers.troubles()).toHaveLength(1)
    isWrong = false
    await kept('watched')
  })

  it('tells when a server that was away answers again', async () => {
    memory.faults.add({ match: { verb: 'watch' }, fault: { kind: 'status', code: 503 }, times: 1 })
    const informers = start({ watches: [hub.ConfigMap] })
    const recovered = new Promise<string>((resolve) => informers.onRecover(({ name }) => resolve(name)))
    expect(await recovered).toBe('hub.ConfigMap')
    expect(informers.sync(hub.ConfigMap).is).toBe('synced')
  })

  it.each([
    [1, 'stream'],
    [2, 'pages'],
    [3, 'stream'],
    [4, 'pages'],
  ] as const)(
    'end with what the server has when it fails at random, seed %i, %s',
    async (seed, initialState) => {
      const random = new ManualClock(0, seed)
      const below = (limit: number): number => Math.floor(random.random() * limit)
      const informers = start({ watches: [hub.ConfigMap], initialState })
      // What the cache would be for somebody who only follows its events.
      const followed = new Map<string, CacheEvent['object']>()
      informers.onEvent(({ key, old, object }) => {
        expect(followed.get(key.name)?.metadata.resourceVersion).toBe(old?.metadata.resourceVersion)
        if (object === undefined) followed.delete(key.name)
        else followed.set(key.name, object)
      })
      memory.faults.add({
        match: { verb: 'list' },
        fault: { kind: 'status', code: 503 },
        probability: 0.3,
        seed,
      })
      memory.faults.add({
        match: { verb: 'watch' },
        fault: { kind: 'reset', when: 'after' },
        probability: 0.2,
        seed,
      })
      memory.faults.add({ match: { verb: 'list' }, fault: { kind: 'cut' }, probability: 0.1, seed })
      memory.faults.add({
        match: { verb: 'watch' },
        fault: { kind: 'status', code: 503 },
        probability: 0.2,
        seed,
      })
      for (let step = 0; step < 60; step++) {
        const name = `n${below(8)}`
        const there =
          memory.get({ apiVersion: 'v1', kind: 'ConfigMap' }, { namespace: 'default', name }) !== undefined
        if (there && below(3) === 0) await client.delete(configMaps, { namespace: 'default', name })
        else await memory.apply(configMap('default', name, { data: { step: String(step) } }))
        if (below(12) === 0) memory.faults.dropWatches()
        if (below(20) === 0) memory.faults.compactHistory()
      }
      memory.faults.clear()
      await informers.waitForSync()
      const server = (): ConfigMap[] =>
        memory.list({ apiVersion: 'v1', kind: 'ConfigMap' }, 'default') as ConfigMap[]
      while (JSON.stringify(plain(informers.list(hub.ConfigMap))) !== JSON.stringify(plain(server()))) {
        await Promise.race([
          nextEvent(informers, () => true),
          eventually(memory, () => false, { timeoutMs: 200 }).catch(() => undefined),
        ])
      }
      expect(
        plain([...followed.values()].flatMap((object) => (object === undefined ? [] : [object]))),
      ).toEqual(plain(server()))
    },
  )
})
