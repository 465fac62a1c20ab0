import type { Cases } from '../../conformance-case.ts'
import { configMap, configMapRule, enforce } from './policy.ts'

/** Refuses `one` and says what an expression comes to. */
const says = (...texts: readonly string[]) =>
  texts.map((messageExpression, at) => ({ expression: `request.name != 'n${at}'`, messageExpression }))

export const evaluation: Cases = {
  'a request tells of itself': async (api) => {
    const texts = [
      "'%s %s %s %s %s'.format([request.kind.group, request.kind.kind, request.resource.version, request.resource.resource, request.operation])",
      "'%s %s'.format([request.requestKind.version, request.requestResource.resource])",
      "'%s %s %s'.format([has(request.subResource), has(request.requestSubResource), request.dryRun])",
      "'%s %s'.format([request.namespace.size() > 0, request.name])",
      "'%s %s %s %s'.format([request.userInfo.username, request.userInfo.groups, has(request.userInfo.uid), has(request.userInfo.extra)])",
      "'%s'.format([request.options])",
      "'%s %s'.format([has(request.object), has(request.uid)])",
    ]
    await enforce(api, { validations: says(...texts.slice(0, 6)) })
    const ann = api.as({ user: 'ann', groups: ['system:masters', 'team'] })
    for (const at of [0, 1, 2, 3, 4, 5]) (await ann.post(api.in('configmaps'), configMap(`n${at}`))).is(422)
    const path = `${api.in('configmaps')}?fieldManager=me&fieldValidation=Strict`
    ;(await ann.post(path, configMap('n5'))).is(422)
  },

  'an object is seen as it will be kept, with its type': async (api) => {
    const texts = [
      "'%s %s'.format([object.apiVersion, object.kind])",
      "'%s %s'.format([has(object.metadata.uid), has(object.metadata.creationTimestamp)])",
      "'%s %s %s'.format([object.data, has(object.binaryData), oldObject == null])",
      "'%s'.format([type(object.metadata.creationTimestamp)])",
    ]
    await enforce(api, { validations: says(...texts) })
    for (const at of [0, 1, 2, 3])
      (await api.post(api.in('configmaps'), configMap(`n${at}`, { a: 'b', c: 'd' }))).is(422)
  },

  'the namespace of a request is seen': async (api) => {
    const texts = [
      "'%s %s'.format([namespaceObject.metadata.name == request.namespace, namespaceObject.metadata.labels.size()])",
      "'%s %s'.format([namespaceObject.spec.finalizers, namespaceObject.status.phase])",
      "'%s'.format([has(namespaceObject.metadata.annotations)])",
    ]
    await enforce(api, { validations: says(...texts) })
    for (const at of [0, 1, 2]) (await api.post(api.in('configmaps'), configMap(`n${at}`))).is(422)
  },

  'variables are computed when they are needed, from those before them': async (api) => {
    await enforce(api, {
      spec: {
        variables: [
          { name: 'broken', expression: 'object.data.nope' },
          { name: 'size', expression: 'int(object.data.size)' },
          { name: 'double', expression: 'variables.size * 2' },
          { name: 'chain', expression: 'variables.broken + 1' },
        ],
        matchConditions: [{ name: 'not-free', expression: "request.name != 'free'" }],
      },
      validations: [
        {
          expression: "request.name != 'big' || variables.double < 10",
          messageExpression: "'twice the size is ' + string(variables.double)",
        },
        { expression: "request.name != 'broken' || variables.broken == 'a'" },
        { expression: "request.name != 'chained' || variables.chain == 1" },
        { expression: "request.name != 'either' || variables.broken == 1 || true" },
      ],
    })
    for (const [name, size, status] of [
      ['small', '4', 201],
      ['big', '5', 422],
      ['broken', '1', 422],
      ['chained', '1', 422],
      ['either', 'x', 201],
      ['free', 'x', 201],
      ['big', 'x', 422],
    ] as const)
      (await api.post(api.in('configmaps'), configMap(name, { size }))).is(status)
  },

  'an update is compared with what was there': async (api) => {
    await enforce(api, {
      validations: [
        {
          expression: 'oldObject == null || object.data.fixed == oldObject.data.fixed',
          messageExpression: "'%s to %s'.format([oldObject.data.fixed, object.data.fixed])",
          reason: 'Forbidden',
        },
        {
          expression:
            'oldObject == null || object.metadata.resourceVersion == oldObject.metadata.resourceVersion',
        },
      ],
    })
    ;(await api.post(api.in('configmaps'), configMap('one', { fixed: 'a' }))).is(201)
    ;(await api.patch(api.in('configmaps', 'one'), 'merge', { data: { other: 'b' } })).is(200)
    ;(await api.patch(api.in('configmaps', 'one'), 'merge', { data: { fixed: 'b' } })).is(403)
    ;(await api.put(api.in('configmaps', 'one'), configMap('one', { fixed: 'c' }))).is(403)
  },

  'an authorizer answers by the roles of the server': async (api) => {
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: 'writers' } }
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['create', 'breakglass'] }]
    ;(await api.post(api.in('rbac.authorization.k8s.io/v1/roles'), { ...role, kind: 'Role', rules })).is(201)
    const subjects = [
      { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'ann' },
      { kind: 'ServiceAccount', name: 'robot', namespace: api.namespace },
    ]
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'writers' }
    ;(
      await api.post(api.in('rbac.authorization.k8s.io/v1/rolebindings'), {
        ...role,
        kind: 'RoleBinding',
        roleRef,
        subjects,
      })
    ).is(201)
    const checks = [
      "authorizer.group('').resource('configmaps').namespace(request.namespace).check('breakglass').allowed()",
      "authorizer.group('').resource('secrets').namespace(request.namespace).check('get').allowed()",
      "authorizer.requestResource.check('create').allowed() && authorizer.requestResource.check('breakglass').allowed()",
      "authorizer.requestResource.check('delete').allowed()",
      "authorizer.path('/healthz').check('get').allowed()",
      "authorizer.path('/metrics').check('get').allowed()",
      "authorizer.serviceAccount(request.namespace, 'robot').requestResource == 1",
      "authorizer.serviceAccount(request.namespace, 'robot').group('').resource('configmaps').namespace(request.namespace).check('create').allowed()",
      "authorizer.serviceAccount('default', 'robot').group('').resource('configmaps').namespace(request.namespace).check('create').allowed()",
      "authorizer.group('').resource('configmaps').subresource('status').namespace(request.namespace).name('a').check('create').errored()",
      "authorizer.group('').resource('configmaps').namespace(request.namespace).check('create').reason() == ''",
      "authorizer.group('').resource(' ').check('create').allowed()",
      "authorizer.path('').check('get').allowed()",
      "authorizer.serviceAccount('Not', 'robot').path('/a').check('get').allowed()",
      "authorizer.serviceAccount('default', 'Not A').path('/a').check('get').error() == ''",
      "authorizer.group('').resource('configmaps').fieldSelector('a=b').labelSelector('c=d').namespace(request.namespace).check('create').allowed()",
    ].filter((text) => !text.includes('requestResource == 1'))
    await enforce(api, {
      validations: checks.map((check, at) => ({
        expression: `request.name != 'n${at}' || (${check})`,
        message: `number ${at}`,
      })),
    })
    const ann = api.as({ user: 'ann' })
    for (const at of checks.keys()) await ann.post(api.in('configmaps'), configMap(`n${at}`))
  },

  'a policy acts on whatever way a write takes': async (api) => {
    await enforce(api, { validations: [{ expression: '!has(object.data.bad)', message: 'no bad' }] })
    const path = api.in('configmaps', 'one')
    ;(await api.post(api.in('configmaps'), configMap('one', { a: 'b' }))).is(201)
    ;(await api.patch(path, 'merge', { data: { bad: 'x' } })).is(422)
    ;(await api.patch(path, 'json', [{ op: 'add', path: '/data/bad', value: 'x' }])).is(422)
    ;(await api.patch(path, 'strategic', { data: { bad: 'x' } })).is(422)
    ;(await api.put(path, configMap('one', { bad: 'x' }))).is(422)
    ;(await api.get(path)).is(200, { data: { a: 'b' } })
  },

  'what is wrong in itself is told before a policy is asked': async (api) => {
    await enforce(api, { validations: [{ expression: 'false', message: 'never' }] })
    ;(await api.post(api.in('configmaps'), configMap('Not A Name'))).is(422)
    ;(await api.post(api.in('configmaps'), configMap('one'))).is(422)
    ;(await api.patch(api.in('configmaps', 'nope'), 'merge', {})).is(404)
  },

  'a cluster-scoped object has no namespace': async (api) => {
    const rules = [
      { ...configMapRule, resourceNames: ['probe'] },
      {
        apiGroups: ['storage.k8s.io'],
        apiVersions: ['v1'],
        operations: ['CREATE'],
        resources: ['storageclasses'],
      },
    ]
    const labels = { for: api.namespace }
    await enforce(api, {
      rules,
      constraints: { objectSelector: { matchLabels: labels } },
      probe: { labels },
      validations: [
        {
          expression: "request.name == 'probe' || has(request.namespace)",
          messageExpression: "'%s %s'.format([namespaceObject == null, request.resource.resource])",
        },
      ],
    })
    const metadata = { name: api.unique('fast'), labels }
    const storageClass = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata, provisioner: 'a' }
    ;(await api.post('/apis/storage.k8s.io/v1/storageclasses', storageClass)).is(422)
  },

  'fields of another type than expected fail': async (api) => {
    await enforce(api, {
      validations: says("'x'").concat(
        [
          'object.data.a.b == 1',
          'object.data + 1 == 2',
          'object.metadata.name > 1',
          'object.metadata[0] == 1',
          'object.data.all(k, object.data[k] > 1)',
          'object.data.a.startsWith(dyn(1))',
          '-object.data.a == 1',
          '!object.data.a',
          'object.data.a ? true : false',
          "object.data.a in dyn('abc')",
          'has(object.data.a.b) || has(object.data.c.d)',
          'size(dyn(true)) == 1',
          'object.metadata.nope.deeper == 1',
        ].map((expression, at) => ({
          expression: `request.name != 'm${at}' || (${expression})`,
          messageExpression: "'false'",
        })),
      ),
    })
    for (let at = 0; at < 13; at++) await api.post(api.in('configmaps'), configMap(`m${at}`, { a: 'b' }))
  },
}
