import type { Cases } from '../../conformance-case.ts'
import { configMap, deployment } from './objects.ts'

const badRequest = { kind: 'Status', reason: 'BadRequest', code: 400 }

export const bodies: Cases = {
  'an object of another kind or version is a BadRequest': async (api) => {
    const path = api.in('configmaps')
    ;(await api.post(path, { ...configMap('a'), kind: 'Secret' })).is(400, badRequest)
    ;(await api.post(path, { ...configMap('a'), apiVersion: 'apps/v1' })).is(400, badRequest)
    ;(await api.post(path, { ...configMap('a'), apiVersion: 'v2' })).is(400, badRequest)
    ;(await api.post(path, { ...configMap('a'), kind: 'Nothing' })).is(400, badRequest)
    ;(await api.post(path, deployment('a'))).is(400, badRequest)
    ;(await api.post(api.in('apps/v1/deployments'), configMap('a'))).is(400, badRequest)
  },

  'kind and apiVersion may be left out where the path says them': async (api) => {
    const { kind: _kind, apiVersion: _version, ...rest } = configMap('a')
    const made = await api.post(api.in('configmaps'), rest)
    made.is(201, { kind: 'ConfigMap', apiVersion: 'v1' })
    const onlyKind = await api.put(api.in('configmaps', 'a'), { ...rest, kind: 'ConfigMap' })
    onlyKind.is(200)
  },

  'the namespace of the body must be that of the path, or absent': async (api) => {
    const inOther = (name: string) => ({ ...configMap(name), metadata: { name, namespace: 'other' } })
    ;(await api.post(api.in('configmaps'), inOther('a'))).is(400, {
      ...badRequest,
      message: /namespace of the provided object does not match/,
    })
    const own = await api.post(api.in('configmaps'), {
      ...configMap('a'),
      metadata: { name: 'a', namespace: api.namespace },
    })
    own.is(201)
    ;(await api.put(api.in('configmaps', 'a'), inOther('a'))).is(400)
    ;(await api.patch(api.in('configmaps', 'a'), 'merge', { metadata: { namespace: 'other' } })).is(400)
    const everywhere = await api.post('/api/v1/configmaps', own.body)
    everywhere.is(405)
  },

  'the name of the body must be that of the path': async (api) => {
    await api.post(api.in('configmaps'), configMap('a'))
    ;(await api.put(api.in('configmaps', 'a'), configMap('b'))).is(400, badRequest)
    const nameless = { apiVersion: 'v1', kind: 'ConfigMap', metadata: {}, data: { a: '2' } }
    ;(await api.put(api.in('configmaps', 'a'), nameless)).is(400, badRequest)
    ;(await api.patch(api.in('configmaps', 'a'), 'merge', { metadata: { name: 'b' } })).is(400)
    ;(await api.patch(api.in('configmaps', 'a'), 'json', [{ op: 'remove', path: '/metadata/name' }])).is(400)
  },

  'a namespace of a cluster-scoped object is passed over': async (api) => {
    const name = api.unique('role')
    const made = await api.post('/apis/rbac.authorization.k8s.io/v1/clusterroles', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name, namespace: 'default' },
    })
    made.is(201, { metadata: { namespace: undefined } })
  },

  'a body that is no JSON is a BadRequest': async (api) => {
    const path = api.in('configmaps')
    for (const text of ['{', '{"kind":', 'no json', '{"kind":"ConfigMap",}', '{"kind":"ConfigMap"} more']) {
      const made = await api.post(path, text)
      made.is(400, badRequest)
    }
  },

  'a body that is no object is a BadRequest, null an empty object': async (api) => {
    const path = api.in('configmaps')
    for (const text of ['[]', '"text"', '1', 'true']) {
      const made = await api.post(path, text)
      made.is(400, badRequest)
    }
    const nothing = await api.post(path, 'null')
    nothing.is(422, { message: /name or generateName is required/ })
  },

  'an empty body is a BadRequest': async (api) => {
    const empty = await api.post(api.in('configmaps'), '')
    empty.is(400)
    const none = await api.post(api.in('configmaps'), undefined)
    none.is(400)
    await api.post(api.in('configmaps'), configMap('a'))
    const put = await api.put(api.in('configmaps', 'a'), '')
    put.is(400)
    const patched = await api.patch(api.in('configmaps', 'a'), 'merge', '')
    patched.is(400)
  },

  'values of a wrong type do not decode': async (api) => {
    const path = api.in('configmaps')
    const refused = async (body: object): Promise<void> => {
      const answer = await api.post(path, { apiVersion: 'v1', kind: 'ConfigMap', ...body })
      answer.is(400, { ...badRequest, message: /cannot be handled as a ConfigMap/ })
    }
    await refused({ metadata: { name: 'a' }, data: { a: 1 } })
    await refused({ metadata: { name: 'a' }, data: { a: true } })
    await refused({ metadata: { name: 'a' }, data: { a: {} } })
    await refused({ metadata: { name: 'a' }, data: 'text' })
    await refused({ metadata: { name: 'a' }, data: ['text'] })
    await refused({ metadata: { name: 'a' }, binaryData: { a: 'not base64!' } })
    await refused({ metadata: { name: 'a' }, immutable: 'yes' })
    await refused({ metadata: { name: 1 } })
    await refused({ metadata: { name: 'a', labels: { a: 1 } } })
    await refused({ metadata: { name: 'a', labels: ['a'] } })
    await refused({ metadata: { name: 'a', finalizers: 'a' } })
    await refused({ metadata: 'a' })
    await refused({ metadata: { name: 'a', creationTimestamp: 'yesterday' } })
    const replicas = await api.post(api.in('apps/v1/deployments'), deployment('a', { replicas: 'two' }))
    replicas.is(400, badRequest)
    const fraction = await api.post(api.in('apps/v1/deployments'), deployment('a', { replicas: 1.5 }))
    fraction.is(400, badRequest)
  },

  'null counts as absent': async (api) => {
    const made = await api.post(api.in('configmaps'), {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', labels: null, annotations: null, creationTimestamp: null },
      data: null,
      immutable: null,
    })
    made.is(201, { data: undefined, immutable: undefined, metadata: { labels: undefined } })
    const ofKey = await api.post(api.in('configmaps'), configMap('b', { data: { a: null } }))
    ofKey.is(201, { data: { a: '' } })
  },

  'a body in YAML is taken, and YAML is answered to those who want it': async (api) => {
    const made = await api.post(
      api.in('configmaps'),
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: "1"\n',
      { headers: { 'content-type': 'application/yaml' } },
    )
    made.is(201, { data: { a: '1' } })
    const wrong = await api.post(api.in('configmaps'), 'a: [', {
      headers: { 'content-type': 'application/yaml' },
      // what is wrong with it is told in the words of each library
      show: ({ kind, reason, code }) => ({ kind, reason, code }),
    })
    wrong.is(400, badRequest)
    const yaml = await api.get(api.in('configmaps', 'missing'), { headers: { accept: 'application/yaml' } })
    yaml.is(404)
  },
}
