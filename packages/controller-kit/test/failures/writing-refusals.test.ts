import { describe, expect, it } from 'vitest'
import { KubeError } from '../../src/client/kube-error.ts'
import { configMaps, widgetDefinition, widgets } from '../clients.ts'
import { startFaultyCluster } from './faulty-cluster.ts'
import { anyCluster, configMap, hub, keyOf, never, withWriting } from './writing-scene.ts'

const key = keyOf('a')
const failureOf = async (applying: Promise<unknown>): Promise<KubeError> => {
  const failure: unknown = await applying.catch((error: unknown) => error)
  if (!(failure instanceof KubeError)) throw new Error(`expected a KubeError, got ${JSON.stringify(failure)}`)
  return failure
}

describe('a write that a server cannot do now', () => {
  const scene = withWriting(startFaultyCluster)
  const create = { is: 'create', of: hub.ConfigMap, object: configMap('a') } as const

  it.each([429, 500, 503])('answered %i, is an error for the back-off of the queue', async (code) => {
    scene.cluster.faults.add({ match: { verb: 'create' }, fault: { kind: 'status', code }, times: 1 })
    expect((await failureOf(scene.apply(create))).status).toBe(code)
    expect(scene.sent).toEqual(['create ConfigMap failed'])
    expect((await scene.apply(create)).is).toBe('created')
  })

  it('because nobody answers, is an error with status 0', async () => {
    scene.cluster.faults.add({
      match: { verb: 'create' },
      fault: { kind: 'reset', when: 'before' },
      times: 1,
    })
    expect((await failureOf(scene.apply(create))).status).toBe(0)
    expect((await scene.apply(create)).is).toBe('created')
  })

  it('answered 409 a few times for nothing, is done after as many looks', async () => {
    await scene.client.create(configMaps, configMap('a'))
    await scene.cached(hub.ConfigMap, key)
    scene.cluster.faults.add({ match: { verb: 'patch' }, fault: { kind: 'status', code: 409 }, times: 3 })
    const applied = await scene.apply({ is: 'patch', of: hub.ConfigMap, key, fields: { data: { k: 'v' } } })
    expect(applied.is).toBe('patched')
    expect(scene.cluster.requests.all({ verb: 'get', name: 'a' })).toHaveLength(3)
  })
})

describe('a write that may not be', () => {
  const scene = withWriting(anyCluster)
  const create = { is: 'create', of: hub.ConfigMap, object: configMap('a') } as const

  it('for want of leadership, is held, and nothing is sent', async () => {
    const applier = scene.applier({ canWrite: () => false })
    expect((await applier.apply(create, never)).is).toBe('held')
    expect(await scene.cluster.get({ apiVersion: 'v1', kind: 'ConfigMap' }, key)).toBeUndefined()
  })

  it('because leadership was lost between two tries, is held', async () => {
    await scene.client.create(configMaps, configMap('a', { k: '1' }))
    await scene.cached(hub.ConfigMap, key)
    let leading = true
    const { client } = scene
    const applier = scene.applier({
      canWrite: () => leading,
      clients: {
        hub: {
          get: (kind, of, options) => client.get(kind, of, options),
          list: (kind, options) => client.list(kind, options),
          create: (kind, object, options) => client.create(kind, object, options),
          delete: (kind, of, options) => client.delete(kind, of, options),
          async patch(kind, of, type, body, options) {
            // Somebody else leads by now, and writes.
            if (leading) await client.patch(kind, of, 'merge', { data: { k: '2' } })
            leading = false
            return client.patch(kind, of, type, body, { ...options, mayStart: () => true })
          },
        },
      },
    })
    const patch = { is: 'patch', of: hub.ConfigMap, key, fields: { data: { k: '3' } } } as const
    expect((await applier.apply(patch, never)).is).toBe('held')
    expect(scene.sent).toEqual(['patch ConfigMap conflict'])
    expect(await client.get(configMaps, key)).toMatchObject({ data: { k: '2' } })
  })

  it('because the reconcile is over, throws the reason of its signal', async () => {
    const over = AbortSignal.abort(new Error('too late'))
    await expect(scene.applier().apply(create, over)).rejects.toThrow('too late')
    expect(scene.sent).toEqual([])
  })

  it('by the rules of the kind, is refused with the words of the server', async () => {
    const applied = await scene.apply({ ...create, object: configMap('Not A Name') })
    expect(applied).toMatchObject({ is: 'refused', message: expect.stringContaining('Not A Name') })
    expect(scene.logs.filter((line) => line.startsWith('warn refused: create'))).toHaveLength(1)
  })

  it('because its own watch would never see it, is an error of the caller', async () => {
    const object = configMap('a', {}, { labels: {} })
    await expect(scene.apply({ ...create, object })).rejects.toThrow(
      'create default/a: expected an object that hub.ConfigMap selects (label ours=yes), or cached: false',
    )
    expect(scene.sent).toEqual([])
    expect((await scene.apply({ ...create, object, cached: false })).is).toBe('created')
  })

  it('for want of its namespace, is an error that says so', async () => {
    const object = configMap('a', {}, { namespace: 'nowhere' })
    const failure = await failureOf(scene.apply({ ...create, object }))
    expect(failure.status).toBe(404)
    expect(failure.message).toContain('nowhere')
  })

  it('because its object is not there, is told as missing', async () => {
    const patch = { is: 'patch', of: hub.ConfigMap, key, fields: { data: { k: 'v' } } } as const
    expect((await scene.apply(patch)).is).toBe('missing')
    expect(scene.sent).toEqual([])
    const { metadata } = await scene.client.create(configMaps, configMap('a'))
    expect((await scene.apply({ ...patch, uid: 'another' })).is).toBe('missing')
    expect((await scene.apply({ ...patch, uid: metadata.uid ?? '' })).is).toBe('patched')
    expect((await scene.apply({ is: 'delete', of: hub.ConfigMap, key, uid: 'another' })).is).toBe('gone')
  })

  it('because finalizers hold its object, waits for them', async () => {
    const held = configMap('a', {}, { finalizers: ['a.io/held'] })
    expect((await scene.apply({ ...create, object: held })).is).toBe('created')
    expect((await scene.apply({ is: 'delete', of: hub.ConfigMap, key })).is).toBe('going')
    expect((await scene.apply({ is: 'delete', of: hub.ConfigMap, key })).is).toBe('going')
    expect((await scene.apply(create)).is).toBe('going')
    expect(scene.sent).toEqual(['create ConfigMap stored', 'delete ConfigMap stored'])
    const fields = { metadata: { finalizers: null } }
    expect((await scene.apply({ is: 'patch', of: hub.ConfigMap, key, fields })).is).toBe('patched')
    await expect
      .poll(() => scene.apply({ is: 'create', of: hub.ConfigMap, object: configMap('a') }))
      .toMatchObject({ is: 'created' })
  })
})

