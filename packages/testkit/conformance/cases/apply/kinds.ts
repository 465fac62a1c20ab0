import type { CallOptions, CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { definition, definitions } from '../crds/definition.ts'
import { apply, force } from './objects.ts'

const object = (apiVersion: string, kind: string, fields: object, name = 'a') => ({
  apiVersion,
  kind,
  metadata: { name },
  ...fields,
})

const rbac = 'rbac.authorization.k8s.io/v1'

/** Of a definition what does not come by and by. */
const owners: CallOptions = {
  show: ({ metadata, spec, message, reason, details }) => ({
    spec,
    message,
    reason,
    details,
    managedFields: metadata?.managedFields?.filter(
      ({ manager }: { manager: string }) => manager !== 'kube-apiserver',
    ),
  }),
}

const applyDefinition = (api: CaseApi, manager: string, schema: object, more = '') => {
  const wanted = definition(api, { schema })
  const path = `${definitions}/${wanted.metadata.name}?fieldManager=${manager}${more}`
  return api.patch(path, 'apply', wanted, owners)
}

export const kinds: Cases = {
  'a role has one list of rules': async (api) => {
    const path = api.in(`${rbac}/roles`, 'a')
    const role = (...verbs: readonly string[]) =>
      object(rbac, 'Role', { rules: [{ apiGroups: [''], resources: ['pods'], verbs }] })
    await apply(api, path, 'a', role('get'))
    ;(await apply(api, path, 'b', role('list'))).is(409)
    ;(await apply(api, path, 'b', role('list'), force)).is(200)
    await apply(api, path, 'a', object(rbac, 'Role', {}))
    await apply(api, path, 'b', object(rbac, 'Role', {}))
  },

  'a binding has one list of subjects, and its role for good': async (api) => {
    const path = api.in(`${rbac}/rolebindings`, 'a')
    const binding = (role: string, ...users: readonly string[]) =>
      object(rbac, 'RoleBinding', {
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
        subjects: users.map((name) => ({ kind: 'User', name })),
      })
    await apply(api, path, 'a', binding('view', 'jane'))
    ;(await apply(api, path, 'b', binding('view', 'john'))).is(409)
    ;(await apply(api, path, 'a', binding('edit', 'jane'))).is(422)
  },

  'the schema of a definition is owned field by field': async (api) => {
    const schema = (more: object = {}) => ({
      type: 'object',
      properties: {
        a: { type: 'string', enum: ['x'], ...more },
        b: { type: 'array', items: { type: 'integer' } },
      },
      required: ['a'],
      'x-kubernetes-validations': [{ rule: 'true', message: 'm' }],
    })
    await applyDefinition(api, 'a', schema())
    await applyDefinition(api, 'b', schema({ maxLength: 3 }))
    await applyDefinition(api, 'b', schema({ maxLength: 3 }), force)
    await api.delete(`${definitions}/${definition(api).metadata.name}`, undefined, owners)
  },

  'a DaemonSet counts its templates in an annotation that everybody writes': async (api) => {
    const path = api.in('apps/v1/daemonsets', 'a')
    const daemonSet = (image: string) =>
      object('apps/v1', 'DaemonSet', {
        spec: {
          selector: { matchLabels: { a: 'b' } },
          template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image }] } },
        },
      })
    await apply(api, path, 'a', daemonSet('i:1'))
    await apply(api, path, 'a', daemonSet('i:2'))
    await api.patch(`${path}?fieldManager=b`, 'merge', { spec: { minReadySeconds: 5 } })
    ;(await apply(api, path, 'c', daemonSet('i:3'))).is(409)
  },

  'network policies, leases and storage classes': async (api) => {
    const policy = (podSelector: object) =>
      object('networking.k8s.io/v1', 'NetworkPolicy', { spec: { podSelector } })
    const policies = api.in('networking.k8s.io/v1/networkpolicies', 'a')
    await apply(api, policies, 'a', policy({}))
    ;(await apply(api, policies, 'b', policy({ matchLabels: { a: 'b' } }))).is(409)
    const leases = api.in('coordination.k8s.io/v1/leases', 'a')
    const lease = (spec: object) => object('coordination.k8s.io/v1', 'Lease', { spec })
    await apply(api, leases, 'a', lease({ holderIdentity: 'x', renewTime: '2024-01-01T00:00:00.000000Z' }))
    await apply(api, leases, 'a', lease({ holderIdentity: 'x', renewTime: '2024-01-01T00:00:01.000000Z' }))
    ;(await apply(api, leases, 'b', lease({ holderIdentity: 'y' }))).is(409)
    ;(await apply(api, leases, 'a', lease({ renewTime: 'never' }))).is(500)
  },

  'a namespace is applied, with the label of its name': async (api) => {
    const name = api.unique('ns')
    const path = `/api/v1/namespaces/${name}`
    const namespace = (labels: object) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels },
    })
    await apply(api, path, 'a', namespace({ a: '1' }))
    await apply(api, path, 'b', namespace({ b: '1' }))
    await apply(api, path, 'a', namespace({ 'kubernetes.io/metadata.name': 'other' }), force)
    await apply(api, path, 'a', namespace({}))
    await api.delete(path, undefined, { show: ({ kind }) => ({ kind }) })
  },

  'an event has owners in both of its forms': async (api) => {
    const event = {
      metadata: { name: 'a' },
      involvedObject: { kind: 'Pod', namespace: api.namespace, name: 'p' },
      reason: 'R',
      message: 'm',
      type: 'Normal',
    }
    await api.post(`${api.in('events')}?fieldManager=core`, event)
    const path = api.in('events.k8s.io/v1/events', 'a')
    await api.patch(`${path}?fieldManager=new`, 'merge', { metadata: { labels: { a: 'b' } } })
    await api.patch(`${api.in('events', 'a')}?fieldManager=core`, 'merge', {
      metadata: { labels: { a: 'c' } },
    })
    await api.get(path)
  },

  'who writes a Lease by PUT where there is none owns it': async (api) => {
    const path = api.in('coordination.k8s.io/v1/leases', 'a')
    await api.put(
      `${path}?fieldManager=m`,
      object('coordination.k8s.io/v1', 'Lease', { spec: { holderIdentity: 'x' } }),
    )
    const { body } = await api.get(path)
    await api.put(`${path}?fieldManager=n`, { ...body, spec: { holderIdentity: 'y' } })
    await api.put(`${path}?fieldManager=n`, {
      ...body,
      metadata: { ...body.metadata, resourceVersion: undefined },
      spec: {},
    })
  },

  'references to owners and finalizers are items of their own': async (api) => {
    const path = api.in('configmaps', 'a')
    const { body } = await api.post(api.in('configmaps'), object('v1', 'ConfigMap', {}, 'o'))
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: body.metadata.uid }
    const config = (more: object) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', ...more },
    })
    await apply(api, path, 'a', config({ finalizers: ['x/y'], ownerReferences: [owner] }))
    ;(await apply(api, path, 'b', config({ ownerReferences: [{ ...owner, name: 'p' }] }))).is(409)
    ;(await apply(api, path, 'b', config({ finalizers: ['x/y'] }))).is(200)
    await apply(api, path, 'a', config({}))
    await apply(api, path, 'b', config({}))
  },

  'a binary config map, and one that is immutable': async (api) => {
    const path = api.in('configmaps', 'a')
    const config = (fields: object) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a' },
      ...fields,
    })
    await apply(api, path, 'a', config({ binaryData: { x: 'YQ==' }, data: { y: '1' } }))
    ;(await apply(api, path, 'a', config({ binaryData: { x: '!' } }))).is(500)
    await apply(api, path, 'b', config({ immutable: true }))
    await apply(api, path, 'b', config({}))
  },

  'quantities and ports that are numbers or texts are one value': async (api) => {
    const path = api.in('policy/v1/poddisruptionbudgets', 'a')
    const budget = (minAvailable: unknown) =>
      object('policy/v1', 'PodDisruptionBudget', {
        spec: { minAvailable, selector: { matchLabels: { a: 'b' } } },
      })
    await apply(api, path, 'a', budget(1))
    ;(await apply(api, path, 'b', budget('50%'))).is(409)
    ;(await apply(api, path, 'b', budget('50%'), force)).is(200)
    const quota = (cpu: unknown) => object('v1', 'ResourceQuota', { spec: { hard: { cpu, pods: '5' } } })
    const quotas = api.in('resourcequotas', 'a')
    await apply(api, quotas, 'a', quota('1'))
    await apply(api, quotas, 'b', quota(1), force)
    ;(await apply(api, quotas, 'a', quota('much'), force)).is(500)
  },
}
