import { describe, expect, it } from 'vitest'
import {
  anyCluster,
  configMap,
  hub,
  keyOf,
  withWriting,
  type WritingScene,
} from '../../test/failures/writing-scene.ts'
import { configMaps } from '../../test/clients.ts'
import { planWrites, type ForeseenWrite, type Planning } from './plan.ts'

const key = keyOf('a')

const planned = (scene: WritingScene, run: (planning: Planning) => Promise<unknown>, judge?: 'server') =>
  planWrites(
    {
      name: 'test',
      cache: scene.informers,
      clients: { hub: scene.client },
      ...(judge === undefined ? {} : { judge }),
    },
    run,
  )
const linesOf = (writes: readonly ForeseenWrite[]): string[] =>
  writes.map(({ verb, of, key: { name }, subresource, paths, outcome }) =>
    [verb, of.kind.kind, name, subresource, ...paths, outcome].filter((part) => part !== undefined).join(' '),
  )

describe('planWrites', () => {
  const scene = withWriting(anyCluster)
  it.each([undefined, 'server'] as const)(
    'answers the writes and does none of them (judge: %s)',
    async (judge) => {
      await scene.client.create(configMaps, configMap('a', { k: '1', same: 's' }))
      await scene.client.create(configMaps, configMap('b'))
      await scene.cached(hub.ConfigMap, keyOf('b'))
      const before = await scene.cluster.list({ apiVersion: 'v1', kind: 'ConfigMap' }, 'default')
      const seen: unknown[] = []
      const writes = await planned(
        scene,
        async ({ cache, write }) => {
          const fields = { data: { k: '2', same: 's', more: 'm' } }
          await write.apply({ is: 'patch', of: hub.ConfigMap, key, fields })
          // A planned write is seen by what comes next, and not planned twice.
          await write.apply({ is: 'patch', of: hub.ConfigMap, key, fields })
          seen.push(cache.get(hub.ConfigMap, key)?.data)
          const object = configMap('c', { k: 'v' })
          await write.apply({ is: 'create', of: hub.ConfigMap, object })
          await write.apply({ is: 'create', of: hub.ConfigMap, object })
          await write.apply({
            is: 'patch',
            of: hub.ConfigMap,
            key: keyOf('c'),
            fields: { data: { k: null } },
          })
          await write.apply({ is: 'delete', of: hub.ConfigMap, key: keyOf('b') })
          await write.apply({ is: 'delete', of: hub.ConfigMap, key: keyOf('b') })
          seen.push(cache.get(hub.ConfigMap, keyOf('b')))
        },
        judge,
      )
      expect(linesOf(writes)).toEqual([
        'patch ConfigMap a data.k data.more stored',
        'create ConfigMap c stored',
        'patch ConfigMap c data.k stored',
        'delete ConfigMap b gone',
      ])
      expect(seen).toEqual([{ k: '2', same: 's', more: 'm' }, undefined])
      expect(await scene.cluster.list({ apiVersion: 'v1', kind: 'ConfigMap' }, 'default')).toEqual(before)
      expect(scene.informers.get(hub.ConfigMap, key)?.data).toEqual({ k: '1', same: 's' })
      // The two of the test itself; another provider's journal comes later.
      if (judge === undefined && scene.cluster.provider === 'memory')
        expect(scene.cluster.requests?.writes().map(({ verb }) => verb)).toEqual(['create', 'create'])
    },
  )

  it('is right though the cache is behind, and knows what finalizers hold', async () => {
    await scene.client.create(configMaps, configMap('a', { k: '1' }, { finalizers: ['a.io/held'] }))
    await scene.cached(hub.ConfigMap, key)
    const stale = scene.informers.get(hub.ConfigMap, key)
    await scene.client.patch(configMaps, key, 'merge', { data: { k: '2' } })
    const behind = Object.assign(Object.create(scene.informers) as typeof scene.informers, {
      sync: () => ({ is: 'synced' }),
      get: () => stale,
    })
    const writes = await planWrites(
      { name: 'test', cache: behind, clients: { hub: scene.client } },
      async ({ write }) => {
        const fields = { data: { k: '2' } }
        expect((await write.apply({ is: 'patch', of: hub.ConfigMap, key, fields })).is).toBe('unchanged')
        expect((await write.apply({ is: 'delete', of: hub.ConfigMap, key })).is).toBe('going')
        expect((await write.apply({ is: 'delete', of: hub.ConfigMap, key })).is).toBe('going')
      },
    )
    expect(linesOf(writes)).toEqual(['delete ConfigMap a stored'])
    await scene.client.patch(configMaps, key, 'merge', { metadata: { finalizers: null } })
  })

  it('tells what the server would refuse, when it is asked', async () => {
    const bad = configMap('Not A Name')
    const plan = (judge?: 'server') =>
      planned(scene, ({ write }) => write.apply({ is: 'create', of: hub.ConfigMap, object: bad }), judge)
    expect(linesOf(await plan('server'))).toEqual(['create ConfigMap Not A Name refused'])
    expect(linesOf(await plan())).toEqual(['create ConfigMap Not A Name stored'])
  })

  it('has no value of a Secret in it', async () => {
    const object = { ...configMap('a'), kind: 'Secret', data: { token: 'c2VjcmV0' } }
    const writes = await planned(scene, ({ write }) => write.apply({ is: 'create', of: hub.Secret, object }))
    expect(linesOf(writes)).toEqual(['create Secret a stored'])
    expect(JSON.stringify(writes)).not.toContain('c2VjcmV0')
  })
})
