import type { CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { binding, bindings, configMapRule, policies, policy } from './policy.ts'

const yes = { expression: 'true' }

const refused = async (api: CaseApi, spec: Parameters<typeof policy>[1]): Promise<void> => {
  const answer = await api.post(policies, policy(api, spec))
  answer.is(422, { reason: 'Invalid' })
}

const refusedBinding = async (api: CaseApi, spec: object): Promise<void> => {
  const answer = await api.post(bindings, binding(api, 'rule', spec))
  answer.is(422, { reason: 'Invalid' })
}

export const validation: Cases = {
  'a policy has to match something and to say something': async (api) => {
    const kind = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicy' }
    ;(await api.post(policies, { ...kind, metadata: { name: api.unique('rule') } })).is(422)
    ;(await api.post(policies, { ...kind, metadata: { name: api.unique('rule') }, spec: {} })).is(422)
    await refused(api, { rules: [], validations: [yes] })
    await refused(api, { validations: [] })
  },

  'expressions have to compile': async (api) => {
    await refused(api, {
      validations: [
        { expression: 'foo == 1' },
        { expression: "object.x + 1 == 'a' + 1" },
        { expression: 'request.nope' },
        { expression: "size(1) == 'a'.size()" },
        { expression: 'request.name.startsWith(1) && params.x == 1' },
        { expression: 'variables.a == 1' },
        { expression: 'nope(1)' },
        { expression: 'object.nope()' },
        { expression: '[1, "a"] == []' },
        { expression: "{'a': 1, 'b': 'c'}.size() == 2" },
        { expression: 'request.name && true' },
        { expression: "true ? 1 : 'a'" },
        { expression: 'as == 1' },
        { expression: 'has(object)' },
        { expression: '[1].map(1, true)' },
        { expression: '1.all(x, x)' },
        { expression: "request.name.all(k, k > 'a')" },
        { expression: "object.data.all(k, k.size() > 'a')" },
      ],
    })
  },

  'expressions have to be of their types': async (api) => {
    await refused(api, {
      validations: [
        { expression: '1' },
        { expression: 'object.metadata' },
        { expression: "'a'" },
        { expression: '[1]' },
        { expression: 'true', messageExpression: '1' },
        { expression: 'true', messageExpression: 'object.metadata.name' },
        { expression: 'true', messageExpression: "authorizer.group('') == 1 ? 'a' : 'b'" },
        { expression: "{'a': 1}" },
        { expression: "duration('1s')" },
        { expression: 'optional.of(1)' },
        { expression: 'null' },
      ],
    })
  },

  'a syntax error is told where it is': async (api) => {
    await refused(api, { validations: [{ expression: 'object.a ==' }] })
  },

  'literals that cannot be read are refused': async (api) => {
    await refused(api, {
      validations: [
        { expression: "request.name.matches('[')" },
        { expression: "duration('1x') == duration('1s')" },
        { expression: "timestamp('yesterday') < timestamp('2024-01-01T00:00:00Z')" },
        { expression: "'%d'.format(['a']) == ''" },
        { expression: "'%d %d'.format([1]) == ''" },
        { expression: "'%s'.format([request.kind]) == ''" },
        { expression: "'%x %s'.format([1.5, {'a': [request]}]) == ''" },
        { expression: "'%s %y'.format([1, 2]) == ''" },
        { expression: "[1, dyn(1)].size() == size({'a': 1, 'b': 'c', 2: 3})" },
        { expression: "'%s'.format([[1, 'a', true]]) == ''" },
        { expression: "'%d'.format([1, 2]) == ''" },
        { expression: '99999999999999999999 == 1' },
      ],
    })
  },

  'messages and reasons have to be right': async (api) => {
    await refused(api, {
      validations: [
        { expression: ' ' },
        { expression: 'true', message: ' ' },
        { expression: 'true', message: 'a\nb' },
        { expression: 'true', messageExpression: ' ' },
        { expression: 'true', reason: 'NotFound' },
      ],
      spec: { failurePolicy: 'Maybe' },
    })
  },

  'match conditions have to be right': async (api) => {
    await refused(api, {
      validations: [yes],
      spec: {
        matchConditions: [
          { name: 'a', expression: 'object.' },
          { name: 'a', expression: '1' },
          { name: 'not a name', expression: 'true' },
          { name: '', expression: '' },
          { name: 'b', expression: 'variables.a' },
          { name: 'c', expression: 'params.a == 1' },
        ],
      },
    })
  },

  'variables have to be right, and know those before them': async (api) => {
    await refused(api, {
      validations: [{ expression: "variables.one == 'a'" }, { expression: 'variables.nope == 1' }],
      spec: {
        variables: [
          { name: 'one', expression: '1' },
          { name: 'two', expression: 'variables.one + 1' },
          { name: 'three', expression: 'variables.four' },
          { name: 'four', expression: "variables.two + 'a'" },
          { name: 'not-a-name', expression: 'true' },
          { name: 'for', expression: 'true' },
          { name: '', expression: '' },
        ],
      },
    })
  },

  'audit annotations have to be right': async (api) => {
    const annotations = (...list: readonly object[]) => ({
      validations: [],
      spec: { auditAnnotations: list },
    })
    await refused(
      api,
      annotations(
        { key: 'a', valueExpression: '1' },
        { key: 'a', valueExpression: "'a'" },
        { key: 'not a key', valueExpression: 'null' },
        { key: 'b', valueExpression: '' },
      ),
    )
    const made = await api.post(
      policies,
      policy(api, annotations({ key: 'high', valueExpression: "object.x > 1 ? 'high' : null" })),
    )
    made.is(422)
    ;(
      await api.post(policies, policy(api, annotations({ key: 'name', valueExpression: 'request.name' })))
    ).is(201)
  },

  'what is matched has to be right': async (api) => {
    const rule = (more: object) => ({ ...configMapRule, ...more })
    await refused(api, {
      validations: [yes],
      rules: [
        rule({
          operations: ['CREATE', '*'],
          apiGroups: ['*', 'apps'],
          apiVersions: ['*', 'v1'],
          resources: ['*', 'pods'],
        }),
        rule({
          operations: ['PATCH'],
          apiVersions: [''],
          resources: ['pods/*', 'pods/log', '*/status', 'a/status', ''],
        }),
        rule({ operations: [], apiGroups: [], apiVersions: [], resources: [] }),
        rule({ scope: 'Everywhere', resourceNames: ['a', 'a', 'b/c'] }),
      ],
      constraints: {
        matchPolicy: 'Roughly',
        objectSelector: { matchLabels: { 'a b': 'c' } },
        excludeResourceRules: [rule({ resources: ['*/*', 'pods'] })],
      },
    })
  },

  'kinds of parameters have to be right': async (api) => {
    const of = (paramKind: object) => ({ validations: [yes], spec: { paramKind } })
    await refused(api, of({}))
    await refused(api, of({ apiVersion: 'a/b/c', kind: 'Not A Kind' }))
    await refused(api, of({ apiVersion: 'Example/V1', kind: 'Limit' }))
    await refused(api, of({ apiVersion: 'example.com/', kind: 'Limit' }))
  },

  'bindings have to be right': async (api) => {
    await refusedBinding(api, { policyName: '', validationActions: [] })
    await refusedBinding(api, { policyName: 'Not A Name', validationActions: ['Deny', 'Warn'] })
    await refusedBinding(api, { validationActions: ['Deny', 'Deny', 'Shout'] })
    await refusedBinding(api, { paramRef: {} })
    await refusedBinding(api, {
      paramRef: { name: 'a/b', selector: { matchLabels: { a: 'b' } }, parameterNotFoundAction: 'Guess' },
    })
    await refusedBinding(api, { matchResources: { matchPolicy: 'x', resourceRules: [{}] } })
  },

  'expressions that were there before are not refused when something else changes': async (api) => {
    const path = `${policies}/${api.unique('rule')}`
    ;(await api.post(policies, policy(api, { validations: [yes] }))).is(201)
    const changed = await api.patch(path, 'json', [
      { op: 'add', path: '/spec/validations/-', value: { expression: 'nope' } },
    ])
    changed.is(422)
    const kind = {
      spec: {
        paramKind: { apiVersion: 'example.com/v1', kind: 'Limit' },
        validations: [{ expression: 'has(params.data)' }],
      },
    }
    ;(await api.patch(path, 'merge', kind)).is(200)
    ;(await api.patch(path, 'merge', { spec: { paramKind: null } })).is(422)
  },
}
