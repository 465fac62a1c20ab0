import type { KubeObject } from '@odfmo/api-types/meta'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startTestCluster, type Cluster } from '@odfmo/testkit'
import { clientOf, configMaps, type ConfigMap } from '../../test/clients.ts'
import { clustersForTests } from '../../test/clusters-for-tests.ts'
import type { KubeClient } from '../client/kube-client.ts'
import { watchObjects, type ObjectChange } from './watch-objects.ts'

const clusters = clustersForTests(() => startTestCluster({ controllers: false }))
let cluster: Cluster
let client: KubeClient
beforeEach(async () => {
  cluster = await clusters.begin()
  client = await clientOf(cluster)
})
afterEach(async () => {
  await client.close()
  await clusters.end(cluster)
})

const object = (name: string, v: string): KubeObject & { data: Record<string, string> } => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'default', name, labels: { of: 'test' } },
  data: { v },
})

const told = ({ key, old, object: now }: ObjectChange<ConfigMap>): string =>
  `${key.name}: ${old?.data?.['v'] ?? '-'} → ${now?.data?.['v'] ?? '-'}`

const options = { labelSelector: 'of=test', namespaces: ['default'] }

/** The next change that the loop sees. */
const next = async (changes: AsyncGenerator<ObjectChange<ConfigMap>, void>): Promise<string> => {
  const { value } = await changes.next()
  return value === undefined ? 'ended' : told(value)
}

it('tells what is there, every change, and what goes', async () => {
  await cluster.apply(object('a', '1'), {
    ...object('b', '1'),
    metadata: { namespace: 'default', name: 'b' },
  })
  const changes = watchObjects(client, configMaps, options)
  expect(await next(changes)).toBe('a: - → 1')
  await cluster.apply(object('a', '2'))
  expect(await next(changes)).toBe('a: 1 → 2')
  await client.delete(configMaps, { namespace: 'default', name: 'a' })
  expect(await next(changes)).toBe('a: 2 → -')
  await changes.return()
})

it('tells a slow loop what came of everything, not every step', async () => {
  await cluster.apply(object('a', '1'), object('b', '1'))
  const changes = watchObjects(client, configMaps, options)
  expect(await next(changes)).toBe('a: - → 1')
  expect(await next(changes)).toBe('b: - → 1')
  await cluster.apply(object('a', '2'))
  await cluster.apply(object('gone', '1'))
  await client.delete(configMaps, { namespace: 'default', name: 'gone' })
  await client.delete(configMaps, { namespace: 'default', name: 'b' })
  await cluster.apply(object('b', '3'))
  await cluster.apply(object('last', '1'))
  const seen: string[] = []
  while (seen.at(-1) !== 'last: - → 1') seen.push(await next(changes))
  // What came and went in between may have been seen at any of its steps, but its last one is the last told.
  const lastOf = (name: string): string | undefined => seen.findLast((line) => line.startsWith(`${name}:`))
  expect(lastOf('a')).toMatch(/→ 2$/)
  expect(lastOf('b')).toMatch(/→ 3$/)
  expect(lastOf('gone') ?? 'gone: - → -').toMatch(/→ -$/)
  await changes.return()
})

it('ends by its signal, also while nothing happens, and leaves the client to its owner', async () => {
  const stop = new AbortController()
  const changes = watchObjects(client, configMaps, { ...options, signal: stop.signal })
  const waiting = next(changes)
  stop.abort()
  expect(await waiting).toBe('ended')
  expect((await client.list(configMaps, { namespace: 'default' })).items).toEqual([])
})

it('is ended by leaving the loop', async () => {
  await cluster.apply(object('a', '1'))
  for await (const change of watchObjects(client, configMaps, options)) {
    expect(told(change)).toBe('a: - → 1')
    break
  }
  expect(
    (await client.list(configMaps, { namespace: 'default', labelSelector: 'of=test' })).items,
  ).toHaveLength(1)
})
