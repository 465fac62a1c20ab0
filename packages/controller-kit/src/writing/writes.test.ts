import { describe, expect, it } from 'vitest'
import { configMaps, type ConfigMap } from '../../test/clients.ts'
import {
  anyCluster,
  collecting,
  configMap,
  hub,
  keyOf,
  namespace,
  withWriting,
} from '../../test/failures/writing-scene.ts'
import { Metrics } from '../manager/metrics.ts'
import { controller, type ControllerDefinition, type ControllerEnvironment } from '../queue/controller.ts'
import { done } from '../queue/reconcile.ts'
import { source } from '../queue/source.ts'
import { planReconcile } from './plan-reconcile.ts'

/** Every ConfigMap whose name begins with `from-` has a copy, which it owns. */
const copies: ControllerDefinition = {
  name: 'copies',
  sources: [source(hub.ConfigMap, ({ metadata }) => [metadata.name ?? ''])],
  async reconcile(name, { cache, write }) {
    const original = cache.get(hub.ConfigMap, keyOf(name))
    if (original === undefined || !name.startsWith('from-')) return done
    const { uid = '' } = original.metadata
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name, uid, controller: true }
    const object = configMap(name.replace('from', 'to'), original.data, { ownerReferences: [owner] })
    await write.apply({ is: 'create', of: hub.ConfigMap, object })
    return done
  },
}

describe('a controller', () => {
  const scene = withWriting(anyCluster)

  const running = async (
    definition: ControllerDefinition,
    environment: Partial<ControllerEnvironment>,
    check: (logs: readonly string[]) => Promise<void>,
  ): Promise<string[]> => {
    const logs: string[] = []
    const stop = new AbortController()
    const { informers: cache, client } = scene
    const running = controller(definition, {
      cache,
      clients: { hub: client },
      logger: collecting(logs),
      ...environment,
    }).start(stop.signal)
    try {
      await check(logs)
    } finally {
      stop.abort()
      await running
    }
    return logs
  }
  const dataOf = async (name: string): Promise<ConfigMap['data']> =>
    ((await scene.cluster.get({ apiVersion: 'v1', kind: 'ConfigMap' }, keyOf(name))) as ConfigMap | undefined)
      ?.data

  it('writes with its context: creates, keeps up to date, leaves what is somebody else’s, counts', async () => {
    const metrics = new Metrics()
    await scene.client.create(configMaps, configMap('to-taken', { k: 'theirs' }))
    await scene.client.create(configMaps, configMap('from-taken', { k: 'ours' }))
    await scene.client.create(configMaps, configMap('from-a', { k: '1' }))
    const logs = await running(copies, { observer: metrics }, async (soFar) => {
      await expect.poll(() => dataOf('to-a')).toEqual({ k: '1' })
      await scene.client.patch(configMaps, keyOf('from-a'), 'merge', { data: { k: '2' } })
      await expect.poll(() => dataOf('to-a')).toEqual({ k: '2' })
      // The server has it before the answer is here.
      await expect.poll(() => soFar).toHaveLength(2)
    })
    expect(await dataOf('to-taken')).toEqual({ k: 'theirs' })
    expect(logs).toEqual([
      'info create ConfigMap {"cluster":"hub","object":{"namespace":"default","name":"to-a"},"outcome":"stored"}',
      'info patch ConfigMap {"cluster":"hub","object":{"namespace":"default","name":"to-a"},' +
        '"paths":["data.k"],"outcome":"stored"}',
    ])
    const { body } = await metrics.text()
    expect(body).toContain(
      'odfmo_writes_total{kind="hub.ConfigMap",verb="create",outcome="stored",by="copies"} 1',
    )
    expect(body).toContain(
      'odfmo_writes_total{kind="hub.ConfigMap",verb="patch",outcome="stored",by="copies"} 1',
    )
  })

  it('sees in its next reconcile what it wrote in the last one', async () => {
    await scene.client.create(configMaps, configMap('counter', { n: '0' }))
    await scene.cached(hub.ConfigMap, keyOf('counter'))
    const seen: string[] = []
    const counting: ControllerDefinition = {
      name: 'counting',
      sources: [source(hub.ConfigMap, () => ['counter'])],
      async reconcile(name, { cache, write }) {
        const n = Number(cache.get(hub.ConfigMap, keyOf(name))?.data?.['n'])
        seen.push(String(n))
        // The fields are made of the cached object: an older one would give a number twice.
        if (n < 20)
          await write.apply({
            is: 'patch',
            of: hub.ConfigMap,
            key: keyOf(name),
            fields: { data: { n: String(n + 1) } },
          })
        return n < 20 ? { requeueAfterMs: 0 } : done
      },
    }
    await running(counting, {}, () => expect.poll(() => seen).toContain('20'))
    // Each was read once: after its write the next one stood in the cache.
    expect(seen.filter((n) => n !== '20')).toEqual(Array.from({ length: 20 }, (_, n) => String(n)))
    expect(await dataOf('counter')).toEqual({ n: '20' })
  })

  it('without clients cannot write, and says what it needs', async () => {
    await scene.client.create(configMaps, configMap('from-a', { k: '1' }))
    const logs: string[] = []
    const stop = new AbortController()
    const run = controller(copies, { cache: scene.informers, logger: collecting(logs) }).start(stop.signal)
    await expect.poll(() => logs[0]).toContain('reconcile failed')
    stop.abort()
    await run
    expect(logs[0]).toContain('it needs clients')
    await expect(planReconcile(copies, 'from-a', { cache: scene.informers, clients: {} })).rejects.toThrow(
      'no client for cluster "hub"',
    )
  })

  it('can be asked what it would write', async () => {
    await scene.client.create(configMaps, configMap('from-a', { k: '1' }))
    await scene.cached(hub.ConfigMap, keyOf('from-a'))
    const { informers: cache, client } = scene
    const plan = await planReconcile(copies, 'from-a', { cache, clients: { hub: client } })
    expect(plan).toEqual([
      {
        by: 'copies',
        verb: 'create',
        of: hub.ConfigMap,
        key: { namespace, name: 'to-a' },
        paths: [],
        outcome: 'stored',
      },
    ])
    expect(await dataOf('to-a')).toBeUndefined()
  })
})
