import { describe, expect, it } from 'vitest'
import { KubeError } from '../../src/client/kube-error.ts'
import { conditions } from '../../src/writing/list-edit.ts'
import { configMaps, widgetDefinition, widgets } from '../clients.ts'
import { startFaultyCluster, type FaultyCluster } from './faulty-cluster.ts'
import { configMap, hub, keyOf, withWriting, type WritingScene } from './writing-scene.ts'

const key = keyOf('a')

/** The write takes effect, the connection is cut before the answer, and no watch tells of it either. */
const lose = (scene: WritingScene & { readonly cluster: FaultyCluster }, verb: string): void => {
  scene.cluster.faults.stallWatches()
  scene.cluster.faults.add({ match: { verb }, fault: { kind: 'reset', when: 'after' }, times: 1 })
}

describe('an answer lost after the write took effect', () => {
  const scene = withWriting(startFaultyCluster)
  const writes = () => scene.cluster.requests.all().filter(({ verb, name }) => verb !== 'get' && name === 'a')
  const unreachable = async (applying: Promise<unknown>): Promise<void> => {
    const failure: unknown = await applying.catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(KubeError)
    expect((failure as KubeError).status).toBe(0)
  }

  it('of a create: what is there is recognised as ours, and not made twice', async () => {
    const create = { is: 'create', of: hub.ConfigMap, object: configMap('a', { k: 'v' }) } as const
    lose(scene, 'create')
    await unreachable(scene.apply(create))
    expect((await scene.apply(create)).is).toBe('unchanged')
    expect(scene.sent).toEqual(['create ConfigMap failed', 'create ConfigMap exists'])
    // It is in the cache by that, though the watch is silent.
    expect(scene.informers.get(hub.ConfigMap, key)?.data).toEqual({ k: 'v' })
    expect((await scene.apply(create)).is).toBe('unchanged')
    expect(scene.sent).toHaveLength(2)
  })

  it('of a create: what somebody else made of that name meanwhile is left alone, and told', async () => {
    const create = { is: 'create', of: hub.ConfigMap, object: configMap('a', { k: 'v' }) } as const
    lose(scene, 'create')
    await unreachable(scene.apply(create))
    await scene.client.patch(configMaps, key, 'merge', { data: { k: 'theirs' } })
    const applied = await scene.apply(create)
    expect(applied).toMatchObject({ is: 'notOurs', object: { data: { k: 'theirs' } } })
    expect(await scene.apply({ ...create, ours: () => false })).toMatchObject({ is: 'notOurs' })
    // By the intent's own rule it is ours: set back.
    expect(await scene.apply({ ...create, ours: ({ data }) => data?.['k'] === 'theirs' })).toMatchObject({
      is: 'patched',
      object: { data: { k: 'v' } },
    })
  })

  it('of a patch: the next one is a conflict, compared again and found done', async () => {
    await scene.client.create(configMaps, configMap('a', { k: '1' }))
    await scene.cached(hub.ConfigMap, key)
    const patch = { is: 'patch', of: hub.ConfigMap, key, fields: { data: { k: '2' } } } as const
    lose(scene, 'patch')
    await unreachable(scene.apply(patch))
    expect(scene.informers.get(hub.ConfigMap, key)?.data).toEqual({ k: '1' })
    const there = await scene.cluster.get({ apiVersion: 'v1', kind: 'ConfigMap' }, key)
    const { resourceVersion } = there?.metadata ?? {}
    expect(await scene.apply(patch)).toMatchObject({
      is: 'unchanged',
      object: { metadata: { resourceVersion } },
    })
    expect(scene.sent).toEqual(['patch ConfigMap failed', 'patch ConfigMap conflict'])
  })

  it('of a status: the time of a transition is the first one', async () => {
    await scene.cluster.installCrds(widgetDefinition)
    await scene.client.create(widgets, { metadata: key, spec: {} })
    const ready = { type: 'Ready', status: 'True', reason: 'Because', message: 'so' } as const
    const status = {
      is: 'status',
      of: hub.Widget,
      key,
      status: { conditions: conditions({ set: [ready] }) },
    } as const
    await scene.cached(hub.Widget, key)
    lose(scene, 'patch')
    await unreachable(scene.apply(status))
    const before = await scene.cluster.get({ apiVersion: 'test.io/v1', kind: 'Widget' }, key)
    expect(await scene.apply(status)).toMatchObject({
      is: 'unchanged',
      object: { status: before?.['status'] },
    })
    expect(scene.sent).toEqual(['patch Widget/status failed', 'patch Widget/status conflict'])
  })

  it('of a delete: what is gone is done', async () => {
    await scene.client.create(configMaps, configMap('a'))
    await scene.cached(hub.ConfigMap, key)
    lose(scene, 'delete')
    const gone = { is: 'delete', of: hub.ConfigMap, key } as const
    await unreachable(scene.apply(gone))
    expect(scene.informers.get(hub.ConfigMap, key)).toBeDefined()
    expect((await scene.apply(gone)).is).toBe('gone')
    expect(scene.sent).toEqual(['delete ConfigMap failed', 'delete ConfigMap missing'])
    // And the cache knows, though the watch is silent.
    expect(scene.informers.get(hub.ConfigMap, key)).toBeUndefined()
    const asked = writes().length
    expect((await scene.apply(gone)).is).toBe('gone')
    expect(writes()).toHaveLength(asked)
  })
})

describe('a write whose answer comes while the watch is silent', () => {
  const scene = withWriting(startFaultyCluster)

  it('is what the next look at its object sees, whatever the watch says later', async () => {
    scene.cluster.faults.stallWatches()
    const object = configMap('a', { k: '1' })
    expect((await scene.apply({ is: 'create', of: hub.ConfigMap, object })).is).toBe('created')
    expect(scene.informers.get(hub.ConfigMap, key)?.data).toEqual({ k: '1' })
    const fields = { data: { k: '2' } }
    expect((await scene.apply({ is: 'patch', of: hub.ConfigMap, key, fields })).is).toBe('patched')
    expect((await scene.apply({ is: 'patch', of: hub.ConfigMap, key, fields })).is).toBe('unchanged')
    expect((await scene.apply({ is: 'delete', of: hub.ConfigMap, key })).is).toBe('deleted')
    expect(scene.informers.get(hub.ConfigMap, key)).toBeUndefined()
    expect(scene.sent).toEqual(['create ConfigMap stored', 'patch ConfigMap stored', 'delete ConfigMap gone'])
    // What the watch held back is old news: nobody hears of it.
    const heard: unknown[] = []
    scene.informers.onEvent((event) => heard.push(event))
    scene.cluster.faults.stallWatches({}, false)
    await scene.client.create(configMaps, configMap('mark'))
    await scene.cached(hub.ConfigMap, keyOf('mark'))
    expect(heard).toHaveLength(1)
  })
})
