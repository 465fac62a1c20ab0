import type { Cases } from '../../conformance-case.ts'
import {
  clusterRole,
  clusterRoleBinding,
  clusterRoleBindings,
  clusterRoles,
  rbacGroup,
  role,
  roleBinding,
  roleBindings,
  roles,
  rule,
  user,
} from './grants.ts'

/** What roles and bindings may say. */
export const bindings: Cases = {
  'a role keeps its rules as they were written': async (api) => {
    const rules = [
      { verbs: ['get', 'get'], apiGroups: ['b', 'a'], resources: ['z', 'a'], resourceNames: ['x'] },
    ]
    ;(await api.post(api.in(roles), role('r', rules))).is(201, { rules })
    ;(await api.post(api.in(roles), { ...role('none', []), rules: undefined })).is(201)
    ;(await api.post(api.in(roles), role('empty', []))).is(201)
    ;(await api.get(api.in(roles, 'none'))).is(200)
    ;(await api.post(api.in(roles), role('Name:with=signs', []))).is(201)
  },

  'a rule has verbs, groups and resources': async (api) => {
    const post = (body: object) => api.post(api.in(roles), { ...role('r', []), rules: [body] })
    ;(await post({})).is(422)
    ;(await post({ verbs: [] })).is(422)
    ;(await post({ verbs: ['get'] })).is(422)
    ;(await post({ verbs: ['get'], resources: ['pods'] })).is(422)
    ;(await post({ verbs: ['get'], apiGroups: [''] })).is(422)
    ;(await post({ verbs: ['get'], nonResourceURLs: ['/x'] })).is(422)
    ;(await post({ verbs: ['get'], apiGroups: [''], resources: ['pods'], nonResourceURLs: ['/x'] })).is(422)
    ;(await post({ verbs: ['get'], apiGroups: [''], resources: ['pods'], resourceNames: [] })).is(201)
  },

  'a rule of a ClusterRole is of resources or of paths': async (api) => {
    const post = (body: object) =>
      api.post(clusterRoles, { ...clusterRole(api.unique('r'), []), rules: [body] })
    ;(await post({ verbs: ['get'], apiGroups: [''], resources: ['pods'], nonResourceURLs: ['/x'] })).is(422)
    ;(await post({ verbs: [], nonResourceURLs: ['/x'] })).is(422)
    ;(await post({ verbs: ['get'], nonResourceURLs: ['no-path'] })).is(201)
  },

  'the selectors of an aggregationRule are checked': async (api) => {
    const post = (aggregationRule: object) =>
      api.post(clusterRoles, { ...clusterRole(api.unique('r'), []), aggregationRule })
    ;(await post({})).is(422)
    ;(await post({ clusterRoleSelectors: [] })).is(422)
    ;(await post({ clusterRoleSelectors: [{ matchExpressions: [{ key: 'a', operator: 'Sometimes' }] }] })).is(
      422,
    )
    ;(
      await post({ clusterRoleSelectors: [{ matchExpressions: [{ key: 'a', operator: 'In', values: [] }] }] })
    ).is(422)
    ;(await post({ clusterRoleSelectors: [{ matchLabels: { 'not valid': 'x' } }] })).is(422)
  },

  'the API groups of a binding have defaults': async (api) => {
    const made = await api.post(api.in(roleBindings), {
      ...roleBinding('b', 'Role', 'r'),
      roleRef: { kind: 'Role', name: 'r' },
      subjects: [
        { kind: 'User', name: 'bob' },
        { kind: 'Group', name: 'team' },
        { kind: 'ServiceAccount', name: 'robot', namespace: 'default' },
      ],
    })
    made.is(201, {
      roleRef: { apiGroup: rbacGroup },
      subjects: [{ apiGroup: rbacGroup }, { apiGroup: rbacGroup }, { apiGroup: undefined }],
    })
    const none = await api.post(api.in(roleBindings), {
      ...roleBinding('none', 'Role', 'r'),
      subjects: undefined,
    })
    none.is(201)
    const empty = await api.post(api.in(roleBindings), roleBinding('empty', 'Role', 'r'))
    empty.is(201)
  },

  'the role of a binding is a Role or a ClusterRole': async (api) => {
    const post = (roleRef: object) =>
      api.post(api.in(roleBindings), { ...roleBinding('b', 'Role', 'r'), roleRef })
    ;(await post({})).is(422)
    ;(await post({ kind: 'Role', name: '' })).is(422)
    ;(await post({ kind: 'Pod', name: 'r' })).is(422)
    ;(await post({ apiGroup: 'example.com', kind: 'Role', name: 'r' })).is(422)
    ;(await post({ kind: 'Role', name: 'a/b' })).is(422)
    const cluster = await api.post(clusterRoleBindings, {
      ...clusterRoleBinding(api.unique('b'), 'r'),
      roleRef: { kind: 'Role', name: 'r' },
    })
    cluster.is(422)
  },

  'subjects are users, groups and service accounts with a name': async (api) => {
    const post = (subject: object) =>
      api.post(api.in(roleBindings), { ...roleBinding('b', 'Role', 'r'), subjects: [subject] })
    ;(await post({})).is(422)
    ;(await post({ kind: 'Robot', name: 'r' })).is(422)
    ;(await post({ kind: 'User', name: '' })).is(422)
    ;(await post({ kind: 'User', name: 'bob', apiGroup: 'example.com' })).is(422)
    ;(await post({ kind: 'Group', name: 'team', apiGroup: 'v1' })).is(422)
    ;(await post({ kind: 'ServiceAccount', name: 'Not A Name', namespace: 'default' })).is(422)
    ;(await post({ kind: 'ServiceAccount', name: 'robot', apiGroup: rbacGroup, namespace: 'default' })).is(
      422,
    )
    ;(await post({ kind: 'ServiceAccount', name: 'robot' })).is(201)
    const cluster = await api.post(
      clusterRoleBindings,
      clusterRoleBinding(api.unique('b'), 'r', { kind: 'ServiceAccount', name: 'robot' }),
    )
    cluster.is(422)
  },

  'the role of a binding cannot be changed': async (api) => {
    await api.post(api.in(roleBindings), roleBinding('b', 'Role', 'r', user('bob')))
    const put = await api.put(api.in(roleBindings, 'b'), roleBinding('b', 'Role', 'other', user('bob')))
    put.is(422, {
      reason: 'Invalid',
      message: /cannot change roleRef$/,
      details: { causes: [{ field: 'roleRef' }] },
    })
    const patched = await api.patch(api.in(roleBindings, 'b'), 'merge', { roleRef: { kind: 'ClusterRole' } })
    patched.is(422)
    const subjects = await api.patch(api.in(roleBindings, 'b'), 'merge', { subjects: null })
    subjects.is(200)
    const name = api.unique('b')
    await api.post(clusterRoleBindings, clusterRoleBinding(name, 'r'))
    ;(await api.put(`${clusterRoleBindings}/${name}`, clusterRoleBinding(name, 'other'))).is(422)
  },

  'a PUT creates roles and bindings that are not there': async (api) => {
    ;(await api.put(api.in(roles, 'r'), role('r', [rule(['get'], '', ['pods'])]))).is(201)
    ;(await api.put(api.in(roleBindings, 'b'), roleBinding('b', 'Role', 'r'))).is(201)
    ;(await api.put(api.in(roles, 'r'), role('r', []))).is(200)
    ;(await api.delete(api.in(roles, 'r'))).is(200, { status: 'Success' })
  },
}
