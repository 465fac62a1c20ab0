import { byCertificate } from '../../conformance-case.ts'
import type { Cases } from '../../conformance-case.ts'
import { grantEverywhere, rule, user } from './grants.ts'

const whoAmI = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
const selfSubjectReview = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
const impersonating = (headers: Readonly<Record<string, string>>) => ({ headers })

export const impersonation: Cases = {
  'an administrator acts as anybody': async (api) => {
    const ask = (headers: Record<string, string>) =>
      api.post(whoAmI, selfSubjectReview, impersonating(headers))
    ;(await ask({ 'Impersonate-User': 'ann' })).is(201, {
      status: { userInfo: { username: 'ann', groups: ['system:authenticated'] } },
    })
    ;(await ask({ 'Impersonate-User': 'ann', 'Impersonate-Group': 'team' })).is(201, {
      status: { userInfo: { groups: ['team', 'system:authenticated'] } },
    })
    ;(
      await ask({
        'Impersonate-User': 'ann',
        'Impersonate-Uid': '17',
        'Impersonate-Extra-Scopes': 'one',
        'Impersonate-Extra-Acme.Com%2Fproject': 'two',
      })
    ).is(201, {
      status: { userInfo: { uid: '17', extra: { scopes: ['one'], 'acme.com/project': ['two'] } } },
    })
    ;(await ask({ 'Impersonate-User': 'ann', 'Impersonate-Group': 'system:authenticated' })).is(201)
    ;(await ask({ 'Impersonate-User': 'system:anonymous' })).is(403)
  },

  'who acts as somebody has their rights, not the own ones': async (api) => {
    const asAnn = impersonating({ 'Impersonate-User': 'ann' })
    const refused = await api.get(api.in('secrets'), asAnn)
    refused.is(403, { message: /^secrets is forbidden: User "ann" cannot list/ })
    const master = await api.get(
      api.in('secrets'),
      impersonating({ 'Impersonate-User': 'ann', 'Impersonate-Group': 'system:masters' }),
    )
    master.is(200)
  },

  'a service account is acted as with its groups': async (api) => {
    const name = `system:serviceaccount:${api.namespace}:robot`
    const answer = await api.post(whoAmI, selfSubjectReview, impersonating({ 'Impersonate-User': name }))
    answer.is(201, {
      status: {
        userInfo: {
          username: name,
          groups: [
            'system:serviceaccounts',
            `system:serviceaccounts:${api.namespace}`,
            'system:authenticated',
          ],
        },
      },
    })
    const withGroup = await api.post(
      whoAmI,
      selfSubjectReview,
      impersonating({ 'Impersonate-User': name, 'Impersonate-Group': 'team' }),
    )
    withGroup.is(201)
  },

  'nobody acts as somebody without the right to': byCertificate(async (api) => {
    const bob = api.as({ user: 'bob' })
    const ask = (headers: Record<string, string>) => bob.get(api.in('configmaps'), impersonating(headers))
    ;(await ask({ 'Impersonate-User': 'ann' })).is(403, {
      message:
        'users "ann" is forbidden: User "bob" cannot impersonate resource "users" in API group "" at the cluster scope',
    })
    ;(await ask({ 'Impersonate-User': `system:serviceaccount:${api.namespace}:robot` })).is(403)
    ;(await ask({ 'Impersonate-User': 'bob' })).is(403)
  }),

  'users, groups, uids and extras are rights of their own': byCertificate(async (api) => {
    const name = api.unique('bob')
    const bob = api.as({ user: name })
    await grantEverywhere(api, bob, user(name), [
      rule(['impersonate'], '', ['users'], 'ann'),
      rule(['impersonate'], '', ['groups'], 'team'),
      rule(['impersonate'], '', ['serviceaccounts'], 'robot'),
      rule(['impersonate'], 'authentication.k8s.io', ['userextras/scopes'], 'one'),
      rule(['impersonate'], 'authentication.k8s.io', ['uids'], '17'),
    ])
    const ask = (headers: Record<string, string>) =>
      bob.post(whoAmI, selfSubjectReview, impersonating({ 'Impersonate-User': 'ann', ...headers }))
    ;(await ask({})).is(201)
    ;(await ask({ 'Impersonate-User': 'tom' })).is(403)
    ;(await ask({ 'Impersonate-Group': 'team' })).is(201)
    ;(await ask({ 'Impersonate-Group': 'system:masters' })).is(403)
    ;(await ask({ 'Impersonate-User': `system:serviceaccount:${api.namespace}:robot` })).is(201)
    ;(await ask({ 'Impersonate-User': `system:serviceaccount:${api.namespace}:other` })).is(403)
    ;(await ask({ 'Impersonate-Extra-Scopes': 'one' })).is(201)
    ;(await ask({ 'Impersonate-Extra-Scopes': 'two' })).is(403)
    ;(await ask({ 'Impersonate-Extra-Other': 'one' })).is(403)
    ;(await ask({ 'Impersonate-Uid': '17' })).is(201)
    ;(await ask({ 'Impersonate-Uid': '18' })).is(403)
  }),

  'groups and extras without a user are refused': async (api) => {
    const alone: readonly Record<string, string>[] = [
      { 'Impersonate-Group': 'team' },
      { 'Impersonate-Uid': '17' },
      { 'Impersonate-Extra-Scopes': 'one' },
    ]
    for (const headers of alone) {
      const answer = await api.get(api.in('configmaps'), impersonating(headers))
      answer.is(400, { message: / without impersonating a user$/ })
    }
  },
}
