import type { Answer } from '../../answer.ts'
import type { CallOptions, CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { deployment } from '../crud/objects.ts'
import { apply, configMap, force, pod } from './objects.ts'

const text = (api: CaseApi, query: string, body: string): Promise<Answer> =>
  api.call('PATCH', `${api.in('configmaps', 'a')}?fieldManager=a${query}`, body, {
    headers: { 'content-type': 'application/apply-patch+yaml' },
  })

const yaml = (...lines: readonly string[]): string =>
  ['apiVersion: v1', 'kind: ConfigMap', 'metadata:', '  name: a', ...lines, ''].join('\n')

/** What the controller of deployments does not write. */
const owners: CallOptions = {
  show: ({ metadata, spec, message, details, reason }) => ({
    replicas: spec?.replicas,
    message,
    details,
    reason,
    managedFields: metadata?.managedFields?.filter(
      ({ manager }: { manager: string }) => manager !== 'kube-controller-manager',
    ),
  }),
}

const versionless: CallOptions = {
  show: ({ metadata: { resourceVersion: _version, ...metadata } = {}, ...body }) => ({ ...body, metadata }),
}

export const requests: Cases = {
  'a manager has to be named, and of no more than it may be': async (api) => {
    const path = api.in('configmaps', 'a')
    ;(await api.patch(path, 'apply', configMap())).is(422, { reason: 'Invalid' })
    ;(await api.patch(`${path}?fieldManager=`, 'apply', configMap())).is(422)
    ;(await apply(api, path, 'x'.repeat(129), configMap())).is(422)
    ;(await apply(api, path, 'x'.repeat(128), configMap())).is(201)
    ;(await api.patch(`${path}?fieldManager=a&force=true`, 'merge', {})).is(422)
  },

  'other media types of an apply are not taken': async (api) => {
    for (const type of ['application/apply-patch+json', 'application/apply-patch+cbor', 'application/yaml'])
      (
        await api.call('PATCH', `${api.in('configmaps', 'a')}?fieldManager=a`, configMap(), {
          headers: { 'content-type': type },
        })
      ).is(415)
  },

  'a body of YAML': async (api) => {
    ;(await text(api, '', yaml('data:', '  x: "1" # a text', '  z: |', '    two', '    lines'))).is(201, {
      data: { x: '1', z: 'two\nlines\n' },
    })
    ;(await text(api, '', yaml('data: &d', '  x: "1"', 'binaryData: *d'))).is(500)
    // as in YAML 1.1
    ;(await text(api, '', yaml('data: {y: "1", no: "2", 010: "3"}'))).is(200, {
      data: { true: '1', false: '2' },
    })
    ;(await text(api, '', yaml('data: {x: 1}'))).is(500)
    ;(await text(api, '', yaml('data: {x: yes}'))).is(500)
    ;(await text(api, '', yaml('data: {x: 0x10}'))).is(500)
    ;(await text(api, '', yaml('data: {x: 1e3}'))).is(500)
  },

  'a body that is no object': async (api) => {
    ;(await text(api, '', '')).is(400)
    ;(await text(api, '', '[]')).is(400)
    ;(await text(api, '', 'text')).is(400)
    ;(await text(api, '', 'null')).is(400)
    ;(await text(api, '', '{}')).is(400)
    ;(await text(api, '', '3')).is(400)
  },

  'fields that are there twice are told of, or refused': async (api) => {
    const twice = yaml('data:', '  x: "1"', '  x: "2"')
    ;(await text(api, '', twice)).is(201, { data: { x: '2' } })
    ;(await text(api, '&fieldValidation=Ignore', twice)).is(200)
    ;(await text(api, '&fieldValidation=Strict', twice)).is(400)
    ;(await text(api, '&fieldValidation=Strict', yaml('data: {}'))).is(200)
  },

  'the type in the body has to be that of the path': async (api) => {
    const path = api.in('configmaps', 'a')
    ;(await apply(api, path, 'a', { ...configMap(), kind: 'Secret' })).is(400)
    ;(await apply(api, path, 'a', { ...configMap(), apiVersion: 'v2' })).is(400)
    ;(await apply(api, path, 'a', { ...configMap(), apiVersion: 'apps/v1' })).is(400)
    ;(await apply(api, path, 'a', { metadata: { name: 'a' } })).is(400)
    ;(await apply(api, path, 'a', { ...configMap(), apiVersion: undefined })).is(400)
  },

  'name and namespace have to be those of the path': async (api) => {
    const path = api.in('configmaps', 'a')
    ;(await apply(api, path, 'a', configMap(undefined, { name: 'b' }))).is(400)
    ;(await apply(api, path, 'a', configMap(undefined, { namespace: 'other' }))).is(400)
    await apply(api, path, 'a', configMap(undefined, { name: undefined }))
    ;(await apply(api, path, 'a', configMap(undefined, { namespace: api.namespace }))).is(201)
    ;(await apply(api, path, 'a', configMap(undefined, { name: 'b' }))).is(400)
    ;(await apply(api, path, 'a', configMap(undefined, { name: undefined }))).is(200)
  },

  'managers cannot be applied': async (api) => {
    const path = api.in('configmaps', 'a')
    ;(await apply(api, path, 'a', configMap(undefined, { managedFields: [] }))).is(400)
    ;(await apply(api, path, 'a', configMap(undefined, { managedFields: [{}] }))).is(400)
    await apply(api, path, 'a', configMap(undefined, { managedFields: null }))
  },

  'a version or a uid in the body is a precondition': async (api) => {
    const path = api.in('configmaps', 'a')
    const uid = '00000000-0000-0000-0000-000000000000'
    ;(await apply(api, path, 'a', configMap({ x: '1' }, { uid }))).is(409)
    await apply(api, path, 'a', configMap({ x: '1' }, { resourceVersion: '1' }))
    const { resourceVersion, uid: own } = (await api.get(path)).body.metadata
    ;(await apply(api, path, 'a', configMap({ x: '2' }, { resourceVersion, uid: own }))).is(200)
    ;(await apply(api, path, 'a', configMap({ x: '3' }, { resourceVersion }))).is(409)
    ;(await apply(api, path, 'a', configMap({ x: '3' }, { resourceVersion: 'x' }))).is(500)
    await apply(api, path, 'a', configMap({ x: '3' }, { uid }))
    ;(await apply(api, path, 'a', configMap({ x: '3' }))).is(200)
  },

  'fields that the type does not have, and values of another type': async (api) => {
    const path = api.in('pods', 'a')
    const container = { name: 'c', image: 'i:1' }
    ;(await apply(api, path, 'a', { ...pod({ containers: [container] }), unknown: 1 })).is(500)
    ;(await apply(api, path, 'a', pod({ containers: [{ ...container, unknown: 1 }] }))).is(500)
    ;(await apply(api, path, 'a', pod({ containers: 'x' }))).is(500)
    ;(await apply(api, path, 'a', pod({ containers: [container], hostNetwork: 'x' }))).is(500)
    ;(await apply(api, path, 'a', pod({ containers: [container] }, { labels: { a: 1 } }))).is(500)
    ;(await apply(api, path, 'a', pod({ containers: [{ ...container, image: {} }] }))).is(500)
  },

  'what is merged has to be valid': async (api) => {
    const path = api.in('configmaps', 'a')
    ;(await apply(api, path, 'a', configMap({ 'not a key': '1' }))).is(422)
    await apply(api, path, 'a', { ...configMap({ x: '1' }), immutable: true })
    ;(await apply(api, path, 'b', configMap({ y: '1' }))).is(422)
    ;(await apply(api, path, 'b', configMap({ x: '1' }))).is(200)
    ;(await apply(api, path, 'b', configMap({ x: '2' }), force)).is(422)
  },

  'in a namespace that is not there nothing is created': async (api) => {
    const path = `/api/v1/namespaces/${api.unique('no')}/configmaps/a`
    ;(await apply(api, path, 'a', configMap())).is(404)
  },

  'who may patch but not create cannot apply what is not there': async (api) => {
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['patch', 'get'] }]
    await api.post(api.in('rbac.authorization.k8s.io/v1/roles'), { metadata: { name: 'r' }, rules })
    await api.post(api.in('rbac.authorization.k8s.io/v1/rolebindings'), {
      metadata: { name: 'r' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
      subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'jane' }],
    })
    const jane = api.as({ user: 'jane', groups: [] })
    const path = api.in('configmaps', 'a')
    await jane.until(path, ({ status }) => status === 404)
    ;(await apply(jane, path, 'a', configMap({ x: '1' }))).is(403)
    await api.post(api.in('configmaps'), configMap())
    ;(await apply(jane, path, 'a', configMap({ x: '1' }))).is(200)
  },

  'who may update but not create cannot put what is not there': async (api) => {
    const rules = [{ apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['update', 'get'] }]
    await api.post(api.in('rbac.authorization.k8s.io/v1/roles'), { metadata: { name: 'r' }, rules })
    await api.post(api.in('rbac.authorization.k8s.io/v1/rolebindings'), {
      metadata: { name: 'r' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
      subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'jane' }],
    })
    const jane = api.as({ user: 'jane', groups: [] })
    const path = api.in('coordination.k8s.io/v1/leases', 'a')
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'a' } }
    // until her role is known
    await jane.until(path, ({ status }) => status === 404)
    ;(await jane.put(path, lease)).is(403)
    ;(await api.put(path, lease)).is(201)
    ;(await jane.put(path, (await api.get(path)).body)).is(200)
  },

  'a watch hears of an apply once, and of one that changes nothing not at all': async (api) => {
    const path = api.in('configmaps', 'a')
    const made = await apply(api, path, 'a', configMap({ x: '1' }))
    const since = made.body.metadata.resourceVersion
    const watch = await api.watch(
      `${api.in('configmaps')}?resourceVersion=${since}&fieldSelector=metadata.name%3Da`,
    )
    await apply(api, path, 'a', configMap({ x: '1' }))
    await apply(api, path, 'b', configMap({ x: '1' }))
    await apply(api, path, 'a', configMap({ x: '1', y: '1' }))
    await watch.next({ type: 'MODIFIED' }, { type: 'MODIFIED', object: { data: { y: '1' } } })
  },

  'a scale is applied, and owned by who applied it': async (api) => {
    const path = api.in('apps/v1/deployments', 'd')
    await api.post(api.in('apps/v1/deployments'), deployment('d', { paused: true, replicas: 0 }), owners)
    const scale = (replicas: number) => ({
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: { name: 'd', namespace: api.namespace },
      spec: { replicas },
    })
    await api.patch(`${path}/scale?fieldManager=a`, 'apply', scale(1), versionless)
    await api.patch(`${path}/scale?fieldManager=a&force=true`, 'apply', scale(1), versionless)
    await api.get(path, owners)
    await api.patch(`${path}/scale?fieldManager=b`, 'merge', { spec: { replicas: 2 } }, versionless)
    await api.get(path, owners)
    await api.patch(`${path}/scale?fieldManager=a`, 'apply', scale(3), versionless)
    await api.patch(`${path}?fieldManager=a`, 'merge', { spec: { replicas: 4 } }, owners)
    await api.get(path, owners)
  },
}
