import type { CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { define, groupOf, served, versionOf, widget } from '../crds/definition.ts'
import { configMap, configMapRule, enforce } from './policy.ts'

const no = {
  expression: "request.name == 'probe'",
  messageExpression: "request.operation + ' of ' + request.name",
}
const configMaps = (more: object) => [{ ...configMapRule, ...more }]

const deployment = (name: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'a', image: 'a' }] } },
  },
})

/** Two rules: one for the probe, the other for what the case is about. */
const probed = (...rules: readonly object[]) => [
  ...configMaps({ operations: ['CREATE'], resourceNames: ['probe'] }),
  ...rules,
]

export const matching: Cases = {
  'operations decide what a policy speaks of': async (api) => {
    const rules = probed({ ...configMapRule, operations: ['UPDATE', 'DELETE'] })
    await enforce(api, { rules, validations: [no] })
    const path = api.in('configmaps', 'one')
    ;(await api.post(api.in('configmaps'), configMap('one'))).is(201)
    ;(await api.patch(path, 'merge', { data: { a: 'b' } })).is(422)
    ;(await api.delete(path)).is(422)
    ;(await api.delete(`${api.in('configmaps')}?fieldSelector=metadata.name%3Done`)).is(422)
    ;(await api.get(path)).is(200)
  },

  'the old object of a deletion is what is asked about': async (api) => {
    const rules = probed({ ...configMapRule, operations: ['DELETE'] })
    await enforce(api, {
      rules,
      validations: [
        {
          expression: "request.operation != 'DELETE' || (object == null && oldObject.data.keep == 'no')",
          messageExpression: "'keep is ' + oldObject.data.keep",
        },
      ],
    })
    ;(await api.post(api.in('configmaps'), configMap('one', { keep: 'no' }))).is(201)
    ;(await api.post(api.in('configmaps'), configMap('two', { keep: 'yes' }))).is(201)
    ;(await api.delete(api.in('configmaps', 'one'))).is(200)
    ;(await api.delete(api.in('configmaps', 'two'))).is(422)
  },

  'names decide what a rule speaks of': async (api) => {
    await enforce(api, { rules: configMaps({ resourceNames: ['probe', 'one'] }), validations: [no] })
    ;(await api.post(api.in('configmaps'), configMap('one'))).is(422)
    ;(await api.post(api.in('configmaps'), configMap('two'))).is(201)
  },

  'what is excluded is not asked about': async (api) => {
    await enforce(api, {
      constraints: { excludeResourceRules: [{ ...configMapRule, resourceNames: ['free'] }] },
      validations: [no],
    })
    ;(await api.post(api.in('configmaps'), configMap('free'))).is(201)
    ;(await api.post(api.in('configmaps'), configMap('one'))).is(422)
  },

  'labels of the object, new or old, decide': async (api) => {
    const strict = { labels: { strict: 'yes' } }
    await enforce(api, {
      validations: [no],
      constraints: { objectSelector: { matchLabels: strict.labels } },
      probe: strict,
    })
    ;(await api.post(api.in('configmaps'), configMap('one', {}, strict))).is(422)
    ;(await api.post(api.in('configmaps'), configMap('two'))).is(201)
    ;(await api.patch(api.in('configmaps', 'two'), 'merge', { metadata: strict })).is(422)
  },

  'a binding narrows what a policy speaks of': async (api) => {
    await enforce(api, {
      validations: [no],
      binding: { matchResources: { resourceRules: [{ ...configMapRule, resourceNames: ['probe', 'one'] }] } },
    })
    ;(await api.post(api.in('configmaps'), configMap('one'))).is(422)
    ;(await api.post(api.in('configmaps'), configMap('two'))).is(201)
  },

  'conditions decide before validations are asked': async (api) => {
    await enforce(api, {
      validations: [no],
      spec: {
        matchConditions: [
          { name: 'not-free', expression: "!request.name.startsWith('free')" },
          { name: 'no-namespace', expression: 'namespaceObject == null' },
          { name: 'data', expression: "request.name == 'probe' || object.data.a == 'b'" },
        ],
      },
    })
    ;(await api.post(api.in('configmaps'), configMap('free'))).is(201)
    ;(await api.post(api.in('configmaps'), configMap('one', { a: 'c' }))).is(201)
    ;(await api.post(api.in('configmaps'), configMap('one', { a: 'b' }))).is(422)
    ;(await api.post(api.in('configmaps'), configMap('one'))).is(422)
  },

  'conditions that fail are passed over when failures are ignored': async (api) => {
    await enforce(api, {
      validations: [no],
      spec: {
        failurePolicy: 'Ignore',
        matchConditions: [
          { name: 'one', expression: "request.name == 'probe' || object.data.a == 'b'" },
          { name: 'two', expression: "request.name == 'probe' || object.data.c == 'd'" },
        ],
      },
    })
    ;(await api.post(api.in('configmaps'), configMap('one'))).is(201)
    ;(await api.post(api.in('configmaps'), configMap('two', { a: 'b', c: 'd' }))).is(422)
  },

  'several conditions that fail are all told': async (api) => {
    await enforce(api, {
      validations: [no],
      spec: {
        matchConditions: [
          { name: 'one', expression: "request.name == 'probe' || object.data.a == 'b'" },
          { name: 'two', expression: "request.name == 'probe' || object.data.c == 'd'" },
          { name: 'three', expression: "request.name != 'free'" },
        ],
      },
    })
    ;(await api.post(api.in('configmaps'), configMap('one'))).is(422)
    ;(await api.post(api.in('configmaps'), configMap('free'))).is(201)
  },

  'a status is another resource': async (api) => {
    const rules = probed({
      apiGroups: ['apps'],
      apiVersions: ['v1'],
      operations: ['*'],
      resources: ['deployments/status'],
    })
    await enforce(api, {
      rules,
      validations: [
        {
          expression:
            "request.name == 'probe' || request.subResource != 'status' || object.status.replicas < 3",
          messageExpression:
            "request.requestSubResource + ' ' + string(object.status.replicas) + ' was ' + string(has(oldObject.status.replicas))",
        },
      ],
    })
    ;(await api.post(api.in('apps/v1/deployments'), deployment('one'))).is(201)
    const path = api.in('apps/v1/deployments', 'one/status')
    ;(await api.patch(path, 'merge', { status: { replicas: 1 } })).is(200)
    ;(await api.patch(path, 'merge', { status: { replicas: 3 } })).is(422)
    ;(await api.patch(api.in('apps/v1/deployments', 'one'), 'merge', { spec: { replicas: 1 } })).is(200)
  },

  'a scale is an object of its own': async (api) => {
    const rules = probed({
      apiGroups: ['apps'],
      apiVersions: ['v1'],
      operations: ['UPDATE'],
      resources: ['deployments/scale'],
    })
    await enforce(api, {
      rules,
      validations: [
        {
          expression: "request.name == 'probe' || object.spec.replicas <= 3",
          messageExpression:
            "'%s %s from %s to %s'.format([object.kind, request.kind.kind, oldObject.spec.replicas, object.spec.replicas])",
        },
      ],
    })
    ;(await api.post(api.in('apps/v1/deployments'), deployment('one'))).is(201)
    const path = api.in('apps/v1/deployments', 'one/scale')
    ;(await api.patch(path, 'merge', { spec: { replicas: 2 } })).is(200)
    ;(await api.patch(path, 'merge', { spec: { replicas: 4 } })).is(422)
  },

  'another version of the same objects is matched, and seen in its own version': async (api) => {
    const seen = (version: string) =>
      versionOf(
        version,
        { type: 'object', properties: { a: { type: 'string' } } },
        { storage: version === 'v1' },
      )
    await define(api, { versions: [seen('v1'), seen('v2')] })
    const second = await served(api, 'widgets', 'v2')
    const rule = { apiGroups: [groupOf(api)], apiVersions: ['v1'], operations: ['*'], resources: ['widgets'] }
    const says = {
      expression: "request.name == 'probe'",
      messageExpression:
        "'%s as %s %s asked as %s'.format([object.apiVersion, request.kind.version, request.resource.version, request.requestKind.version])",
    }
    await enforce(api, { rules: probed(rule), validations: [says] })
    const body = { ...widget(api, 'one', { a: 'b' }), apiVersion: `${groupOf(api)}/v2` }
    ;(await api.post(second, body)).is(422)
    ;(await api.post(api.in(`${groupOf(api)}/v1/widgets`), widget(api, 'one', { a: 'b' }))).is(422)
  },

  'only the exact version is matched when that is asked for': async (api) => {
    const seen = (version: string) => versionOf(version, { type: 'object' }, { storage: version === 'v1' })
    await define(api, { versions: [seen('v1'), seen('v2')] })
    const second = await served(api, 'widgets', 'v2')
    const rule = { apiGroups: [groupOf(api)], apiVersions: ['v1'], operations: ['*'], resources: ['widgets'] }
    await enforce(api, { rules: probed(rule), validations: [no], constraints: { matchPolicy: 'Exact' } })
    ;(await api.post(second, { ...widget(api, 'one', {}), apiVersion: `${groupOf(api)}/v2` })).is(201)
    ;(await api.post(api.in(`${groupOf(api)}/v1/widgets`), widget(api, 'two', {}))).is(422)
  },

  'scopes decide what a rule speaks of': async (api) => {
    await enforce(api, { rules: probed({ ...configMapRule, scope: 'Cluster' }), validations: [no] })
    ;(await api.post(api.in('configmaps'), configMap('one'))).is(201)
  },

  'a namespace is in itself': async (api) => {
    const name = api.unique('other')
    const rules = probed({
      apiGroups: [''],
      apiVersions: ['v1'],
      operations: ['CREATE'],
      resources: ['namespaces'],
    })
    await enforce(api, {
      rules,
      constraints: {
        namespaceSelector: {
          matchExpressions: [
            { key: 'kubernetes.io/metadata.name', operator: 'In', values: [api.namespace, name] },
          ],
        },
      },
      validations: [
        {
          expression: "request.name == 'probe' || has(object.metadata.labels.team)",
          messageExpression: "'%s %s %s'.format([request.namespace, namespaceObject == null, request.name])",
        },
      ],
    })
    ;(await api.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })).is(
      422,
    )
  },

  'nobody is asked about policies themselves': async (api) => {
    const rules = probed({
      apiGroups: ['admissionregistration.k8s.io'],
      apiVersions: ['*'],
      operations: ['*'],
      resources: ['*'],
    })
    await enforce(api, {
      rules,
      constraints: {
        namespaceSelector: {
          matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['default'] }],
        },
        objectSelector: { matchLabels: { for: api.namespace } },
      },
      validations: [no],
      probe: { labels: { for: api.namespace } },
    })
    await made(api)
  },
}

const made = async (api: CaseApi): Promise<void> => {
  const metadata = { name: api.unique('next'), labels: { for: api.namespace } }
  const binding = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata,
    spec: { policyName: 'nothing', validationActions: ['Deny'] },
  }
  ;(await api.post('/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings', binding)).is(
    201,
  )
  const webhooks = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata,
  }
  ;(await api.post('/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations', webhooks)).is(422)
}
