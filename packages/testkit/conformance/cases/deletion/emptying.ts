import type { CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { configMap, hold, release, untilGone } from './objects.ts'

const made = async (api: CaseApi, labels: Record<string, string> = {}): Promise<string> => {
  const name = api.unique('ns')
  const answer = await api.post('/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels },
  })
  answer.is(201)
  return `/api/v1/namespaces/${name}`
}

const groupPath = (path: string, group: string): string => path.replace('/api/v1', `/apis/${group}`)

export const emptying: Cases = {
  'a namespace has its name as a label, whatever is sent': async (api) => {
    const path = await made(api, { 'kubernetes.io/metadata.name': 'another', own: 'yes' })
    const read = await api.get(path)
    read.is(200, {
      metadata: { labels: { 'kubernetes.io/metadata.name': path.split('/').at(-1), own: 'yes' } },
    })
    const removed = await api.patch(path, 'merge', { metadata: { labels: null } })
    removed.is(200, { metadata: { labels: { 'kubernetes.io/metadata.name': /./ } } })
    await api.delete(path)
  },

  'what is of other groups goes with its namespace too': async (api) => {
    const path = await made(api)
    await api.post(`${groupPath(path, 'coordination.k8s.io/v1')}/leases`, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'a' },
    })
    await api.post(`${groupPath(path, 'rbac.authorization.k8s.io/v1')}/roles`, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'a' },
      rules: [],
    })
    await api.delete(path)
    await untilGone(api, path)
    const lease = await api.get(`${groupPath(path, 'coordination.k8s.io/v1')}/leases/a`)
    lease.is(404)
    const role = await api.get(`${groupPath(path, 'rbac.authorization.k8s.io/v1')}/roles/a`)
    role.is(404)
  },

  'a watch sees each object go before the namespace': async (api) => {
    const path = await made(api)
    await api.post(`${path}/configmaps`, configMap('a', { labels: { of: 'case' } }))
    const { body } = await api.get(`${path}/configmaps/a`)
    const watch = await api.watch(
      `${path}/configmaps?labelSelector=of&resourceVersion=${body.metadata.resourceVersion}`,
    )
    await api.delete(path)
    await watch.next({ type: 'DELETED', object: { metadata: { name: 'a' } } })
    await untilGone(api, path)
  },

  'a namespace with a precondition is deleted if it holds': async (api) => {
    const path = await made(api)
    const wrong = await api.delete(path, { preconditions: { uid: 'another' } })
    wrong.is(409, { reason: 'Conflict' })
    const { body } = await api.get(path)
    const right = await api.delete(path, { preconditions: { uid: body.metadata.uid } })
    right.is(200, { status: { phase: 'Terminating' } })
    await untilGone(api, path)
  },

  'a namespace that is Terminating can still be labelled, and stays so': async (api) => {
    const path = await made(api)
    await api.post(`${path}/configmaps`, configMap('a', { finalizers: [hold] }))
    await api.delete(path)
    await api.until(path, ({ body }) => body.status.conditions !== undefined)
    const labelled = await api.patch(path, 'merge', { metadata: { labels: { late: 'yes' } } })
    labelled.is(200, { status: { phase: 'Terminating' }, metadata: { labels: { late: 'yes' } } })
    const revived = await api.patch(`${path}/status`, 'merge', { status: { phase: 'Active' } })
    revived.is(422, { reason: 'Invalid' })
    await release(api, `${path}/configmaps/a`)
    await untilGone(api, path)
  },

  'a namespace of the same name can be made again, and is another': async (api) => {
    const path = await made(api)
    const first = await api.get(path)
    await api.post(`${path}/configmaps`, configMap('a'))
    await api.delete(path)
    await untilGone(api, path)
    await made(api)
    const second = await api.get(path)
    if (first.body.metadata.uid === second.body.metadata.uid) throw new Error('it has the uid of the first')
    const content = await api.get(`${path}/configmaps/a`)
    content.is(404)
    await api.delete(path)
  },

  'namespaces are not deleted as a collection': async (api) => {
    const answer = await api.delete('/api/v1/namespaces?labelSelector=of%3Dnobody')
    answer.is(405, { reason: 'MethodNotAllowed' })
  },

  'a namespace is not born Terminating': async (api) => {
    const name = api.unique('ns')
    const answer = await api.post('/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
      spec: { finalizers: ['example.com/own'] },
      status: { phase: 'Terminating' },
    })
    answer.is(201, { spec: { finalizers: ['example.com/own', 'kubernetes'] }, status: { phase: 'Active' } })
    const path = `/api/v1/namespaces/${name}`
    await api.delete(path)
    const held = await api.until(path, ({ body }) => body.spec.finalizers.length === 1)
    const freed = await api.put(`${path}/finalize`, { ...held.body, spec: {} })
    freed.is(200)
    await untilGone(api, path)
  },
}
