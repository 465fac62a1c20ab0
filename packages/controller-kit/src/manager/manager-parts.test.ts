import { keyOf, keyText, type DeepReadonly, type KubeObject } from '@odfmo/api-types/meta'
import { eventually, startTestCluster, type Cluster } from '@odfmo/testkit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { clientOf, configMaps, type ConfigMap } from '../../test/clients.ts'
import { derived, from } from '../derived/derived.ts'
import { absent, present } from '../derived/wanted.ts'
import { keyFromText } from '../key-from-text.ts'
import { silentLogger } from '../logging/logger.ts'
import { itself } from '../queue/mappers.ts'
import { done } from '../queue/reconcile.ts'
import { source } from '../queue/source.ts'
import { cluster as clusterOf, watch } from '../watched-kind.ts'
import { createManager } from './manager.ts'

const ConfigMap = { apiVersion: 'v1', kind: 'ConfigMap' }
const hub = clusterOf('hub', {
  Original: watch(configMaps, { labelSelector: 'role=original' }),
  Copy: watch(configMaps, { labelSelector: 'role=copy' }),
})
const copyKey = (original: DeepReadonly<KubeObject>) => ({
  namespace: 'default',
  name: `${keyOf(original).name}-copy`,
})
const copies = derived<ConfigMap>({
  name: 'copy',
  kind: hub.Copy,
  keys: [from(hub.Original, (original) => [copyKey(original)])],
  wanted(key, world) {
    const original = world.get(hub.Original, { ...key, name: key.name.replace(/-copy$/, '') })
    if (original === undefined) return absent()
    return present({ metadata: { ...key, labels: { role: 'copy' } }, data: original.data })
  },
})

let cluster: Cluster
beforeEach(async () => {
  cluster = await startTestCluster({ controllers: false })
})
afterEach(() => cluster.stop())

it('gives controllers and derived objects its caches, clients, leadership, metrics and tracer', async () => {
  const spans = new Set<string>()
  const tracer = {
    startSpan: (name: string) => ({ setStatus: () => spans.add(name), end: () => void spans.add(name) }),
  }
  const stop = new AbortController()
  const manager = createManager({
    name: 'test',
    logger: silentLogger,
    clients: [await clientOf(cluster)],
    tracer,
  })
  manager.addDerived('copies', [copies]).addController({
    name: 'stamps',
    sources: [source(hub.Copy, itself)],
    async reconcile(text, { write, mayStart }) {
      const key = keyFromText(text)
      expect(mayStart()).toBe(true)
      await write.apply({
        is: 'patch',
        of: hub.Copy,
        key,
        fields: { metadata: { annotations: { seen: text } } },
      })
      return done
    },
  })
  const running = manager.run(stop.signal)
  const key = { namespace: 'default', name: 'a' }
  await cluster.apply({ ...ConfigMap, metadata: { ...key, labels: { role: 'original' } }, data: { v: '1' } })
  const copy = { ...key, name: 'a-copy' }
  await eventually(cluster, async () =>
    expect(await cluster.get(ConfigMap, copy)).toMatchObject({
      metadata: { annotations: { seen: keyText(copy) } },
      data: { v: '1' },
    }),
  )
  const written = (verb: string, by: string): string =>
    `odfmo_writes_total{kind="hub.Copy",verb="${verb}",outcome="stored",by="${by}"} 1`
  const metrics = async (): Promise<string> => (await manager.metrics.text()).body
  // The cluster knows of a write before its answer has come.
  await expect.poll(metrics).toContain(written('patch', 'stamps'))
  expect(await metrics()).toContain(written('create', 'copy'))
  stop.abort()
  await running
  expect([...spans].toSorted()).toEqual(['evaluate copy', 'reconcile stamps'])
})

it('refuses two clients of one name in a list', async () => {
  const [one, two] = [await clientOf(cluster), await clientOf(cluster)]
  expect(() => createManager({ name: 'test', clients: [one, two] })).toThrow('different names')
  await Promise.all([one.close(), two.close()])
})
