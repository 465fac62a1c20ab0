import { startTestCluster } from '@odfmo/testkit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Informers } from '../src/cache/informers.ts'
import { systemClock } from '../src/clock.ts'
import { derived } from '../src/derived/derived.ts'
import { Engine } from '../src/derived/engine.ts'
import { present } from '../src/derived/wanted.ts'
import { silentLogger } from '../src/logging/logger.ts'
import { cluster as kindsOf, watch } from '../src/watched-kind.ts'
import { clientOf, configMaps, type ConfigMap } from './clients.ts'
import { clustersForTests } from './clusters-for-tests.ts'

const clusters = clustersForTests(() => startTestCluster())
let cluster: Awaited<ReturnType<typeof clusters.begin>>
beforeEach(async () => {
  cluster = await clusters.begin()
})
afterEach(() => clusters.end(cluster))

const key = { namespace: 'default', name: 'contested' }
const home = kindsOf('home', { ConfigMap: watch(configMaps, { labelSelector: 'ours' }) })
const rule = derived<ConfigMap>({
  name: 'ours',
  kind: home.ConfigMap,
  keys: [],
  always: [key],
  wanted: () => present({ metadata: { ...key, labels: { ours: '' } }, data: { v: 'ours' } }),
})

it('a controller that sets our field back is named as the API server knows it', async () => {
  const client = await clientOf(cluster)
  const other = await clientOf(cluster)
  const stop = new AbortController()
  const { signal } = stop
  const cache = new Informers({ clients: { home: client } })
  const clients = { home: client }
  const logger = silentLogger
  const engine = new Engine({ name: 'ours', derived: [rule], cache, clients, clock: systemClock, logger })
  // The rival acts on what the same cache hears, with a client of its own.
  const answers: Promise<unknown>[] = []
  cache.onEvent(({ object }) => {
    const copy: ConfigMap | undefined = object
    if (copy?.data?.['v'] !== 'ours') return
    const options = { fieldManager: 'the-rival', signal }
    answers.push(
      other.patch(configMaps, key, 'merge', { data: { v: 'theirs' } }, options).catch(() => undefined),
    )
  })
  const running = Promise.all([cache.start(signal), engine.start(signal)])
  await expect
    .poll(() => engine.explain('ours').map(({ state }) => state))
    .toEqual([
      {
        is: 'failed',
        reason: 'Contested',
        message:
          'ConfigMap default/contested in cluster home: "the-rival" sets data.v back whenever it is written; ' +
          'until this ends, it is written with growing pauses',
      },
    ])
  stop.abort()
  await running
  await Promise.all(answers)
  await Promise.all([client.close(), other.close()])
})
