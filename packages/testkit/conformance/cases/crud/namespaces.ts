import type { Cases } from '../../conformance-case.ts'
import { configMap, secret } from './objects.ts'

const namespace = (name: string, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, ...metadata },
})

export const namespaces: Cases = {
  'nothing is created in a namespace that is not there': async (api) => {
    const path = '/api/v1/namespaces/not-there/configmaps'
    const made = await api.post(path, configMap('a'))
    made.is(404, { reason: 'NotFound', message: 'namespaces "not-there" not found' })
    ;(await api.get(path)).is(200, { items: [] })
    ;(await api.get(`${path}/a`)).is(404, { message: 'configmaps "a" not found' })
    ;(await api.put(`${path}/a`, configMap('a'))).is(404)
    ;(await api.delete(`${path}/a`)).is(404)
    ;(await api.delete(path)).is(200)
    const invalid = await api.post(path, configMap('a', { data: { 'a b': '' } }))
    invalid.is(404)
  },

  'a namespace is Active, labelled with its name and held by its finalizer': async (api) => {
    const name = api.unique('ns')
    const made = await api.post('/api/v1/namespaces', namespace(name, { labels: { a: 'b' } }))
    made.is(201, {
      metadata: { labels: { a: 'b', 'kubernetes.io/metadata.name': name } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    })
    const unlabelled = await api.patch(`/api/v1/namespaces/${name}`, 'merge', { metadata: { labels: null } })
    unlabelled.is(200, { metadata: { labels: { 'kubernetes.io/metadata.name': name } } })
    const content = { show: ({ spec, status }: Record<string, unknown>) => ({ spec, status }) }
    const sent = await api.patch(
      `/api/v1/namespaces/${name}`,
      'merge',
      { spec: { finalizers: ['example.com/other'] }, status: { phase: 'Terminating' } },
      content,
    )
    sent.is(200, { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } })
  },

  'nothing is created in a namespace that is going, but what is there can be changed': async (api) => {
    const name = api.unique('ns')
    await api.post('/api/v1/namespaces', namespace(name))
    const path = `/api/v1/namespaces/${name}`
    await api.post(`${path}/configmaps`, {
      ...configMap('held'),
      metadata: { name: 'held', finalizers: ['example.com/hold'] },
    })
    const deleted = await api.delete(path, undefined, {
      show: ({ kind, status }) => ({ kind, phase: status.phase }),
    })
    deleted.is(200, { kind: 'Namespace', status: { phase: 'Terminating' } })
    const refused = await api.post(`${path}/secrets`, secret('a'))
    refused.is(403, {
      reason: 'Forbidden',
      details: { name: 'a', kind: 'secrets', causes: [{ reason: 'NamespaceTerminating' }] },
    })
    const dry = await api.post(`${path}/secrets?dryRun=All`, secret('a'))
    dry.is(403)
    await api.until(`${path}/configmaps/held`, ({ body }) => body.metadata.deletionTimestamp !== undefined)
    const changed = await api.patch(`${path}/configmaps/held`, 'merge', { data: { a: '2' } })
    changed.is(200, { data: { a: '2' } })
    const released = await api.patch(`${path}/configmaps/held`, 'merge', { metadata: { finalizers: null } })
    released.is(200)
    await api.until(path, ({ status }) => status === 404)
  },

  'default and kube-system are never deleted': async (api) => {
    for (const name of ['default', 'kube-system', 'kube-public']) {
      const refused = await api.delete(`/api/v1/namespaces/${name}`)
      refused.is(403, { reason: 'Forbidden', message: /this namespace may not be deleted/ })
    }
  },
}
