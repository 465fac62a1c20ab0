import type { Cases } from '../../conformance-case.ts'
import { configMap, secret } from './objects.ts'

export const lifecycle: Cases = {
  'a created object comes back with uid, resourceVersion and creationTimestamp': async (api) => {
    const made = await api.post(api.in('configmaps'), configMap('a'))
    made.is(201, {
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { uid: /./, resourceVersion: /^\d+$/, creationTimestamp: /Z$/, generation: undefined },
    })
    const read = await api.get(api.in('configmaps', 'a'))
    read.is(200, made.body)
  },

  'what the server sets is not taken from the body of a create': async (api) => {
    const made = await api.post(api.in('configmaps'), {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'a',
        uid: '00000000-0000-0000-0000-000000000001',
        generation: 7,
        creationTimestamp: '2020-01-01T00:00:00Z',
        deletionTimestamp: '2020-01-01T00:00:00Z',
        deletionGracePeriodSeconds: 5,
        selfLink: '/somewhere',
        labels: {},
        annotations: {},
        finalizers: [],
        ownerReferences: [],
      },
    })
    made.is(201, {
      metadata: {
        uid: (uid: string) => uid !== '00000000-0000-0000-0000-000000000001',
        creationTimestamp: (at: string) => !at.startsWith('2020'),
        deletionTimestamp: undefined,
        labels: undefined,
        annotations: undefined,
      },
    })
  },

  'an object is replaced as a whole, and lost by a delete': async (api) => {
    const made = await api.post(api.in('configmaps'), {
      ...configMap('a', { data: { a: '1', b: '2' } }),
      metadata: { name: 'a', labels: { x: 'y' } },
    })
    const replaced = await api.put(api.in('configmaps', 'a'), configMap('a', { data: { c: '3' } }))
    replaced.is(200, {
      metadata: {
        uid: made.body.metadata.uid,
        creationTimestamp: made.body.metadata.creationTimestamp,
        labels: undefined,
      },
      data: { a: undefined, c: '3' },
    })
    const gone = await api.delete(api.in('configmaps', 'a'))
    gone.is(200, { kind: 'Status', status: 'Success', details: { uid: made.body.metadata.uid } })
    const read = await api.get(api.in('configmaps', 'a'))
    read.is(404)
    const again = await api.delete(api.in('configmaps', 'a'))
    again.is(404, { reason: 'NotFound' })
  },

  'a name that is taken is AlreadyExists, also for another content': async (api) => {
    await api.post(api.in('configmaps'), configMap('a'))
    const again = await api.post(api.in('configmaps'), configMap('a'))
    again.is(409, { kind: 'Status', reason: 'AlreadyExists', details: { name: 'a', kind: 'configmaps' } })
    const invalid = await api.post(api.in('configmaps'), configMap('a', { data: { 'a b': '1' } }))
    invalid.is(422)
    const other = await api.post(api.in('secrets'), secret('a'))
    other.is(201)
  },

  'an object that is not there is NotFound to every verb': async (api) => {
    const path = api.in('configmaps', 'missing')
    const missing = {
      kind: 'Status',
      status: 'Failure',
      reason: 'NotFound',
      message: 'configmaps "missing" not found',
      details: { name: 'missing', kind: 'configmaps' },
    }
    ;(await api.get(path)).is(404, missing)
    ;(await api.put(path, configMap('missing'))).is(404, missing)
    ;(await api.patch(path, 'merge', { data: { a: '2' } })).is(404, missing)
    ;(await api.patch(path, 'json', [{ op: 'remove', path: '/data' }])).is(404, missing)
    ;(await api.patch(path, 'strategic', { data: { a: '2' } })).is(404, missing)
    ;(await api.delete(path)).is(404, missing)
    const deployment = await api.get(api.in('apps/v1/deployments', 'missing'))
    deployment.is(404, {
      message: 'deployments.apps "missing" not found',
      details: { group: 'apps', kind: 'deployments' },
    })
  },

  'a dry run answers as the write would, and writes nothing': async (api) => {
    const dry = await api.post(`${api.in('configmaps')}?dryRun=All`, configMap('a'))
    dry.is(201, { metadata: { uid: /./, resourceVersion: undefined } })
    const read = await api.get(api.in('configmaps', 'a'))
    read.is(404)
    await api.post(api.in('configmaps'), configMap('a'))
    const taken = await api.post(`${api.in('configmaps')}?dryRun=All`, configMap('a'))
    taken.is(409, { reason: 'AlreadyExists' })
    const replaced = await api.put(
      `${api.in('configmaps', 'a')}?dryRun=All`,
      configMap('a', { data: { a: '2' } }),
    )
    replaced.is(200, { data: { a: '2' } })
    const patched = await api.patch(`${api.in('configmaps', 'a')}?dryRun=All`, 'merge', { data: { a: '3' } })
    patched.is(200, { data: { a: '3' } })
    const deleted = await api.delete(`${api.in('configmaps', 'a')}?dryRun=All`)
    deleted.is(200, { status: 'Success' })
    const inBody = await api.delete(api.in('configmaps', 'a'), {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      dryRun: ['All'],
    })
    inBody.is(200, { status: 'Success' })
    const still = await api.get(api.in('configmaps', 'a'))
    still.is(200, { data: { a: '1' } })
    const invalid = await api.post(
      `${api.in('configmaps')}?dryRun=All`,
      configMap('b', { data: { 'a b': '1' } }),
    )
    invalid.is(422)
    const unknown = await api.post(`${api.in('configmaps')}?dryRun=Some`, configMap('b'))
    unknown.is(422, { message: /Unsupported value/ })
  },
}
