import type { Cases } from '../../conformance-case.ts'
import type { CaseApi } from '../../case-api.ts'
import { binding, bindings, configMap, dryRun, enforce, policies, policy, until } from './policy.ts'

const ask = (api: CaseApi) => () => api.ask('POST', dryRun(api.in('configmaps')), configMap('probe'))

const waitForWarning = (api: CaseApi): Promise<void> =>
  until(ask(api), ({ headers }) => headers['warning'] !== undefined)

const gone = (api: CaseApi): Promise<void> => until(ask(api), ({ status }) => status === 201)

export const denials: Cases = {
  'what is refused is told by its expression, its message or what that is computed from': async (api) => {
    await enforce(api, {
      validations: [
        { expression: "request.name != 'one'" },
        { expression: " request.name != 'two' ", message: ' no two ' },
        { expression: "request.name != 'three'", message: 'no', messageExpression: "'no ' + request.name" },
        {
          expression: "request.name != 'four'",
          message: 'fallback',
          messageExpression: 'string(object.nope)',
        },
        { expression: "request.name != 'five'", message: 'fallback', messageExpression: "'a\\nb'" },
        { expression: "request.name != 'six'", message: 'fallback', messageExpression: "'  '" },
        { expression: "request.name != 'seven'", messageExpression: 'string(object.nope)' },
      ],
    })
    for (const name of ['one', 'two', 'three', 'four', 'five', 'six', 'seven'])
      (await api.post(api.in('configmaps'), configMap(name))).is(422, { reason: 'Invalid' })
    ;(await api.post(api.in('configmaps'), configMap('eight'))).is(201)
  },

  'a reason decides the status': async (api) => {
    await enforce(api, {
      validations: ['Forbidden', 'Invalid', 'RequestEntityTooLarge'].map((reason) => ({
        expression: `request.name != '${reason.toLowerCase()}'`,
        message: 'because',
        reason,
      })),
    })
    ;(await api.post(api.in('configmaps'), configMap('forbidden'))).is(403)
    ;(await api.post(api.in('configmaps'), configMap('invalid'))).is(422)
    ;(await api.post(api.in('configmaps'), configMap('requestentitytoolarge'))).is(413)
  },

  'an expression that fails refuses': async (api) => {
    await enforce(api, {
      validations: [{ expression: 'has(object.metadata.labels) && object.data.a.b == 1' }],
    })
    const labels = { labels: { a: 'b' } }
    ;(await api.post(api.in('configmaps'), configMap('one', {}, labels))).is(422)
    ;(await api.post(api.in('configmaps'), configMap('two', { a: 'b' }, labels))).is(422)
    ;(await api.post(api.in('configmaps'), configMap('three'))).is(422)
  },

  'an expression that fails is passed over when failures are ignored': async (api) => {
    await enforce(api, {
      validations: [{ expression: 'object.data.nope == 1' }, { expression: "request.name != 'one'" }],
      spec: { failurePolicy: 'Ignore' },
    })
    ;(await api.post(api.in('configmaps'), configMap('two'))).is(201)
    ;(await api.post(api.in('configmaps'), configMap('one'))).is(422)
  },

  'the first of several complaints is told': async (api) => {
    await enforce(api, {
      validations: [
        { expression: "object.data.a == 'x'", message: 'first' },
        { expression: "object.data.b == 'x'", message: 'second', reason: 'Forbidden' },
      ],
    })
    ;(await api.post(api.in('configmaps'), configMap('one', { a: 'y', b: 'y' }))).is(422)
    ;(await api.post(api.in('configmaps'), configMap('one', { a: 'x', b: 'y' }))).is(403)
  },

  'warnings are all told, and nothing is refused': async (api) => {
    const quiet = {
      validations: [
        { expression: "object.data.a == 'x'", message: 'a is not x' },
        { expression: "object.data.b == 'x'", message: 'b is not x' },
        { expression: 'object.data.c == 1' },
      ],
    }
    ;(await api.post(policies, policy(api, quiet))).is(201)
    ;(await api.post(bindings, binding(api, 'rule', { validationActions: ['Warn', 'Audit'] }))).is(201)
    await waitForWarning(api)
    ;(await api.post(api.in('configmaps'), configMap('one', { a: 'y', b: 'y' }))).is(201)
    ;(await api.post(api.in('configmaps'), configMap('two', { a: 'x', b: 'x', c: 'x' }))).is(201)
  },

  'a policy that is only audited refuses nothing': async (api) => {
    ;(await api.post(policies, policy(api, { name: 'silent', validations: [{ expression: 'false' }] }))).is(
      201,
    )
    ;(await api.post(bindings, binding(api, 'silent', { validationActions: ['Audit'] }))).is(201)
    // heard of later than the first, so that is in force too
    await enforce(api, {})
    ;(await api.post(api.in('configmaps'), configMap('one'))).is(201)
  },

  'an audit annotation that fails refuses': async (api) => {
    await enforce(api, {
      validations: [],
      spec: { auditAnnotations: [{ key: 'a', valueExpression: "'a is ' + object.data.a" }] },
    })
    ;(await api.post(api.in('configmaps'), configMap('one', { a: 'b' }))).is(201)
    ;(await api.post(api.in('configmaps'), configMap('two', {}))).is(422)
  },

  'a generated name is known to expressions and told in a refusal': async (api) => {
    await enforce(api, {
      validations: [
        {
          expression: "request.name == object.metadata.name && request.name.startsWith('free-')",
          messageExpression: "'from ' + object.metadata.generateName",
        },
      ],
    })
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'some-' } }
    // answers that refuse do not say which names were generated
    const show = (refusal: unknown): string => JSON.stringify(refusal).replace(/some-\w{5}/g, 'some-*')
    ;(await api.post(api.in('configmaps'), body, { show })).is(422)
    ;(await api.post(api.in('configmaps'), { ...body, metadata: { generateName: 'free-' } })).is(201)
  },

  'a dry run is refused as well': async (api) => {
    await enforce(api, {
      validations: [{ expression: "!request.dryRun || request.name == 'probe'", message: 'no dry runs' }],
    })
    ;(await api.post(`${api.in('configmaps')}?dryRun=All`, configMap('one'))).is(422)
    ;(await api.post(api.in('configmaps'), configMap('one'))).is(201)
  },

  'a policy that is gone refuses nothing more': async (api) => {
    await enforce(api, { validations: [{ expression: "request.name != 'one'", message: 'no' }] })
    ;(await api.post(api.in('configmaps'), configMap('one'))).is(422)
    ;(await api.delete(`${policies}/${api.unique('rule')}`)).is(200)
    await gone(api)
    ;(await api.post(api.in('configmaps'), configMap('one'))).is(201)
  },
}
