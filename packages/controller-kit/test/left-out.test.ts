import { startTestCluster } from '@odfmo/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Informers } from '../src/cache/informers.ts'
import type { KubeClient } from '../src/client/kube-client.ts'
import { systemClock } from '../src/clock.ts'
import { derived } from '../src/derived/derived.ts'
import { Engine } from '../src/derived/engine.ts'
import { absent, present } from '../src/derived/wanted.ts'
import { silentLogger } from '../src/logging/logger.ts'
import { cluster as kindsOf, watch } from '../src/watched-kind.ts'
import { nextEvent } from './cache-events.ts'
import { clientOf, configMap, configMaps, type ConfigMap } from './clients.ts'
import { clustersForTests } from './clusters-for-tests.ts'

const clusters = clustersForTests(() => startTestCluster({ controllers: false }))
let cluster: Awaited<ReturnType<typeof clusters.begin>>
let client: KubeClient
let stop: AbortController
let running: Promise<unknown>
beforeEach(async () => {
  cluster = await clusters.begin()
  client = await clientOf(cluster)
  stop = new AbortController()
})
afterEach(async () => {
  stop.abort()
  await running
  await client.close()
  await clusters.end(cluster)
})

/** Only what says `keep` is kept. */
const home = kindsOf('home', {
  ConfigMap: watch(configMaps, {
    namespaces: ['default'],
    transform: (object: ConfigMap) => (object.data?.['keep'] === undefined ? undefined : object),
  }),
})
const keyOf = (name: string) => ({ namespace: 'default', name })
const namesIn = (cache: Informers): string[] =>
  cache
    .list(home.ConfigMap)
    .map(({ metadata }) => metadata.name ?? '')
    .toSorted()

describe.each(['stream', 'pages'] as const)(
  'what a transform leaves out, with what is there in %s',
  (how) => {
    it('is not there, comes when it changes into what is kept, and goes when it changes back', async () => {
      await cluster.apply(
        configMap('default', 'kept', { data: { keep: '' } }),
        configMap('default', 'left-out', { data: { other: '' } }),
      )
      const cache = new Informers({ clients: { home: client }, watches: [home.ConfigMap], initialState: how })
      const heard: string[] = []
      cache.onEvent(({ key, object, old }) =>
        heard.push(`${key.name} ${old === undefined ? 'came' : object === undefined ? 'went' : 'changed'}`),
      )
      running = cache.start(stop.signal)
      await cache.waitForSync()
      expect(namesIn(cache)).toEqual(['kept'])
      for (const [name, data, said] of [
        ['left-out', { keep: '' }, 'left-out came'],
        ['left-out', { keep: null, more: '' }, 'left-out went'],
        ['left-out', { keep: 'again' }, 'left-out came'],
        ['kept', { keep: null }, 'kept went'],
      ] as const) {
        const came = nextEvent(cache, ({ key }) => key.name === name)
        await client.patch(configMaps, keyOf(name), 'merge', { data })
        await came
        expect(heard.at(-1)).toBe(said)
      }
      expect(namesIn(cache)).toEqual(['left-out'])
      // What comes and goes without being kept is told to nobody.
      await client.create(configMaps, { metadata: keyOf('passing') })
      await client.delete(configMaps, keyOf('passing'))
      await client.delete(configMaps, keyOf('kept'))
      const went = nextEvent(cache, ({ key }) => key.name === 'left-out')
      await client.delete(configMaps, keyOf('left-out'))
      await went
      expect(heard).toHaveLength(6)
      expect(namesIn(cache)).toEqual([])
    })
  },
)

it('an own write that is answered with what is left out takes it out of the cache', async () => {
  const cache = new Informers({ clients: { home: client }, watches: [home.ConfigMap] })
  running = cache.start(stop.signal)
  await cache.waitForSync()
  cache.wrote(home.ConfigMap, await client.create(configMaps, { metadata: keyOf('own'), data: { keep: '' } }))
  expect(namesIn(cache)).toEqual(['own'])
  cache.wrote(home.ConfigMap, await client.patch(configMaps, keyOf('own'), 'merge', { data: { keep: null } }))
  expect(namesIn(cache)).toEqual([])
})

describe('a rule that wants an object whose name something has that is left out', () => {
  const started = async (ours: boolean) => {
    const rule = derived<ConfigMap>({
      name: 'ours',
      kind: home.ConfigMap,
      keys: [],
      always: [keyOf('wanted'), keyOf('unwanted')],
      wanted: ({ name }) =>
        name === 'wanted' ? present({ metadata: keyOf(name), data: { keep: 'ours' } }) : absent(),
      ours: () => ours,
    })
    await cluster.apply(
      configMap('default', 'wanted', { data: { theirs: '' } }),
      configMap('default', 'unwanted', { data: { theirs: '' } }),
    )
    const cache = new Informers({ clients: { home: client } })
    const engine = new Engine({
      name: 'ours',
      derived: [rule],
      cache,
      clients: { home: client },
      clock: systemClock,
      logger: silentLogger,
    })
    running = Promise.all([cache.start(stop.signal), engine.start(stop.signal)])
    return (name: string) => engine.explain('ours').find(({ key }) => key.name === name)?.state
  }

  it('leaves it alone and says so when it is not ours', async () => {
    const stateOf = await started(false)
    await expect
      .poll(() => stateOf('wanted'), { timeout: 20_000 })
      .toMatchObject({ is: 'failed', reason: 'NotOurs' })
    const { data } = await client.get(configMaps, keyOf('wanted'))
    expect(data).toEqual({ theirs: '' })
  })

  it('makes of it what is wanted when it is', async () => {
    const stateOf = await started(true)
    await expect.poll(() => stateOf('wanted'), { timeout: 20_000 }).toEqual({ is: 'present' })
    expect((await client.get(configMaps, keyOf('wanted'))).data).toMatchObject({ keep: 'ours' })
    expect(stateOf('unwanted')).toEqual({ is: 'absent' })
    expect((await client.get(configMaps, keyOf('unwanted'))).data).toEqual({ theirs: '' })
  })
})
