import type { Cases } from '../../conformance-case.ts'
import {
  clusterRole,
  clusterRoleBinding,
  clusterRoleBindings,
  clusterRoles,
  grant,
  grantEverywhere,
  group,
  rbacGroup,
  role,
  roleBinding,
  roleBindings,
  roles,
  rule,
  user,
} from './grants.ts'

const writing = ['create', 'update', 'patch', 'delete']
const writesRoles = rule(writing, rbacGroup, ['roles', 'rolebindings'])
const writesClusterRoles = rule(writing, rbacGroup, ['clusterroles', 'clusterrolebindings'])
/** True of a refusal that lists exactly these rights. */
const grantsMore =
  (...lines: readonly string[]) =>
  (message: string): boolean =>
    message.endsWith(`is attempting to grant RBAC permissions not currently held:\n${lines.join('\n')}`)

export const escalation: Cases = {
  'nobody creates a role with rights that are not theirs': async (api) => {
    const bob = api.as({ user: 'bob', groups: ['team', 'b'] })
    await grant(api, bob, user('bob'), [writesRoles])
    const refused = await bob.post(
      api.in(roles),
      role('more', [
        rule(['get', 'list'], '', ['secrets', 'pods']),
        rule(['watch'], 'apps', ['deployments']),
      ]),
    )
    refused.is(403, {
      reason: 'Forbidden',
      message: grantsMore(
        '{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}',
        '{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}',
        '{APIGroups:["apps"], Resources:["deployments"], Verbs:["watch"]}',
      ),
      details: { name: 'more', group: rbacGroup, kind: 'roles' },
    })
    ;(await api.get(api.in(roles, 'more'))).is(404)
  },

  'a refusal lists what is missing by resource and name, sorted': async (api) => {
    const bob = api.as({ user: 'bob' })
    await grant(api, bob, user('bob'), [
      writesRoles,
      rule(['get'], '', ['secrets'], 'a'),
      rule(['list'], '', ['services']),
    ])
    const post = (...rules: Parameters<typeof role>[1]) => bob.post(api.in(roles), role('more', rules))
    ;(await post(rule(['get'], '', ['secrets'], 'a', 'b', 'c'))).is(403)
    ;(await post(rule(['get'], '', ['secrets']))).is(403)
    ;(await post(rule(['*'], '*', ['*']))).is(403)
    ;(await post(rule(['update', 'get', 'list'], '', ['services', 'services/status']))).is(403)
    ;(await post({ verbs: ['get', 'list'], apiGroups: ['', 'apps'], resources: ['z', 'a'] })).is(403)
    ;(await post(rule(['get'], '', ['secrets'], 'b'), rule(['list'], '', ['secrets'], 'b'))).is(403)
    ;(await post(rule(['get'], '', ['secrets'], 'a'), rule(['list'], '', ['services']))).is(201)
  },

  'rights held by several roles together may be granted in one': async (api) => {
    const name = api.unique('bob')
    const bob = api.as({ user: name, groups: ['team'] })
    await grantEverywhere(api, bob, group('system:authenticated'), [])
    await api.post(api.in(roles), role('reads', [rule(['get'], '', ['secrets'])]))
    await api.post(api.in(roleBindings), roleBinding('reads', 'Role', 'reads', group('team')))
    await grant(api, bob, user(name), [writesRoles, rule(['list', 'watch'], '', ['*'])])
    const made = await bob.post(
      api.in(roles),
      role('same', [rule(['get', 'list', 'watch'], '', ['secrets'])]),
    )
    made.is(201)
    const narrower = await bob.post(api.in(roles), role('narrower', [rule(['get'], '', ['secrets'], 'x')]))
    narrower.is(201)
  },

  'no update and no patch adds rights that are not theirs': async (api) => {
    const bob = api.as({ user: 'bob' })
    await grant(api, bob, user('bob'), [writesRoles, rule(['get'], '', ['pods'])])
    await api.post(api.in(roles), role('r', [rule(['get'], '', ['pods'])]))
    ;(await bob.put(api.in(roles, 'r'), role('r', [rule(['get'], '', ['pods', 'secrets'])]))).is(403, {
      message: grantsMore('{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}'),
    })
    ;(
      await bob.patch(api.in(roles, 'r'), 'json', [{ op: 'add', path: '/rules/0/verbs/-', value: 'list' }])
    ).is(403)
    ;(await bob.patch(api.in(roles, 'r'), 'merge', { rules: [rule(['*'], '', ['pods'])] })).is(403)
    ;(await bob.put(api.in(roles, 'new'), role('new', [rule(['get'], '', ['secrets'])]))).is(403)
  },

  'every update of a role with rights that are not theirs is a grant, unless it is for garbage collection':
    async (api) => {
      const bob = api.as({ user: 'bob' })
      await grant(api, bob, user('bob'), [writesRoles])
      await api.post(api.in(roles), role('r', [rule(['get'], '', ['secrets'])]))
      const owned = await api.post(api.in('secrets'), {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 's' },
      })
      const patch = (body: object) => bob.patch(api.in(roles, 'r'), 'merge', body)
      ;(await patch({ metadata: { labels: { a: 'b' } } })).is(403)
      ;(await patch({})).is(200)
      ;(await patch({ metadata: { finalizers: ['example.com/hold'] } })).is(200)
      const owner = { apiVersion: 'v1', kind: 'Secret', name: 's', uid: owned.body.metadata.uid }
      ;(await patch({ metadata: { finalizers: null, ownerReferences: [owner] } })).is(200)
      ;(await patch({ rules: [] })).is(200)
    },

  'who may escalate grants anything': async (api) => {
    const bob = api.as({ user: 'bob' })
    await grant(api, bob, user('bob'), [writesRoles, rule(['escalate'], rbacGroup, ['roles'])])
    ;(await bob.post(api.in(roles), role('more', [rule(['*'], '*', ['*'])]))).is(201)
    ;(await bob.put(api.in(roles, 'more'), role('more', [rule(['get'], '', ['secrets'])]))).is(200)
  },

  'who may escalate one role changes that one only': async (api) => {
    const bob = api.as({ user: 'bob' })
    await grant(api, bob, user('bob'), [writesRoles, rule(['escalate'], rbacGroup, ['roles'], 'a')])
    for (const name of ['a', 'b']) await api.post(api.in(roles), role(name, []))
    const more = (name: string) => role(name, [rule(['get'], '', ['secrets'])])
    ;(await bob.put(api.in(roles, 'a'), more('a'))).is(200)
    ;(await bob.put(api.in(roles, 'b'), more('b'))).is(403)
  },

  'ClusterRoles need rights in the whole cluster': async (api) => {
    const name = api.unique('bob')
    const bob = api.as({ user: name })
    await grantEverywhere(api, bob, user(name), [writesClusterRoles, rule(['get'], '', ['nodes'])])
    await grant(api, bob, user(name), [rule(['get'], '', ['secrets'])])
    const path = clusterRoles
    ;(await bob.post(path, clusterRole(api.unique('a'), [rule(['get'], '', ['nodes'])]))).is(201)
    ;(await bob.post(path, clusterRole(api.unique('b'), [rule(['get'], '', ['secrets'])]))).is(403)
    ;(
      await bob.post(
        path,
        clusterRole(api.unique('c'), [{ verbs: ['get', 'post'], nonResourceURLs: ['/metrics', '/x/*'] }]),
      )
    ).is(403)
    ;(
      await bob.post(path, {
        ...clusterRole(api.unique('d'), []),
        aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [api.unique('a')]: 'b' } }] },
      })
    ).is(403)
  },

  'nobody binds a role whose rights are not theirs': async (api) => {
    const bob = api.as({ user: 'bob' })
    await grant(api, bob, user('bob'), [writesRoles, rule(['get'], '', ['pods'])])
    await api.post(api.in(roles), role('strong', [rule(['get'], '', ['pods', 'secrets'])]))
    await api.post(api.in(roles), role('weak', [rule(['get'], '', ['pods'])]))
    const refused = await bob.post(api.in(roleBindings), roleBinding('b', 'Role', 'strong', user('bob')))
    refused.is(403, {
      message: grantsMore('{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}'),
      details: { name: 'b', kind: 'rolebindings' },
    })
    ;(await bob.post(api.in(roleBindings), roleBinding('b', 'Role', 'weak', user('ann')))).is(201)
    ;(await bob.patch(api.in(roleBindings, 'b'), 'merge', { subjects: [user('tom')] })).is(200)
    await api.post(api.in(roleBindings), roleBinding('s', 'Role', 'strong', user('ann')))
    ;(await bob.patch(api.in(roleBindings, 's'), 'merge', { subjects: [user('bob')] })).is(403)
    ;(await bob.patch(api.in(roleBindings, 's'), 'merge', { metadata: { labels: { a: 'b' } } })).is(403)
    ;(await bob.patch(api.in(roleBindings, 's'), 'merge', { metadata: { finalizers: [] } })).is(200)
    ;(await bob.delete(api.in(roleBindings, 's'))).is(200)
  },

  'who may bind a role binds it': async (api) => {
    const bob = api.as({ user: 'bob' })
    await grant(api, bob, user('bob'), [
      writesRoles,
      rule(['bind'], rbacGroup, ['roles'], 'strong'),
      rule(['bind'], rbacGroup, ['clusterroles'], 'view'),
    ])
    for (const name of ['strong', 'other'])
      await api.post(api.in(roles), role(name, [rule(['get'], '', ['secrets'])]))
    const bind = (name: string, kind: 'Role' | 'ClusterRole', of: string) =>
      bob.post(api.in(roleBindings), roleBinding(name, kind, of, user('ann')))
    ;(await bind('a', 'Role', 'strong')).is(201)
    ;(await bind('b', 'Role', 'other')).is(403)
    ;(await bind('c', 'ClusterRole', 'view')).is(201)
    ;(await bind('d', 'ClusterRole', 'cluster-admin')).is(403)
  },

  'a role that is not there cannot be bound, but by who may bind anything': async (api) => {
    const bob = api.as({ user: 'bob' })
    await grant(api, bob, user('bob'), [writesRoles])
    const bound = (kind: 'Role' | 'ClusterRole') => roleBinding('b', kind, 'missing', user('bob'))
    ;(await bob.post(api.in(roleBindings), bound('Role'))).is(404, {
      reason: 'NotFound',
    })
    ;(await bob.post(api.in(roleBindings), bound('ClusterRole'))).is(404)
    ;(await api.post(api.in(roleBindings), bound('Role'))).is(201)
  },

  'a ClusterRoleBinding needs the rights everywhere': async (api) => {
    const name = api.unique('bob')
    const bob = api.as({ user: name })
    const [weak, strong] = [api.unique('weak'), api.unique('strong')]
    await grantEverywhere(api, bob, user(name), [writesClusterRoles, rule(['list'], '', ['nodes'])])
    await api.post(clusterRoles, clusterRole(weak, [rule(['list'], '', ['nodes'])]))
    await api.post(clusterRoles, clusterRole(strong, [rule(['list', 'get'], '', ['nodes'])]))
    ;(await bob.post(clusterRoleBindings, clusterRoleBinding(strong, strong, user('x')))).is(403, {
      message: grantsMore('{APIGroups:[""], Resources:["nodes"], Verbs:["get"]}'),
    })
    ;(await bob.post(clusterRoleBindings, clusterRoleBinding(weak, weak, user('x')))).is(201)
    ;(await bob.post(clusterRoleBindings, clusterRoleBinding('m', api.unique('missing'), user('x')))).is(404)
  },
}
