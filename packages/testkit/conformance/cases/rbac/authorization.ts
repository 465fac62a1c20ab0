import type { Cases } from '../../conformance-case.ts'
import {
  clusterRole,
  clusterRoleBinding,
  clusterRoleBindings,
  clusterRoles,
  grant,
  grantEverywhere,
  group,
  role,
  roleBinding,
  roleBindings,
  roles,
  rule,
  user,
} from './grants.ts'

const configMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } })
const isText = (body: unknown): boolean => body === undefined
const deployments = 'apps/v1/deployments'

export const authorization: Cases = {
  'a refusal names user, verb, resource, group and namespace': async (api) => {
    const bob = api.as({ user: 'bob', groups: ['team'] })
    const refused = { kind: 'Status', reason: 'Forbidden', code: 403 }
    ;(await bob.get(api.in('secrets', 's'))).is(403, {
      ...refused,
      message: `secrets "s" is forbidden: User "bob" cannot get resource "secrets" in API group "" in the namespace "${api.namespace}"`,
      details: { name: 's', kind: 'secrets' },
    })
    ;(await bob.get(api.in('secrets'))).is(403, refused)
    ;(await bob.get(api.in(deployments))).is(403, {
      ...refused,
      details: { group: 'apps', kind: 'deployments' },
    })
    ;(await bob.post(api.in('configmaps'), configMap('a'))).is(403, refused)
    ;(await bob.put(api.in('configmaps', 'a'), configMap('a'))).is(403, refused)
    ;(await bob.patch(api.in('configmaps', 'a'), 'merge', {})).is(403, refused)
    ;(await bob.delete(api.in('configmaps', 'a'))).is(403, refused)
    ;(await bob.delete(api.in('configmaps'))).is(403, { message: /cannot deletecollection resource/ })
    const watch = await bob.watch(api.in('configmaps'))
    watch.refusal?.is(403, { message: /cannot watch resource/ })
  },

  'a refusal of a subresource names it with its resource': async (api) => {
    const bob = api.as({ user: 'bob' })
    ;(await bob.get(api.in(deployments, 'd/scale'))).is(403, { message: /resource "deployments\/scale"/ })
    ;(await bob.patch(api.in(deployments, 'd/status'), 'merge', {})).is(403, {
      message: /cannot patch resource "deployments\/status"/,
    })
    ;(await bob.post(api.in('pods', 'p/eviction'), {})).is(403)
    ;(await bob.post(api.in('serviceaccounts', 'default/token'), {})).is(403, {
      message: /cannot create resource "serviceaccounts\/token"/,
    })
    ;(await bob.get(api.in('pods', 'p/log'))).is(403)
  },

  'a refusal of what is in no namespace says so': async (api) => {
    const bob = api.as({ user: 'bob' })
    const atTheTop = { message: / at the cluster scope$/ }
    ;(await bob.get('/api/v1/secrets')).is(403, atTheTop)
    ;(await bob.get('/api/v1/nodes/n')).is(403, atTheTop)
    ;(await bob.get('/api/v1/namespaces')).is(403, atTheTop)
    ;(await bob.post('/api/v1/namespaces', configMap('a'))).is(403, atTheTop)
    ;(await bob.get(`/api/v1/namespaces/${api.namespace}`)).is(403, { message: / in the namespace "/ })
    ;(await bob.put(`/api/v1/namespaces/${api.namespace}/finalize`, {})).is(403)
    ;(await bob.get(clusterRoles)).is(403, atTheTop)
  },

  'what does not exist is refused before it is looked for': async (api) => {
    const bob = api.as({ user: 'bob' })
    ;(await bob.get(api.in('nothings', 'n'))).is(403)
    ;(await bob.get(api.in('example.com/v1/nothings'))).is(403)
    ;(await bob.get('/api/v1/namespaces/missing/secrets')).is(403)
    ;(await bob.put(api.in('configmaps', 'a'), 'no json')).is(403)
  },

  'paths that are no resources are refused by verb and path': async (api) => {
    const bob = api.as({ user: 'bob' })
    ;(await bob.get('/metrics')).is(403, { message: 'forbidden: User "bob" cannot get path "/metrics"' })
    ;(await bob.get('/')).is(403)
    ;(await bob.post('/version', {})).is(403, { message: /cannot post path "\/version"/ })
    ;(await bob.delete('/nowhere/at/all')).is(403)
    ;(await bob.get('/apis', { show: ({ kind }) => kind })).is(200)
    ;(await bob.get('/version', { show: ({ major }) => major })).is(200)
    ;(await bob.get('/healthz')).is(200, isText)
  },

  'paths are granted by name, and by what they begin with': async (api) => {
    const name = api.unique('bob')
    const bob = api.as({ user: name })
    await grantEverywhere(api, bob, user(name), [{ verbs: ['get'], nonResourceURLs: ['/own/*', '/one'] }])
    ;(await bob.get('/own/two')).is(404, isText)
    ;(await bob.get('/one')).is(404, isText)
    ;(await bob.get('/one/more')).is(403)
    ;(await bob.get('/own')).is(403)
    ;(await bob.post('/one', {})).is(403)
  },

  'verbs are granted one by one': async (api) => {
    const bob = api.as({ user: 'bob' })
    await grant(api, bob, user('bob'), [rule(['create', 'list'], '', ['secrets'])])
    ;(await bob.post(api.in('secrets'), { ...configMap('s'), kind: 'Secret' })).is(201)
    ;(await bob.get(api.in('secrets'))).is(200)
    ;(await bob.get(api.in('secrets', 's'))).is(403)
    ;(await bob.delete(api.in('secrets', 's'))).is(403)
    ;(await bob.delete(api.in('secrets'))).is(403)
    const watch = await bob.watch(api.in('secrets'))
    watch.refusal?.is(403)
    ;(await bob.get('/api/v1/secrets')).is(403)
  },

  'names limit get, and list and watch by a field selector of the name': async (api) => {
    const bob = api.as({ user: 'bob' })
    await grant(api, bob, user('bob'), [rule(['get', 'list', 'watch', 'delete'], '', ['configmaps'], 'a')])
    await api.post(api.in('configmaps'), configMap('a'))
    ;(await bob.get(api.in('configmaps', 'a'))).is(200)
    ;(await bob.get(api.in('configmaps', 'b'))).is(403)
    ;(await bob.get(api.in('configmaps'))).is(403)
    ;(await bob.get(`${api.in('configmaps')}?fieldSelector=metadata.name%3Da`)).is(200)
    ;(await bob.get(`${api.in('configmaps')}?fieldSelector=metadata.name%3Db`)).is(403, {
      message: /^configmaps "b" is forbidden/,
    })
    ;(await bob.get(`${api.in('configmaps')}?fieldSelector=metadata.name%21%3Da`)).is(403)
    const watch = await bob.watch(`${api.in('configmaps')}?fieldSelector=metadata.name%3Da`)
    await watch.next({ type: 'ADDED', object: { metadata: { name: 'a' } } })
    const other = await bob.watch(api.in('configmaps'))
    other.refusal?.is(403)
    ;(await bob.delete(`${api.in('configmaps')}?fieldSelector=metadata.name%3Da`)).is(403)
    ;(await bob.delete(api.in('configmaps', 'a'))).is(200)
  },

  'a name is no right to create, for there is no name in the request': async (api) => {
    const bob = api.as({ user: 'bob' })
    await grant(api, bob, user('bob'), [rule(['*'], '', ['configmaps'], 'a')])
    ;(await bob.post(api.in('configmaps'), configMap('a'))).is(403)
    ;(await bob.put(api.in('configmaps', 'a'), configMap('a'))).is(404)
  },

  'stars stand for all verbs, groups and resources, and for the resources of a subresource': async (api) => {
    const bob = api.as({ user: 'bob' })
    await grant(api, bob, user('bob'), [
      rule(['*'], 'apps', ['*/scale']),
      rule(['get'], '*', ['leases', 'configmaps']),
      rule(['list'], 'batch', ['*']),
      rule(['list'], '', ['services/*']),
    ])
    ;(await bob.get(api.in('apps/v1/statefulsets', 's/scale'))).is(404)
    ;(await bob.get(api.in('apps/v1/statefulsets', 's'))).is(403)
    ;(await bob.get(api.in('apps/v1/statefulsets', 's/status'))).is(403)
    ;(await bob.get(api.in('coordination.k8s.io/v1/leases', 'l'))).is(404)
    ;(await bob.get(api.in('batch/v1/jobs'), { show: ({ items }) => items })).is(200)
    ;(await bob.get(api.in('batch/v1/jobs', 'j/status'))).is(403)
    ;(await bob.get(api.in('services'))).is(403)
  },

  'the star of resources has the subresources too': async (api) => {
    const bob = api.as({ user: 'bob' })
    await grant(api, bob, user('bob'), [rule(['get'], 'apps', ['*']), rule(['get'], '', ['pods'])])
    ;(await bob.get(api.in(deployments, 'd/scale'))).is(404)
    ;(await bob.get(api.in(deployments, 'd/status'))).is(404)
    ;(await bob.get(api.in('pods', 'p'))).is(404)
    ;(await bob.get(api.in('pods', 'p/status'))).is(403)
  },

  'a ClusterRole bound in a namespace holds there, bound in the cluster everywhere': async (api) => {
    const name = api.unique('reader')
    const [ann, bob] = [api.unique('ann'), api.unique('bob')]
    await api.post(
      clusterRoles,
      clusterRole(name, [rule(['list'], '', ['limitranges']), rule(['list'], '', ['nodes'])]),
    )
    await api.post(api.in(roleBindings), roleBinding('b', 'ClusterRole', name, user(ann)))
    await api.post(clusterRoleBindings, clusterRoleBinding(name, name, user(bob)))
    const [asAnn, asBob] = [api.as({ user: ann }), api.as({ user: bob })]
    await asAnn.until(api.in('limitranges'), ({ status }) => status === 200)
    await asBob.until(api.in('limitranges'), ({ status }) => status === 200)
    ;(await asAnn.get('/api/v1/limitranges')).is(403)
    ;(await asAnn.get('/api/v1/nodes')).is(403)
    ;(await asAnn.get('/api/v1/namespaces/default/limitranges')).is(403)
    ;(await asBob.get('/api/v1/nodes', { show: ({ kind }) => kind })).is(200)
    ;(await asBob.get('/api/v1/namespaces/default/limitranges', { show: ({ kind }) => kind })).is(200)
  },

  'groups have rights, those of service accounts too': async (api) => {
    await api.post(api.in('serviceaccounts'), {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'robot' },
    })
    const made = await api.post(api.in('serviceaccounts', 'robot/token'), {})
    const robot = api.as({ token: made.body.status.token })
    await grant(api, robot, group(`system:serviceaccounts:${api.namespace}`), [
      rule(['list'], '', ['configmaps']),
    ])
    ;(await robot.get(api.in('configmaps'), { show: ({ kind }) => kind })).is(200)
    ;(await robot.get(api.in('secrets'))).is(403, {
      message: new RegExp(`User "system:serviceaccount:${api.namespace}:robot" cannot list`),
    })
    ;(await api.as({ user: 'bob' }).get(api.in('configmaps'))).is(403)
  },

  'a service account is bound by name and namespace': async (api) => {
    await api.post(api.in('serviceaccounts'), {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'robot' },
    })
    const made = await api.post(api.in('serviceaccounts', 'robot/token'), {})
    const robot = api.as({ token: made.body.status.token })
    await grant(api, robot, { kind: 'ServiceAccount', name: 'robot', namespace: api.namespace }, [
      rule(['list'], '', ['secrets']),
    ])
    ;(await robot.get(api.in('secrets'))).is(200)
    ;(await robot.get(api.in('configmaps'))).is(403)
  },

  'rights are gone with their binding': async (api) => {
    const bob = api.as({ user: 'bob' })
    await grant(api, bob, group('system:authenticated'), [])
    await api.delete(api.in(roleBindings, 'granted'))
    await bob.until(api.in('configmaps', 'probe'), ({ status }) => status === 403)
  },

  'a refusal tells of bindings to roles that are not there': async (api) => {
    const bob = api.as({ user: 'bob' })
    await api.post(api.in(roleBindings), roleBinding('b', 'Role', 'missing', user('bob')))
    const one = await bob.until(api.in('secrets'), ({ body }) => /RBAC/.test(body.message))
    one.is(403, { message: /: RBAC: role.rbac.authorization.k8s.io "missing" not found$/ })
  },

  'rights follow a role as it changes': async (api) => {
    const bob = api.as({ user: 'bob' })
    await grant(api, bob, user('bob'), [])
    ;(await bob.get(api.in('secrets'))).is(403)
    await api.put(api.in(roles, 'granted'), role('granted', [rule(['list'], '', ['secrets'])]))
    await bob.until(api.in('secrets'), ({ status }) => status === 200)
    ;(await bob.get(api.in('configmaps', 'probe'))).is(403)
  },

  'a ClusterRole with an aggregationRule gets the rules of those it selects': async (api) => {
    const label = { [`example.com/${api.unique('to')}`]: 'true' }
    const name = api.unique('all')
    await api.post(clusterRoles, clusterRole(api.unique('a'), [rule(['get'], '', ['pods'])], label))
    const made = await api.post(clusterRoles, {
      ...clusterRole(name, [rule(['list'], '', ['nodes'])]),
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: label }] },
    })
    made.is(201)
    const settled = (count: number) =>
      api.until(`${clusterRoles}/${name}`, ({ body }) => {
        const rules = (body.rules ?? []) as { resources: string[] }[]
        return rules.length === count && !rules.some(({ resources }) => resources.includes('nodes'))
      })
    ;(await settled(1)).is(200, { rules: [{ resources: ['pods'] }] })
    await api.post(
      clusterRoles,
      clusterRole(api.unique('b'), [rule(['get'], '', ['pods']), rule(['list'], '', ['services'])], label),
    )
    ;(await settled(2)).is(200)
    await api.delete(`${clusterRoles}/${api.unique('a')}`)
    await api.delete(`${clusterRoles}/${api.unique('b')}`)
    ;(await settled(0)).is(200)
  },
}
