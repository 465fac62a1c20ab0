import type { CallOptions } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { apply, configMap, force, managersOf } from './objects.ts'

const from = (agent: string): CallOptions => ({ headers: { 'user-agent': agent } })

export const managers: Cases = {
  'who names nobody is called by the program': async (api) => {
    const path = api.in('configmaps')
    await api.post(path, configMap({ x: '1' }, { name: 'a' }), from('prog/1.2 (linux) x/y'))
    await api.post(path, configMap({ x: '1' }, { name: 'b' }), from('/1.2'))
    await api.post(path, configMap({ x: '1' }, { name: 'c' }), from(`${'x'.repeat(140)}/1`))
    await api.post(path, configMap({ x: '1' }, { name: 'd' }), from('a b\tc'))
    await api.post(`${path}?fieldManager=me`, configMap({ x: '1' }, { name: 'e' }), from('prog/1'))
  },

  'every way of writing takes what it changes': async (api) => {
    const path = api.in('configmaps', 'a')
    await api.post(
      `${api.in('configmaps')}?fieldManager=create`,
      configMap({ a: '1', b: '1', c: '1', d: '1' }),
    )
    await api.put(`${path}?fieldManager=put`, configMap({ a: '2', b: '1', c: '1', d: '1' }))
    await api.patch(`${path}?fieldManager=merge`, 'merge', { data: { b: '2' } })
    await api.patch(`${path}?fieldManager=json`, 'json', [{ op: 'replace', path: '/data/c', value: '2' }])
    await api.patch(`${path}?fieldManager=strategic`, 'strategic', { data: { d: '2', e: '1' } })
    await api.patch(`${path}?fieldManager=create`, 'merge', { data: { a: '3', b: null } })
    await api.patch(`${path}?fieldManager=nobody`, 'merge', { data: { a: '3' } })
  },

  'who has nothing left is named no more': async (api) => {
    const path = api.in('configmaps', 'a')
    await api.post(`${api.in('configmaps')}?fieldManager=one`, configMap({ a: '1' }))
    await api.patch(`${path}?fieldManager=two`, 'merge', { data: { a: '2' } })
    await api.patch(`${path}?fieldManager=three`, 'merge', { data: null })
    ;(await api.get(path)).is(200, { metadata: { managedFields: undefined } })
    await api.patch(`${path}?fieldManager=four`, 'merge', { data: { a: '4' } })
  },

  'an empty list of managers, or an empty entry, forgets all owners': async (api) => {
    const path = api.in('configmaps', 'a')
    await api.post(api.in('configmaps'), configMap({ a: '1' }))
    ;(await api.patch(path, 'merge', { metadata: { managedFields: [{}] }, data: { b: '1' } })).is(200, {
      metadata: { managedFields: undefined },
    })
    ;(await api.patch(path, 'merge', { data: { c: '1' } })).is(200, {
      metadata: { managedFields: undefined },
    })
    ;(await apply(api, path, 'me', configMap({ c: '1', d: '1' }))).is(200)
    ;(await apply(api, path, 'me', configMap({ a: '2' }))).is(409)
    ;(await api.patch(path, 'json', [{ op: 'replace', path: '/metadata/managedFields', value: [] }])).is(
      200,
      {
        metadata: { managedFields: undefined },
      },
    )
  },

  'managers are edited as any field': async (api) => {
    const path = api.in('configmaps', 'a')
    const made = await api.post(api.in('configmaps'), configMap({ a: '1', b: '1' }))
    const [entry] = managersOf(made)
    const edit = (entries: unknown) => api.patch(path, 'merge', { metadata: { managedFields: entries } })
    await edit([{ ...entry, manager: 'other' }])
    await edit([{ ...entry, manager: 'x', fieldsV1: { 'f:data': { 'f:a': {}, 'f:zzz': {} } } }])
    await edit([{ ...entry, manager: 'x', operation: 'Apply', time: undefined }])
    await edit([{ ...entry, fieldsV1: { 'f:data': { 'k:{"b":1,"a":2}': {}, 'v:"x"': {}, 'i:3': {} } } }])
    await edit(null)
  },

  'managers that make no sense are refused or not taken': async (api) => {
    const path = api.in('configmaps', 'a')
    const made = await api.post(api.in('configmaps'), configMap({ a: '1' }))
    const [entry] = managersOf(made)
    const edit = (change: object) =>
      api.patch(path, 'merge', { metadata: { managedFields: [{ ...entry, ...change }] } })
    await edit({ operation: 'Other' })
    await edit({ operation: undefined })
    await edit({ apiVersion: undefined })
    await edit({ fieldsType: 'FieldsV2' })
    await edit({ fieldsType: undefined })
    await edit({ fieldsV1: { 'x:y': {} } })
    await edit({ fieldsV1: { nocolon: {} } })
    await edit({ manager: 'x'.repeat(200) })
    await edit({ subresource: 'y'.repeat(300) })
    await edit({ time: 'yesterday' })
  },

  'of more than ten who updated the oldest become one': async (api) => {
    const path = api.in('configmaps', 'a')
    await api.post(`${api.in('configmaps')}?fieldManager=m00`, configMap({ x00: '1' }))
    for (let at = 1; at < 13; at++) {
      const name = `0${at}`.slice(-2)
      await api.patch(
        `${path}?fieldManager=m${name}`,
        'merge',
        { data: { [`x${name}`]: '1' } },
        // within a second they are in the order of their names
        {
          show: ({ metadata }) =>
            metadata.managedFields
              .map(({ time: _time, ...rest }: { time: string }) => rest)
              .toSorted((left: { manager: string }, right: { manager: string }) =>
                left.manager < right.manager ? -1 : 1,
              ),
        },
      )
    }
    await apply(api, path, 'm00', configMap({ y: '1' }))
  },

  'kubectl goes on from what it applied on its own side': async (api) => {
    const path = api.in('configmaps', 'a')
    const annotation = 'kubectl.kubernetes.io/last-applied-configuration'
    const last = JSON.stringify(configMap({ x: '1', y: '1' }))
    await api.post(
      `${api.in('configmaps')}?fieldManager=kubectl-client-side-apply`,
      configMap({ x: '1', y: '1', z: '1' }, { annotations: { [annotation]: last } }),
    )
    ;(await apply(api, path, 'other', configMap({ x: '2' }))).is(409)
    ;(await apply(api, path, 'kubectl', configMap({ z: '2' }))).is(409)
    ;(await apply(api, path, 'kubectl', configMap({ x: '2', y: '1' }))).is(200, { data: { x: '2' } })
    ;(await apply(api, path, 'kubectl', configMap({ y: '3' }))).is(200)
    ;(await apply(api, path, 'kubectl', configMap({ z: '9', y: '3' }), force)).is(200)
  },

  'metadata that the server decides is owned by nobody': async (api) => {
    const path = api.in('configmaps', 'a')
    const made = await api.post(`${api.in('configmaps')}?fieldManager=m`, {
      ...configMap(undefined, {
        generateName: 'x-',
        name: 'a',
        namespace: api.namespace,
        selfLink: '/x',
        uid: 'u',
      }),
      immutable: false,
    })
    made.is(201)
    await apply(
      api,
      path,
      'a',
      configMap(undefined, { namespace: api.namespace, generation: 3, labels: { a: 'b' } }),
    )
  },
}