describe('a write of which the server keeps only a part', () => {
  const scene = withWriting(startFaultyCluster)

  it('is told once, and not sent again until the object changes', async () => {
    await scene.client.create(configMaps, configMap('a'))
    await scene.cached(hub.ConfigMap, key)
    // No ConfigMap has such a field.
    const fields = { data: { k: 'v' }, spec: { x: 1 } }
    const patch = { is: 'patch', of: hub.ConfigMap, key, fields } as const
    expect(await scene.apply(patch)).toMatchObject({ is: 'notKept', object: { data: { k: 'v' } } })
    expect((await scene.apply(patch)).is).toBe('notKept')
    expect(scene.sent).toEqual(['patch ConfigMap stored'])
    const nothingKept = { ...patch, fields: { data: {}, spec: { x: 1 } } }
    expect((await scene.apply(nothingKept)).is).toBe('notKept')
    expect(scene.sent).toHaveLength(1)
    await scene.client.patch(configMaps, key, 'merge', { data: { other: '1' } })
    await expect.poll(() => scene.informers.get(hub.ConfigMap, key)?.data).toHaveProperty('other')
    expect((await scene.apply(patch)).is).toBe('notKept')
    expect(scene.sent).toHaveLength(2)
  })

  it('because its status is a subresource, is told', async () => {
    await scene.cluster.installCrds(widgetDefinition)
    await scene.client.create(widgets, { metadata: key, spec: {} })
    const fields = { status: { phase: 'Ready' } }
    expect((await scene.apply({ is: 'patch', of: hub.Widget, key, fields })).is).toBe('notKept')
    const { status } = fields
    const applied = await scene.apply({ is: 'status', of: hub.Widget, key, status })
    expect(applied).toMatchObject({ is: 'patched', object: { status } })
  })
})

describe('what is logged of writes', () => {
  const scene = withWriting(anyCluster)

  it('names object and paths, and no value of a Secret', async () => {
    const object = { ...configMap('a', {}), kind: 'Secret', data: { token: 'c2VjcmV0MQ==' } }
    await scene.apply({ is: 'create', of: hub.Secret, object })
    const fields = { data: { token: 'c2VjcmV0Mg==', 'tls.key': 'c2VjcmV0Mw==' } }
    await scene.apply({ is: 'patch', of: hub.Secret, key, fields })
    await scene.apply({ is: 'delete', of: hub.Secret, key })
    expect(scene.logs).toEqual([
      'info create Secret {"cluster":"hub","object":{"namespace":"default","name":"a"},"outcome":"stored"}',
      'info patch Secret {"cluster":"hub","object":{"namespace":"default","name":"a"},' +
        '"paths":["data.token","data[\\"tls.key\\"]"],"outcome":"stored"}',
      'info delete Secret {"cluster":"hub","object":{"namespace":"default","name":"a"},"outcome":"gone"}',
    ])
  })
})

describe('a kind that is not watched', () => {
  const scene = withWriting(startFaultyCluster)

  it('is got live, and no watch begins', async () => {
    await scene.cluster.installCrds(widgetDefinition)
    const rest = { of: hub.Widget, cached: false } as const
    const object = { metadata: key, spec: { size: 1 } }
    expect((await scene.apply({ ...rest, is: 'create', object })).is).toBe('created')
    expect((await scene.apply({ ...rest, is: 'create', object })).is).toBe('unchanged')
    expect((await scene.apply({ ...rest, is: 'patch', key, fields: { spec: { size: 2 } } })).is).toBe(
      'patched',
    )
    expect((await scene.apply({ ...rest, is: 'delete', key })).is).toBe('deleted')
    expect((await scene.apply({ ...rest, is: 'delete', key })).is).toBe('gone')
    expect(scene.cluster.requests.all({ resource: 'widgets.test.io' }).map(({ verb }) => verb)).not.toContain(
      'watch',
    )
    expect(scene.informers.unsynced()).toEqual([])
  })
})
