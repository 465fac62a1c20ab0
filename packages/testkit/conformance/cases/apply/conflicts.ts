import type { CallOptions } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { apply, configMap, force, service } from './objects.ts'

/** Causes of several managers come in no order. */
const inOrder: CallOptions = {
  show: ({ details, ...body }) => ({
    ...body,
    details: {
      ...details,
      causes: details?.causes?.toSorted((left: object, right: object) =>
        JSON.stringify(left) < JSON.stringify(right) ? -1 : 1,
      ),
    },
  }),
}

export const conflicts: Cases = {
  'another value of a field that somebody applied is a conflict': async (api) => {
    const path = api.in('configmaps', 'a')
    await apply(api, path, 'a', configMap({ x: '1' }))
    const refused = await apply(api, path, 'b', configMap({ x: '2' }))
    refused.is(409, {
      reason: 'Conflict',
      details: { causes: [{ reason: 'FieldManagerConflict', field: '.data.x' }] },
    })
    ;(await api.get(path)).is(200, { data: { x: '1' } })
  },

  'the same value is shared': async (api) => {
    const path = api.in('configmaps', 'a')
    await apply(api, path, 'a', configMap({ x: '1' }))
    ;(await apply(api, path, 'b', configMap({ x: '1' }))).is(200)
    ;(await apply(api, path, 'a', configMap({ x: '2' }))).is(409)
    ;(await apply(api, path, 'a', configMap({ x: '2' }), force)).is(200, { data: { x: '2' } })
    ;(await apply(api, path, 'b', configMap())).is(200, { data: { x: '2' } })
  },

  'by force a field is taken': async (api) => {
    const path = api.in('configmaps', 'a')
    await apply(api, path, 'a', configMap({ x: '1', y: '1' }))
    ;(await apply(api, path, 'b', configMap({ x: '2' }), force)).is(200, { data: { x: '2', y: '1' } })
    await apply(api, path, 'c', configMap({ y: '2' }), force)
    ;(await apply(api, path, 'a', configMap({ y: '2' }), '&force=false')).is(200)
  },

  'who updated is named with the version': async (api) => {
    const path = api.in('configmaps', 'a')
    await api.post(
      `${api.in('configmaps')}?fieldManager=maker`,
      configMap({ x: '1' }, { labels: { l: '1' } }),
    )
    ;(await apply(api, path, 'a', configMap({ x: '2' }))).is(409)
    ;(await apply(api, path, 'a', configMap({ x: '2' }, { labels: { l: '2' } }))).is(409)
  },

  'several owners are told in their order': async (api) => {
    const path = api.in('configmaps', 'a')
    await apply(api, path, 'zoe', configMap({ x: '1', y: '1' }))
    await apply(api, path, 'ann', configMap({ z: '1' }))
    await api.patch(`${path}?fieldManager=upd`, 'merge', { data: { w: '1' } })
    const config = configMap({ w: '2', x: '2', y: '2', z: '2' })
    ;(await api.patch(`${path}?fieldManager=me`, 'apply', config, inOrder)).is(409)
  },

  'fields of list items are named by their keys': async (api) => {
    const path = api.in('services', 'a')
    await apply(api, path, 'a', service({ ports: [{ port: 80, name: 'web' }], selector: { a: 'b' } }))
    ;(await apply(api, path, 'b', service({ ports: [{ port: 80, name: 'x' }] }))).is(409)
    ;(await apply(api, path, 'b', service({ ports: [{ port: 80, targetPort: 1 }], selector: {} }))).is(409)
  },

  'a status and its object do not stand in each other’s way': async (api) => {
    const path = api.in('policy/v1/poddisruptionbudgets', 'a')
    const budget = (fields: object) => ({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'a' },
      ...fields,
    })
    const spec = { minAvailable: 1, selector: { matchLabels: { a: 'b' } } }
    const status = (reason: string) => ({
      currentHealthy: 1,
      conditions: [
        { type: 'X', status: 'True', reason, message: '', lastTransitionTime: '2024-01-01T00:00:00Z' },
      ],
    })
    await apply(api, path, 'a', budget({ spec }))
    ;(await apply(api, `${path}/status`, 'a', budget({ status: status('One') }))).is(200)
    ;(await apply(api, `${path}/status`, 'b', budget({ status: status('Two') }))).is(409)
    ;(await apply(api, path, 'b', budget({ spec }))).is(200)
    ;(await apply(api, `${path}/status`, 'a', budget({ spec: { minAvailable: 2 } }))).is(200)
    ;(await apply(api, path, 'a', budget({ spec, status: status('Three') }))).is(200)
  },
}
