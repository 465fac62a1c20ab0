import type { Cases } from '../../conformance-case.ts'
import { define, definitions, groups } from './kinds.ts'

export const custom: Cases = {
  'a custom kind is listed with what its definition says': async (api) => {
    const more = {
      subresources: {
        status: {},
        scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
      },
    }
    const names = { singular: 'gizmo', shortNames: ['gg', 'gz'], categories: ['all', 'toys'] }
    const group = await define(api, ['v1'], { more, names })
    ;(await api.get(`/apis/${group}/v1`)).is(200, { groupVersion: `${group}/v1` })
    ;(await api.get(`/apis/${group}`)).is(200, { preferredVersion: { version: 'v1' } })
    ;(await api.get('/apis', { show: groups((name) => name === group) })).is(200)
  },

  'a custom kind of the whole cluster is listed so': async (api) => {
    const group = await define(api, ['v1alpha1'], { scope: 'Cluster' })
    ;(await api.get(`/apis/${group}/v1alpha1`)).is(200)
  },

  'versions of a custom kind are ordered, the first is preferred': async (api) => {
    const group = await define(api, ['v1beta1', 'v2', 'v1', 'v10', 'v1alpha3', 'v11beta2', 'other'])
    const names = ['v10', 'v2', 'v1', 'v11beta2', 'v1beta1', 'v1alpha3', 'other']
    const isWhole = ({ body }: { readonly body: { readonly versions?: readonly unknown[] } }): boolean =>
      body.versions?.length === names.length
    ;(await api.until(`/apis/${group}`, isWhole)).is(200, {
      versions: names.map((version) => ({ version })),
      preferredVersion: { version: 'v10' },
    })
  },

  'a version that is not served any more is not found': async (api) => {
    const group = await define(api, ['v1', 'v2'])
    const path = `${definitions}/gadgets.${group}`
    const hidden = [{ op: 'replace', path: '/spec/versions/1/served', value: false }]
    ;(await api.patch(path, 'json', hidden, { show: ({ kind }) => kind })).is(200)
    await api.until(`/apis/${group}/v2`, ({ status }) => status === 404)
    ;(await api.get(api.in(`${group}/v2/gadgets`))).is(404)
    ;(await api.get(`/apis/${group}/v1`)).is(200)
  },
}
