import type { Cases } from '../../conformance-case.ts'
import { apply, configMap, force, pod } from './objects.ts'

const mine = { manager: 'a', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1' }

export const basics: Cases = {
  'what is not there is created, and its fields are owned': async (api) => {
    const made = await apply(api, api.in('configmaps', 'a'), 'a', configMap({ x: '1' }))
    made.is(201, { data: { x: '1' }, metadata: { managedFields: [mine] } })
    ;(await api.get(api.in('configmaps', 'a'))).is(200, made.body)
  },

  'the same again changes nothing, not even a time': async (api) => {
    const path = api.in('configmaps', 'a')
    const made = await apply(api, path, 'a', configMap({ x: '1' }))
    ;(await apply(api, path, 'a', configMap({ x: '1' }))).is(200, made.body)
    ;(await apply(api, path, 'a', configMap({ x: '1' }), force)).is(200, made.body)
  },

  'what is applied no more is taken away, unless somebody else owns it': async (api) => {
    const path = api.in('configmaps', 'a')
    await apply(api, path, 'a', configMap({ x: '1', y: '2', z: '3' }))
    await apply(api, path, 'b', configMap({ y: '2' }))
    ;(await apply(api, path, 'a', configMap({ z: '3' }))).is(200, { data: { x: undefined, y: '2', z: '3' } })
    ;(await apply(api, path, 'b', configMap())).is(200, { data: { y: undefined, z: '3' } })
    ;(await apply(api, path, 'a', configMap())).is(200, { data: undefined })
  },

  'what an update wrote stays when an applier gives it up': async (api) => {
    const path = api.in('configmaps', 'a')
    await api.post(api.in('configmaps'), configMap({ x: '1', y: '1' }))
    await apply(api, path, 'a', configMap({ x: '1' }))
    ;(await apply(api, path, 'a', configMap())).is(200, { data: { x: '1', y: '1' } })
    await apply(api, path, 'a', configMap({ x: '2' }), force)
    ;(await apply(api, path, 'a', configMap())).is(200, { data: { y: '1' } })
  },

  'labels, annotations, finalizers and owners are merged one by one': async (api) => {
    const path = api.in('configmaps', 'a')
    const owner = await api.post(api.in('configmaps'), configMap(undefined, { name: 'owner' }))
    const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.body.metadata.uid }
    await apply(
      api,
      path,
      'a',
      configMap(undefined, { labels: { a: '1' }, finalizers: ['x/a'], ownerReferences: [reference] }),
    )
    await apply(
      api,
      path,
      'b',
      configMap(undefined, {
        labels: { b: '1' },
        annotations: { n: 'v' },
        finalizers: ['x/b', 'x/a'],
        ownerReferences: [reference],
      }),
    )
    await apply(api, path, 'a', configMap(undefined, {}))
    ;(await apply(api, path, 'b', configMap(undefined, { annotations: { n: 'w' } }))).is(200, {
      metadata: { labels: undefined, finalizers: undefined, ownerReferences: undefined },
    })
  },

  'defaults belong to nobody who did not send them': async (api) => {
    const path = api.in('pods', 'a')
    const made = await apply(api, path, 'a', pod({ containers: [{ name: 'c', image: 'i:1' }] }))
    made.is(201, { spec: { restartPolicy: 'Always' } })
    const own = await apply(
      api,
      path,
      'a',
      pod({
        restartPolicy: 'Always',
        containers: [{ name: 'c', image: 'i:1', imagePullPolicy: 'IfNotPresent' }],
      }),
    )
    own.is(200)
    ;(await apply(api, path, 'a', pod({ containers: [{ name: 'c', image: 'i:2' }] }))).is(200, {
      spec: { restartPolicy: 'Always', containers: [{ image: 'i:2', imagePullPolicy: 'IfNotPresent' }] },
    })
  },

  'empty values are owned too': async (api) => {
    const path = api.in('configmaps', 'a')
    await apply(api, path, 'a', configMap({}, { labels: {}, annotations: { a: '' } }))
    await apply(api, path, 'b', configMap({ x: '' }))
    await apply(api, path, 'a', configMap(undefined, { labels: { a: '1' } }))
  },

  'null takes nothing away': async (api) => {
    const path = api.in('configmaps', 'a')
    await api.post(api.in('configmaps'), configMap({ x: '1' }, { labels: { a: 'b' } }))
    await apply(api, path, 'a', { ...configMap(), data: null })
    await apply(api, path, 'b', configMap({ x: null }), force)
    await apply(api, path, 'c', configMap(undefined, { labels: null }))
  },

  'a dry run answers what would be, and leaves what is': async (api) => {
    const path = api.in('configmaps', 'a')
    ;(await apply(api, path, 'a', configMap({ x: '1' }), '&dryRun=All')).is(201, { data: { x: '1' } })
    ;(await api.get(path)).is(404)
    const made = await apply(api, path, 'a', configMap({ x: '1' }))
    ;(await apply(api, path, 'b', configMap({ y: '1' }), '&dryRun=All')).is(200, { data: { x: '1', y: '1' } })
    ;(await api.get(path)).is(200, made.body)
  },

  'an object that is being deleted is applied to as any': async (api) => {
    const path = api.in('configmaps', 'a')
    await apply(api, path, 'a', configMap({ x: '1' }, { finalizers: ['x/a'] }))
    await api.delete(path, undefined, { show: ({ kind }) => ({ kind }) })
    ;(await apply(api, path, 'b', configMap({ y: '1' }))).is(200, { data: { x: '1', y: '1' } })
    await apply(api, path, 'a', configMap({ x: '1' }))
    ;(await api.get(path)).is(404)
  },

  'a secret is applied with its bytes, and with texts that become bytes': async (api) => {
    const path = api.in('secrets', 'a')
    const secret = (fields: object) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'a' },
      ...fields,
    })
    await apply(api, path, 'a', secret({ data: { x: 'YQ==' } }))
    await apply(api, path, 'a', secret({ data: { x: 'YQ==' }, stringData: { y: 'b' } }))
    await apply(api, path, 'a', secret({ stringData: { y: 'c' } }))
    await apply(api, path, 'b', secret({ data: { x: 'Yg==' } }))
  },
}
