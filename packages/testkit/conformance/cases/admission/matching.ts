import type { CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { configMap, expectCalled, rule, withWebhooks } from './webhook.ts'
import type { Hook } from './webhook.ts'

const hook = (name: string, fields: Record<string, unknown>): Hook => ({ name, fields })
/** Those of a case: rules for everything are asked of all that happens in the cluster. */
const objectSelector = { matchLabels: { pick: 'me' } }
const creates = [rule(['CREATE'], ['configmaps'])]

const labelled = (name: string, labels: Record<string, string>) => ({
  ...configMap(name),
  metadata: { name, labels },
})

const expectFor = async (
  api: CaseApi,
  hooks: readonly Hook[],
  write: () => Promise<unknown>,
  ...expected: readonly string[]
): Promise<void> =>
  withWebhooks(api, { validating: hooks }, async ({ called }) => {
    await write()
    expectCalled(called().toSorted(), ...expected)
  })

/** Which webhooks are asked. */
export const matching: Cases = {
  'by operation, group, version and resource, each with a wildcard': (api) =>
    expectFor(
      api,
      [
        hook('a-all', {
          objectSelector,
          rules: [{ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*'] }],
        }),
        hook('b-subs', {
          objectSelector,
          rules: [{ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*'] }],
        }),
        hook('c-sub', {
          objectSelector,
          rules: [{ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*/status'] }],
        }),
        hook('d-group', {
          rules: [{ operations: ['CREATE'], apiGroups: ['apps'], apiVersions: ['*'], resources: ['*'] }],
        }),
        hook('e-update', { rules: [rule(['UPDATE'], ['configmaps'])] }),
        hook('f-subs', { rules: [rule(['CREATE'], ['configmaps/*'])] }),
        hook('g-other', { rules: [rule(['CREATE'], ['secrets']), rule(['CREATE'], ['configmaps'])] }),
        hook('h-version', { rules: [rule(['CREATE'], ['configmaps'], '', 'v2')] }),
      ],
      () => api.post(api.in('configmaps'), labelled('a', { pick: 'me' })),
      'a-all',
      'b-subs',
      'f-subs',
      'g-other',
    ),
  'by scope': (api) =>
    expectFor(
      api,
      [
        hook('a-namespaced', {
          rules: [{ ...rule(['CREATE'], ['configmaps', 'namespaces']), scope: 'Namespaced' }],
        }),
        hook('b-cluster', { rules: [{ ...rule(['CREATE'], ['configmaps']), scope: 'Cluster' }] }),
        hook('c-any', { rules: [{ ...rule(['CREATE'], ['configmaps']), scope: '*' }] }),
      ],
      () => api.post(api.in('configmaps'), configMap('a')),
      'a-namespaced',
      'c-any',
    ),
  'by the labels of the object, of the new or of the old one': (api) =>
    withWebhooks(
      api,
      {
        validating: [
          hook('a-in', {
            objectSelector: { matchExpressions: [{ key: 'tier', operator: 'In', values: ['x', 'y'] }] },
          }),
          hook('b-without', {
            objectSelector: { matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] },
          }),
        ],
      },
      async ({ called }) => {
        await api.post(api.in('configmaps'), labelled('a', { tier: 'x' }))
        expectCalled(called().toSorted(), 'a-in')
        await api.patch(api.in('configmaps', 'a'), 'merge', { metadata: { labels: { tier: null } } })
        expectCalled(called().toSorted(), 'a-in', 'b-without')
        await api.delete(api.in('configmaps', 'a'))
        expectCalled(called().toSorted(), 'b-without')
      },
    ),
  'by the labels of the namespace, as they are now': (api) =>
    withWebhooks(
      api,
      {
        validating: [
          hook('a-team', {
            namespaceSelector: {
              matchLabels: { 'kubernetes.io/metadata.name': api.namespace },
              matchExpressions: [{ key: 'team', operator: 'Exists' }],
            },
          }),
        ],
      },
      async ({ called }) => {
        await api.post(api.in('configmaps'), configMap('a'))
        expectCalled(called())
        await api.patch(`/api/v1/namespaces/${api.namespace}`, 'merge', {
          metadata: { labels: { team: 't' } },
        })
        // a real server follows namespaces with a delay
        for (let tries = 0; tries < 200; tries += 1) {
          await api.ask('POST', `${api.in('configmaps')}?dryRun=All`, configMap('b'))
          if (called().length > 0) break
          await new Promise((resolve) => setTimeout(resolve, 20))
        }
        await api.post(api.in('configmaps'), configMap('b'))
        expectCalled(called(), 'a-team')
      },
    ),
  'cluster-scoped objects are never left out for the sake of a namespace': (api) =>
    expectFor(
      api,
      [
        hook('a-roles', {
          rules: [rule(['CREATE'], ['clusterroles'], 'rbac.authorization.k8s.io')],
          namespaceSelector: { matchLabels: { none: 'has-this' } },
          objectSelector: { matchLabels: { case: api.namespace } },
        }),
      ],
      () =>
        api.post('/apis/rbac.authorization.k8s.io/v1/clusterroles', {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'ClusterRole',
          metadata: { name: api.unique('r'), labels: { case: api.namespace } },
          rules: [],
        }),
      'a-roles',
    ),
  'by match conditions about the object, the old one and the request': (api) =>
    withWebhooks(
      api,
      {
        validating: [
          hook('a-both', {
            matchConditions: [
              { name: 'named', expression: "object != null && object.metadata.name.startsWith('x')" },
              { name: 'user', expression: "request.userInfo.username != 'nobody' && !request.dryRun" },
            ],
          }),
          hook('b-changed', {
            rules: [rule(['UPDATE'], ['configmaps'])],
            matchConditions: [{ name: 'changed', expression: 'object.data != oldObject.data' }],
          }),
          hook('c-verb', {
            matchConditions: [
              {
                name: 'verb',
                expression:
                  "request.operation == 'DELETE' && request.resource.resource == 'configmaps' && request.namespace != ''",
              },
            ],
          }),
        ],
      },
      async ({ called }) => {
        await api.post(api.in('configmaps'), configMap('a'))
        expectCalled(called().toSorted())
        await api.post(api.in('configmaps'), configMap('x'))
        expectCalled(called().toSorted(), 'a-both')
        await api.patch(api.in('configmaps', 'a'), 'merge', { metadata: { labels: { l: '1' } } })
        expectCalled(called().toSorted())
        await api.patch(api.in('configmaps', 'a'), 'merge', { data: { l: '1' } })
        // a real server whose cache is behind tries again, and asks again
        expectCalled([...new Set(called())], 'b-changed')
        await api.delete(api.in('configmaps', 'x'))
        expectCalled(called().toSorted(), 'c-verb')
      },
    ),
  'a match condition that fails refuses the request, unless failures are ignored': (api) =>
    withWebhooks(
      api,
      {
        validating: [
          hook('a-fails', {
            rules: creates,
            objectSelector: { matchLabels: { strict: 'yes' } },
            matchConditions: [{ name: 'no-field', expression: "object.data.missing == '1'" }],
          }),
          hook('b-ignored', {
            rules: creates,
            failurePolicy: 'Ignore',
            matchConditions: [{ name: 'no-field', expression: "object.data.missing == '1'" }],
          }),
          hook('c-false', {
            rules: creates,
            matchConditions: [
              { name: 'no-field', expression: "object.data.missing == '1'" },
              { name: 'never', expression: 'false' },
            ],
          }),
        ],
      },
      async ({ called }) => {
        ;(await api.post(api.in('configmaps'), configMap('a'))).is(201)
        expectCalled(called().toSorted())
        ;(await api.post(api.in('configmaps'), labelled('b', { strict: 'yes' }))).is(403)
      },
    ),
  'a match condition may ask what the sender is allowed': (api) =>
    withWebhooks(
      api,
      {
        validating: [
          hook('a-masters', {
            rules: creates,
            matchConditions: [
              {
                name: 'may-all',
                expression:
                  "authorizer.group('').resource('secrets').namespace(request.namespace).check('delete').allowed()",
              },
            ],
          }),
          hook('b-others', {
            rules: creates,
            matchConditions: [
              {
                name: 'may-not',
                expression: "!authorizer.requestResource.check('deletecollection').allowed()",
              },
            ],
          }),
        ],
      },
      async ({ called }) => {
        await api.post(api.in('configmaps'), configMap('a'))
        expectCalled(called().toSorted(), 'a-masters')
      },
    ),
  'reviews of access and of tokens are asked about as creations': (api) =>
    withWebhooks(
      api,
      {
        validating: [
          hook('a-access', {
            rules: [rule(['CREATE'], ['localsubjectaccessreviews'], 'authorization.k8s.io')],
          }),
          hook('b-token', {
            rules: [rule(['CREATE'], ['tokenreviews'], 'authentication.k8s.io')],
            matchConditions: [{ name: 'ours', expression: `object.spec.token == '${api.namespace}'` }],
          }),
        ],
      },
      async ({ record }) => {
        const token = {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'TokenReview',
          spec: { token: api.namespace },
        }
        await api.post('/apis/authentication.k8s.io/v1/tokenreviews', token, {
          show: (body) => body.status?.authenticated,
        })
        await api.post(
          api.in('authorization.k8s.io/v1/localsubjectaccessreviews'),
          {
            apiVersion: 'authorization.k8s.io/v1',
            kind: 'LocalSubjectAccessReview',
            metadata: { namespace: api.namespace },
            spec: {
              user: 'jane',
              resourceAttributes: { namespace: api.namespace, verb: 'get', resource: 'pods' },
            },
          },
          { show: (body) => body.status },
        )
        record()
      },
    ),
  'webhook configurations are not asked about': (api) =>
    withWebhooks(
      api,
      {
        validating: [
          hook('all', {
            rules: [
              {
                operations: ['*'],
                apiGroups: ['admissionregistration.k8s.io'],
                apiVersions: ['*'],
                resources: ['*'],
              },
            ],
          }),
        ],
        mutating: [
          hook('all-too', {
            rules: [
              {
                operations: ['*'],
                apiGroups: ['admissionregistration.k8s.io'],
                apiVersions: ['*'],
                resources: ['*'],
              },
            ],
          }),
        ],
      },
      async ({ called }) => {
        const path = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations'
        const name = api.unique('empty')
        await api.post(path, {
          apiVersion: 'admissionregistration.k8s.io/v1',
          kind: 'ValidatingWebhookConfiguration',
          metadata: { name },
        })
        await api.delete(`${path}/${name}`)
        expectCalled(called())
      },
    ),
}
