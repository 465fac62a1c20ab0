import type { CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { define, groupOf, widget } from '../crds/definition.ts'
import { binding, bindings, configMap, dryRun, enforce, policies, policy, until } from './policy.ts'

/**
 * Widgets limit the sizes of ConfigMaps. Each case has a kind of its own: of a kind that it knows itself, the real server
 * never hears again once the last policy of it is gone.
 */
const limits = async (api: CaseApi): Promise<string> =>
  define(api, {
    schema: { type: 'object', properties: { max: { type: 'integer' }, factor: { type: 'number' } } },
  })
const ofLimits = (api: CaseApi) => ({ paramKind: { apiVersion: `${groupOf(api)}/v1`, kind: 'Widget' } })
const limited = {
  expression: 'params == null || !has(object.data) || int(object.data.size) <= params.spec.max',
  messageExpression: "'at most %s by %s %s'.format([params.spec.max, params.kind, params.metadata.name])",
}
const byName = (name: string, more: object = {}) => ({
  paramRef: { name, parameterNotFoundAction: 'Deny', ...more },
})

export const parameters: Cases = {
  'a parameter is found by its name': async (api) => {
    const widgets = await limits(api)
    ;(await api.post(widgets, widget(api, 'limit', { max: 3 }))).is(201)
    await enforce(api, {
      spec: ofLimits(api),
      validations: [limited],
      binding: byName('limit', { namespace: api.namespace }),
    })
    ;(await api.post(api.in('configmaps'), configMap('one', { size: '3' }))).is(201)
    ;(await api.post(api.in('configmaps'), configMap('two', { size: '4' }))).is(422)
  },

  'a parameter without a namespace is looked for where the request is': async (api) => {
    const widgets = await limits(api)
    ;(await api.post(widgets, widget(api, 'limit', { max: 2 }))).is(201)
    await enforce(api, { spec: ofLimits(api), validations: [limited], binding: byName('limit') })
    ;(await api.post(api.in('configmaps'), configMap('two', { size: '4' }))).is(422)
  },

  'a parameter that is not there refuses, or is passed over': async (api) => {
    await limits(api)
    ;(await api.post(policies, policy(api, { spec: ofLimits(api), validations: [limited] }))).is(201)
    ;(await api.post(bindings, binding(api, 'rule', byName('limit')))).is(201)
    await until(
      () => api.ask('POST', dryRun(api.in('configmaps')), configMap('probe', { size: '1' })),
      ({ status }) => status !== 201,
    )
    ;(await api.post(api.in('configmaps'), configMap('one', { size: '4' }))).is(422)
    const path = `${bindings}/${api.unique('rule')}`
    ;(await api.patch(path, 'merge', { spec: { paramRef: { parameterNotFoundAction: 'Allow' } } })).is(200)
    await until(
      () => api.ask('POST', dryRun(api.in('configmaps')), configMap('probe', { size: '1' })),
      ({ status }) => status === 201,
    )
    ;(await api.post(api.in('configmaps'), configMap('one', { size: '4' }))).is(201)
  },

  'all parameters that a selector finds are asked': async (api) => {
    const widgets = await limits(api)
    const labels = { labels: { limits: 'yes' } }
    ;(
      await api.post(widgets, widget(api, 'small', { max: 2 }, { metadata: { name: 'small', ...labels } }))
    ).is(201)
    ;(await api.post(widgets, widget(api, 'other', { max: 0 }))).is(201)
    await enforce(api, {
      spec: ofLimits(api),
      validations: [limited],
      binding: { paramRef: { selector: { matchLabels: labels.labels }, parameterNotFoundAction: 'Deny' } },
    })
    ;(await api.post(api.in('configmaps'), configMap('one', { size: '2' }))).is(201)
    ;(await api.post(api.in('configmaps'), configMap('one', { size: '3' }))).is(422)
  },

  'parameters may be ConfigMaps': async (api) => {
    ;(await api.post(api.in('configmaps'), configMap('limit', { max: '3' }))).is(201)
    await enforce(api, {
      spec: { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } },
      validations: [
        {
          expression: '!has(object.data) || int(object.data.size) <= int(params.data.max)',
          messageExpression:
            "'at most %s by %s %s'.format([params.data.max, params.kind, params.apiVersion])",
        },
      ],
      binding: byName('limit', { namespace: api.namespace }),
    })
    ;(await api.post(api.in('configmaps'), configMap('one', { size: '3' }))).is(201)
    ;(await api.post(api.in('configmaps'), configMap('two', { size: '4' }))).is(422)
  },

  'numbers of parameters are what the schema says': async (api) => {
    const widgets = await limits(api)
    ;(await api.post(widgets, widget(api, 'limit', { max: 3, factor: 1.5 }))).is(201)
    await enforce(api, {
      spec: ofLimits(api),
      validations: [
        {
          expression: 'double(object.data.size) <= double(params.spec.max) * params.spec.factor',
          messageExpression:
            "'at most %s times %s by %s %s'.format([params.spec.max, params.spec.factor, params.kind, params.apiVersion.endsWith('/v1')])",
        },
      ],
      binding: byName('limit'),
    })
    ;(await api.post(api.in('configmaps'), configMap('one', { size: '4' }))).is(201)
    ;(await api.post(api.in('configmaps'), configMap('two', { size: '5' }))).is(422)
  },

  'a policy with parameters that a binding does not give has none': async (api) => {
    await limits(api)
    await enforce(api, {
      spec: ofLimits(api),
      validations: [{ expression: "params == null && request.name != 'one'" }],
    })
    ;(await api.post(api.in('configmaps'), configMap('one'))).is(422)
    ;(await api.post(api.in('configmaps'), configMap('two'))).is(201)
  },

  'kinds of parameters that nobody knows refuse': async (api) => {
    const unknown = { paramKind: { apiVersion: 'example.com/v1', kind: 'Limit' } }
    ;(await api.post(policies, policy(api, { spec: unknown, validations: [{ expression: 'true' }] }))).is(201)
    ;(await api.post(bindings, binding(api, 'rule', byName('limit')))).is(201)
    await until(
      () => api.ask('POST', dryRun(api.in('configmaps')), configMap('probe')),
      ({ status }) => status !== 201,
    )
    ;(await api.post(api.in('configmaps'), configMap('one'))).is(422)
  },

  'each of several bindings has its own parameters': async (api) => {
    const widgets = await limits(api)
    ;(await api.post(widgets, widget(api, 'small', { max: 2 }))).is(201)
    ;(await api.post(widgets, widget(api, 'large', { max: 9 }))).is(201)
    const first = binding(api, 'large', { ...byName('large'), policyName: api.unique('rule') })
    ;(await api.post(bindings, first)).is(201)
    await enforce(api, { spec: ofLimits(api), validations: [limited], binding: byName('small') })
    ;(await api.post(api.in('configmaps'), configMap('one', { size: '2' }))).is(201)
    ;(await api.post(api.in('configmaps'), configMap('one', { size: '5' }))).is(422)
  },

  'who may not read parameters may not have them read': async (api) => {
    const ann = api.as({ user: api.unique('ann'), groups: ['team'] })
    const rules = [{ apiGroups: ['admissionregistration.k8s.io'], resources: ['*'], verbs: ['*'] }]
    const name = api.unique('policies')
    ;(
      await api.post('/apis/rbac.authorization.k8s.io/v1/clusterroles', {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name },
        rules,
      })
    ).is(201)
    const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: api.unique('ann') }]
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name }
    ;(
      await api.post('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata: { name },
        roleRef,
        subjects,
      })
    ).is(201)
    const wanted = policy(api, {
      spec: { paramKind: { apiVersion: 'v1', kind: 'Secret' } },
      validations: [{ expression: 'true' }],
    })
    await until(
      () => ann.ask('POST', dryRun(policies), wanted),
      ({ status }) => status === 422,
    )
    const message = ({ message: text }: { message: string }) => text.replace(/map\[.*?\]\}/, 'map[…]}')
    ;(await ann.post(policies, wanted, { show: message })).is(422)
    ;(await ann.post(bindings, binding(api, 'rule', byName('limit')), { show: message })).is(422)
    ;(await api.post(policies, wanted, { show: () => 'a policy' })).is(201)
    ;(await ann.post(bindings, binding(api, 'rule', byName('limit')), { show: message })).is(422)
    ;(await ann.post(bindings, binding(api, 'other'), { show: () => 'a binding' })).is(201)
  },
}
