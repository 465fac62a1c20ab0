import type { CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { group, mutatingPath, rule, validatingPath } from './webhook.ts'

type Kind = 'Mutating' | 'Validating'

const hook = (name: string, fields: Record<string, unknown> = {}) => ({
  name,
  clientConfig: { service: { namespace: 'default', name: 'hook' } },
  rules: [rule(['CREATE'], ['leases'], 'coordination.k8s.io')],
  namespaceSelector: { matchLabels: { 'no-namespace': 'has-this' } },
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
  ...fields,
})

const configuration = (api: CaseApi, kind: Kind, ...webhooks: readonly object[]) => ({
  apiVersion: `${group}/v1`,
  kind: `${kind}WebhookConfiguration`,
  metadata: { name: api.unique(kind.toLowerCase()) },
  webhooks,
})

const post = (api: CaseApi, kind: Kind, ...webhooks: readonly object[]) =>
  api.post(kind === 'Mutating' ? mutatingPath : validatingPath, configuration(api, kind, ...webhooks))

/** Posts a configuration for each; the answers are what the case is about. */
const each = async (api: CaseApi, kind: Kind, ...hooks: readonly object[]): Promise<void> => {
  for (const one of hooks) await post(api, kind, one)
}

const url = (address: string) => hook('a.example.com', { clientConfig: { url: address } })
const rules = (...list: readonly unknown[]) => hook('a.example.com', { rules: list })
const service = (fields: object) =>
  hook('a.example.com', { clientConfig: { service: { namespace: 'default', name: 'hook', ...fields } } })
const conditions = (...list: readonly object[]) => hook('a.example.com', { matchConditions: list })

/** Configurations as objects: what is filled in, and what is refused. */
export const configurations: Cases = {
  'what is left out is filled in': async (api) => {
    await post(
      api,
      'Mutating',
      hook('a.example.com', { namespaceSelector: undefined, objectSelector: { matchLabels: { none: 'x' } } }),
    )
    await post(
      api,
      'Validating',
      hook('a.example.com', { namespaceSelector: undefined, objectSelector: { matchLabels: { none: 'x' } } }),
    )
  },
  'an update counts generations, and needs a version': async (api) => {
    const made = await post(api, 'Validating', hook('a.example.com'))
    const path = `${validatingPath}/${made.body.metadata.name}`
    ;(await api.put(path, { ...made.body, webhooks: [hook('b.example.com')] })).is(200, {
      metadata: { generation: 2 },
    })
    ;(await api.patch(path, 'merge', { metadata: { labels: { a: 'b' } } })).is(200, {
      metadata: { generation: 2 },
    })
    ;(await api.put(path, configuration(api, 'Validating', hook('b.example.com')))).is(422)
    ;(await api.delete(path)).is(200)
  },
  'webhooks are merged by name in a strategic patch': async (api) => {
    const made = await post(api, 'Mutating', hook('a.example.com'), hook('b.example.com'))
    await api.patch(`${mutatingPath}/${made.body.metadata.name}`, 'strategic', {
      webhooks: [{ name: 'b.example.com', failurePolicy: 'Ignore' }],
    })
  },
  'names are domains of three parts, and unique': async (api) => {
    await each(api, 'Validating', hook(''), hook('short'), hook('two.parts'), hook('Upper.example.com'))
    await post(api, 'Validating', hook('a.example.com'), hook('a.example.com'))
    await post(api, 'Mutating', hook('a.example.com'), hook('a.example.com'))
  },
  enumerations: async (api) => {
    await each(
      api,
      'Mutating',
      hook('a.example.com', { failurePolicy: 'Perhaps' }),
      hook('a.example.com', { matchPolicy: 'Roughly' }),
      hook('a.example.com', { sideEffects: 'Many' }),
      hook('a.example.com', { sideEffects: undefined }),
      hook('a.example.com', { sideEffects: 'Some' }),
      hook('a.example.com', { reinvocationPolicy: 'Often' }),
      hook('a.example.com', { timeoutSeconds: 0 }),
      hook('a.example.com', { timeoutSeconds: 31 }),
    )
  },
  'review versions': async (api) => {
    await each(
      api,
      'Validating',
      hook('a.example.com', { admissionReviewVersions: undefined }),
      hook('a.example.com', { admissionReviewVersions: ['v7'] }),
      hook('a.example.com', { admissionReviewVersions: ['v1', 'v1'] }),
      hook('a.example.com', { admissionReviewVersions: ['V 1', 'v1'] }),
    )
  },
  'client configurations': async (api) => {
    await each(
      api,
      'Validating',
      hook('a.example.com', { clientConfig: {} }),
      hook('a.example.com', {
        clientConfig: { url: 'https://a', service: { namespace: 'default', name: 'a' } },
      }),
      url('http://a/b'),
      url('https://'),
      url('https://user:pass@a/b'),
      url('https://a/b?c=d'),
      url('https://a/b#c'),
      service({ name: '' }),
      service({ namespace: '' }),
      service({ path: 'a//b' }),
      service({ path: '/a//b' }),
      service({ port: 70_000 }),
      hook('a.example.com', { clientConfig: { url: 'https://a', caBundle: 'bm90IFBFTQ==' } }),
      hook('a.example.com', { clientConfig: { url: 'https://a', caBundle: 'not base64!' } }),
    )
  },
  rules: async (api) => {
    await each(
      api,
      'Validating',
      rules({ operations: [], apiGroups: ['a'], apiVersions: ['v1'], resources: ['b'] }),
      rules({ operations: ['CREATE', '*'], apiGroups: ['a'], apiVersions: ['v1'], resources: ['b'] }),
      rules({ operations: ['PATCH'], apiGroups: ['a'], apiVersions: ['v1'], resources: ['b'] }),
      rules({ operations: ['CREATE'], apiVersions: ['v1'], resources: ['b'] }),
      rules({ operations: ['CREATE'], apiGroups: ['a', '*'], apiVersions: ['v1', '*'], resources: ['b'] }),
      rules({ operations: ['CREATE'], apiGroups: ['a'], apiVersions: ['', 'v1'], resources: [] }),
      rules({ operations: ['CREATE'], apiGroups: ['a'], apiVersions: ['v1'], resources: ['', '*', 'b'] }),
      rules({
        operations: ['CREATE'],
        apiGroups: ['a'],
        apiVersions: ['v1'],
        resources: ['*/*', 'b/status'],
      }),
      rules({
        operations: ['CREATE'],
        apiGroups: ['a'],
        apiVersions: ['v1'],
        resources: ['b/*', 'b/status', '*/status'],
      }),
      rules({
        operations: ['CREATE'],
        apiGroups: ['a'],
        apiVersions: ['v1'],
        resources: ['b'],
        scope: 'Wide',
      }),
    )
  },
  selectors: async (api) => {
    await each(
      api,
      'Validating',
      hook('a.example.com', { namespaceSelector: { matchLabels: { 'not a key': 'x' } } }),
      hook('a.example.com', {
        objectSelector: { matchExpressions: [{ key: 'a', operator: 'Like', values: ['b'] }] },
      }),
      hook('a.example.com', { objectSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] } }),
    )
  },
  'match conditions': async (api) => {
    await each(
      api,
      'Validating',
      conditions({ name: 'fine', expression: 'object.metadata.name == "x"' }),
      conditions({ name: '', expression: 'true' }),
      conditions({ name: 'Not A Name', expression: 'true' }),
      conditions({ name: 'a', expression: 'true' }, { name: 'a', expression: 'false' }),
      conditions({ name: 'a', expression: '' }),
      conditions({ name: 'a', expression: 'object.metadata.' }),
      conditions({ name: 'a', expression: '1 + 1' }),
      conditions({ name: 'a', expression: 'variables.x == 1' }),
    )
  },
}
