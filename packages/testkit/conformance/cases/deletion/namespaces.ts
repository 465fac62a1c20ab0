import type { CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { configMap, hold, release, untilGone } from './objects.ts'

const madeNamespace = async (api: CaseApi, name = api.unique('ns')): Promise<string> => {
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
  const answer = await api.post('/api/v1/namespaces', body)
  answer.is(201, { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } })
  return `/api/v1/namespaces/${name}`
}

const hasConditions = ({ body }: { body: { status?: { conditions?: unknown[] } } }): boolean =>
  (body.status?.conditions?.length ?? 0) > 0

export const namespaces: Cases = {
  'a namespace that is deleted is Terminating, then gone with all in it': async (api) => {
    const path = await madeNamespace(api)
    await api.post(`${path}/configmaps`, configMap('a'))
    const marked = await api.delete(path)
    marked.is(200, {
      kind: 'Namespace',
      metadata: { deletionTimestamp: /Z$/, deletionGracePeriodSeconds: undefined },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Terminating' },
    })
    await untilGone(api, path)
    const content = await api.get(`${path}/configmaps/a`)
    content.is(404)
  },

  'nothing can be created in a namespace that is terminating': async (api) => {
    const path = await madeNamespace(api)
    await api.post(`${path}/configmaps`, configMap('a', { finalizers: [hold] }))
    await api.delete(path)
    const late = await api.post(`${path}/configmaps`, configMap('b'))
    late.is(403, { reason: 'Forbidden', details: { causes: [{ reason: 'NamespaceTerminating' }] } })
    const generated = await api.post(`${path}/configmaps`, {
      ...configMap('b'),
      metadata: { generateName: 'b-' },
    })
    generated.is(403)
    const ofGroup = await api.post(path.replace('/api/v1', '/apis/coordination.k8s.io/v1') + '/leases', {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'b' },
    })
    ofGroup.is(403)
    await api.until(`${path}/configmaps/a`, ({ body }) => body.metadata.deletionTimestamp !== undefined)
    const updated = await api.patch(`${path}/configmaps/a`, 'merge', { data: { b: '2' } })
    updated.is(200)
    await release(api, `${path}/configmaps/a`)
    await untilGone(api, path)
  },

  'conditions say what holds a namespace': async (api) => {
    const path = await madeNamespace(api)
    await api.post(`${path}/configmaps`, configMap('a', { finalizers: [hold] }))
    await api.post(`${path}/configmaps`, configMap('b', { finalizers: [hold, 'example.com/other'] }))
    await api.delete(path)
    const read = await api.until(path, hasConditions)
    read.is(200, { status: { phase: 'Terminating' } })
    await release(api, `${path}/configmaps/a`)
    await release(api, `${path}/configmaps/b`)
    await untilGone(api, path)
  },

  'a namespace that is not there has nothing in it, and nothing can be made in it': async (api) => {
    const list = await api.get('/api/v1/namespaces/there-is-none/configmaps')
    list.is(200, { items: [] })
    const late = await api.post('/api/v1/namespaces/there-is-none/configmaps', configMap('a'))
    late.is(404, { reason: 'NotFound', details: { name: 'there-is-none', kind: 'namespaces' } })
  },

  'the namespaces of the system cannot be deleted': async (api) => {
    for (const name of ['default', 'kube-system', 'kube-public']) {
      const refused = await api.delete(`/api/v1/namespaces/${name}`)
      refused.is(403, { reason: 'Forbidden' })
    }
  },

  'deleting a namespace again answers it as it is': async (api) => {
    const path = await madeNamespace(api)
    await api.post(`${path}/configmaps`, configMap('a', { finalizers: [hold] }))
    await api.delete(path)
    await api.until(path, hasConditions)
    const again = await api.delete(path)
    again.is(200, { status: { phase: 'Terminating' } })
    await release(api, `${path}/configmaps/a`)
    await untilGone(api, path)
  },

  'the finalizers of a namespace are written by finalize alone': async (api) => {
    const path = await madeNamespace(api)
    const { body } = await api.get(path)
    const plain = await api.put(path, {
      ...body,
      metadata: { ...body.metadata, labels: { ...body.metadata.labels, changed: 'yes' } },
      spec: { finalizers: ['kubernetes', hold] },
    })
    plain.is(200, { spec: { finalizers: ['kubernetes'] } })
    const wrong = await api.put(`${path}/finalize`, { ...plain.body, spec: { finalizers: ['nothing'] } })
    wrong.is(422, { reason: 'Invalid' })
    const added = await api.put(`${path}/finalize`, {
      ...plain.body,
      spec: { finalizers: ['kubernetes', hold] },
    })
    added.is(200, { spec: { finalizers: ['kubernetes', hold] } })
    await api.delete(path)
    const held = await api.until(path, (answer) => answer.body.spec.finalizers.length === 1)
    held.is(200, { spec: { finalizers: [hold] }, status: { phase: 'Terminating' } })
    const last = await api.put(`${path}/finalize`, { ...held.body, spec: { finalizers: [] } })
    last.is(200)
    await untilGone(api, path)
  },

  'a finalizer in metadata holds a namespace after its content': async (api) => {
    const name = api.unique('ns')
    const path = `/api/v1/namespaces/${name}`
    await api.post('/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, finalizers: [hold] },
    })
    await api.post(`${path}/configmaps`, configMap('a'))
    await api.delete(path)
    const held = await api.until(path, ({ body }) => body.spec.finalizers === undefined)
    held.is(200, { metadata: { finalizers: [hold] }, status: { phase: 'Terminating' } })
    const content = await api.get(`${path}/configmaps/a`)
    content.is(404)
    await release(api, path)
    await untilGone(api, path)
  },

  'a namespace orphans nothing: its content goes whatever the policy': async (api) => {
    const path = await madeNamespace(api)
    await api.post(`${path}/configmaps`, configMap('a'))
    const orphan = await api.delete(`${path}?propagationPolicy=Orphan`)
    orphan.is(200, { metadata: { finalizers: ['orphan'] } })
    await untilGone(api, path)
    const dry = await api.delete(`/api/v1/namespaces/${api.namespace}?dryRun=All`)
    dry.is(200)
    const kept = await api.get(`/api/v1/namespaces/${api.namespace}`)
    kept.is(200, { status: { phase: 'Active' } })
  },
}
