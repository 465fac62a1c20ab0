import type { Cases } from '../../conformance-case.ts'
import { configMap, rule, withWebhooks } from './webhook.ts'
import type { Hook } from './webhook.ts'

const all = ['CREATE', 'UPDATE', 'DELETE']
const one = (resources: readonly string[], group = '', version = 'v1'): Hook => ({
  name: 'one',
  fields: { rules: [rule(all, resources, group, version)] },
})

const deployment = (name: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'c', image: 'registry.example.com/c:1' }] },
    },
  },
})

/** What the server tells webhooks. */
export const requests: Cases = {
  'a mutating and a validating webhook are told of a create: the one before the server has filled in, the other after':
    (api) =>
      withWebhooks(api, { mutating: [{ name: 'first' }], validating: [{ name: 'then' }] }, async (hooks) => {
        await api.post(api.in('configmaps'), configMap('a'))
        hooks.record()
      }),
  'an update is told with both objects, by PUT and by PATCH': (api) =>
    withWebhooks(api, { mutating: [{ name: 'first' }], validating: [{ name: 'then' }] }, async (hooks) => {
      const made = await api.post(api.in('configmaps'), configMap('a'))
      hooks.called()
      await api.put(api.in('configmaps', 'a'), { ...made.body, data: { a: '2' } })
      hooks.record()
      await api.patch(api.in('configmaps', 'a'), 'merge', { data: { b: '3' } })
      hooks.record()
    }),
  'a PUT that leaves out what the server keeps is shown as it was sent to mutating webhooks': (api) =>
    withWebhooks(api, { mutating: [{ name: 'first' }], validating: [{ name: 'then' }] }, async (hooks) => {
      await api.post(api.in('configmaps'), configMap('a'))
      hooks.called()
      await api.put(api.in('configmaps', 'a'), configMap('a', { data: { z: '1' } }))
      hooks.record()
    }),
  'a delete is told with what was there, to mutating and validating webhooks': (api) =>
    withWebhooks(api, { mutating: [{ name: 'first' }], validating: [{ name: 'then' }] }, async (hooks) => {
      await api.post(api.in('configmaps'), configMap('a'))
      hooks.called()
      await api.delete(api.in('configmaps', 'a'), {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        propagationPolicy: 'Background',
      })
      hooks.record()
    }),
  'a delete collection is told for each object, without a name': (api) =>
    withWebhooks(
      api,
      {
        validating: [
          {
            name: 'one',
            fields: {
              rules: [rule(['DELETE'], ['configmaps'])],
              objectSelector: { matchLabels: { pick: 'me' } },
            },
          },
        ],
      },
      async (hooks) => {
        for (const name of ['a', 'b'])
          await api.post(api.in('configmaps'), {
            ...configMap(name),
            metadata: { name, labels: { pick: 'me' } },
          })
        await api.delete(`${api.in('configmaps')}?labelSelector=pick%3Dme`)
        hooks.record()
      },
    ),
  'options of a request are told as they were sent': (api) =>
    withWebhooks(api, { validating: [{ name: 'one' }] }, async (hooks) => {
      await api.post(`${api.in('configmaps')}?fieldManager=me&fieldValidation=Strict`, configMap('a'))
      await api.patch(`${api.in('configmaps', 'a')}?fieldManager=you`, 'merge', { data: { b: '1' } })
      await api.delete(`${api.in('configmaps', 'a')}?gracePeriodSeconds=3&propagationPolicy=Orphan`)
      hooks.record()
    }),
  'a dry run is told as one, and stores nothing': (api) =>
    withWebhooks(api, { mutating: [{ name: 'first' }], validating: [{ name: 'then' }] }, async (hooks) => {
      await api.post(`${api.in('configmaps')}?dryRun=All`, configMap('a'))
      hooks.record()
      ;(await api.get(api.in('configmaps', 'a'))).is(404)
    }),
  'a name that is generated is not told to mutating webhooks, and not as that of the request': (api) =>
    withWebhooks(api, { mutating: [{ name: 'first' }], validating: [{ name: 'then' }] }, async (hooks) => {
      await api.post(api.in('configmaps'), { ...configMap(''), metadata: { generateName: 'g-' } })
      hooks.record()
    }),
  'a status is told with its subresource': (api) =>
    withWebhooks(api, { validating: [one(['deployments/status'], 'apps')] }, async (hooks) => {
      await api.post(api.in('apps/v1/deployments'), deployment('a'), { show: () => undefined })
      await api.patch(
        api.in('apps/v1/deployments', 'a/status'),
        'merge',
        { status: { observedGeneration: 7 } },
        { show: (body) => body.kind },
      )
      hooks.record()
    }),
  'a scale is told as a Scale': (api) =>
    withWebhooks(
      api,
      {
        mutating: [{ ...one(['deployments/scale'], 'apps'), name: 'first' }],
        validating: [one(['deployments/scale'], 'apps')],
      },
      async (hooks) => {
        await api.post(
          api.in('apps/v1/deployments'),
          { ...deployment('a'), spec: { ...deployment('a').spec, replicas: 0, paused: true } },
          { show: () => undefined },
        )
        await api.patch(
          api.in('apps/v1/deployments', 'a/scale'),
          'merge',
          { spec: { replicas: 2 } },
          { show: (body) => body.spec ?? body },
        )
        hooks.record()
      },
    ),
  'an object with defaults is told with them': (api) =>
    withWebhooks(
      api,
      { mutating: [{ ...one(['services']), name: 'first' }], validating: [one(['services'])] },
      async (hooks) => {
        await api.post(
          api.in('services'),
          {
            apiVersion: 'v1',
            kind: 'Service',
            metadata: { name: 'a' },
            spec: { clusterIP: 'None', selector: { a: 'b' }, ports: [{ port: 80 }] },
          },
          { show: (body) => body.spec?.type },
        )
        hooks.record()
      },
    ),
  'a namespace is told as in itself, and picked by its own new labels': (api) =>
    withWebhooks(
      api,
      {
        validating: [
          {
            name: 'one',
            fields: {
              rules: [rule(['CREATE', 'UPDATE', 'DELETE'], ['namespaces'])],
              namespaceSelector: { matchLabels: { 'conformance-case': api.namespace } },
            },
          },
        ],
      },
      async (hooks) => {
        const name = api.unique('ns')
        await api.post(
          '/api/v1/namespaces',
          { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
          { show: (body) => body.kind },
        )
        hooks.record()
        await api.patch(
          `/api/v1/namespaces/${name}`,
          'merge',
          { metadata: { labels: { 'conformance-case': api.namespace } } },
          { show: (body) => body.kind },
        )
        hooks.record()
      },
    ),
  'who asks is told with groups, as whom they act': (api) =>
    withWebhooks(api, { validating: [{ name: 'one' }] }, async (hooks) => {
      await api.post(api.in('configmaps'), configMap('a'), {
        headers: {
          'impersonate-user': 'jane',
          'impersonate-group': 'system:masters',
          'impersonate-extra-scopes': 'view',
          'impersonate-uid': 'u-1',
        },
      })
      hooks.record()
    }),
  'an apply is told as a create, then as an update': (api) =>
    withWebhooks(api, { mutating: [{ name: 'first' }], validating: [{ name: 'then' }] }, async (hooks) => {
      const path = `${api.in('configmaps', 'a')}?fieldManager=me&force=true`
      ;(await api.patch(path, 'apply', configMap('a'))).is(201)
      hooks.record()
      ;(await api.patch(path, 'apply', configMap('a', { data: { b: '2' } }))).is(200)
      hooks.record()
    }),
  'a PUT that creates is told as a create': (api) =>
    withWebhooks(
      api,
      {
        mutating: [{ ...one(['roles'], 'rbac.authorization.k8s.io'), name: 'first' }],
        validating: [one(['roles'], 'rbac.authorization.k8s.io')],
      },
      async (hooks) => {
        const role = {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'Role',
          metadata: { name: 'a' },
          rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }],
        }
        ;(await api.put(api.in('rbac.authorization.k8s.io/v1/roles', 'a'), role)).is(201)
        hooks.record()
      },
    ),
  'an eviction is told as one, and the end of its pod is not': (api) =>
    withWebhooks(
      api,
      { validating: [{ name: 'one', fields: { rules: [rule(['*'], ['pods', 'pods/eviction'])] } }] },
      async (hooks) => {
        await api.post(
          api.in('pods'),
          {
            apiVersion: 'v1',
            kind: 'Pod',
            metadata: { name: 'a' },
            spec: { containers: [{ name: 'c', image: 'c:1' }] },
          },
          { show: (body) => body.kind },
        )
        hooks.called()
        const eviction = {
          apiVersion: 'policy/v1',
          kind: 'Eviction',
          metadata: { name: 'a', namespace: api.namespace },
        }
        ;(await api.post(api.in('pods', 'a/eviction'), eviction)).is(201)
        hooks.record()
      },
    ),
  'a webhook that speaks v1beta1 first is told in it, and believed': (api) =>
    withWebhooks(
      api,
      {
        mutating: [
          {
            name: 'first',
            fields: { admissionReviewVersions: ['v7', 'v1beta1', 'v1'] },
            answer: () => ({
              review: {
                response: {
                  allowed: true,
                  patchType: 'JSONPatch',
                  patch: Buffer.from('[{"op":"add","path":"/data/b","value":"2"}]').toString('base64'),
                },
              },
            }),
          },
        ],
      },
      async (hooks) => {
        ;(await api.post(api.in('configmaps'), configMap('a'))).is(201)
        hooks.record()
      },
    ),
  'a request for a token is told as a TokenRequest': (api) =>
    withWebhooks(api, { validating: [one(['serviceaccounts/token'])] }, async (hooks) => {
      await api.post(api.in('serviceaccounts'), {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'a' },
      })
      await api.post(
        api.in('serviceaccounts', 'a/token'),
        { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 700 } },
        { show: (body) => body.kind },
      )
      hooks.record()
    }),
}
