import { byCertificate } from '../../conformance-case.ts'
import type { Cases } from '../../conformance-case.ts'
import { clusterRole, clusterRoles, grantEverywhere, rule, user } from './grants.ts'

const whoAmI = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
const selfSubjectReview = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
const impersonating = (headers: Readonly<Record<string, string>>) => ({ headers })
const who = (of: object) => ({ status: { userInfo: of } })

export const actingAs: Cases = {
  'an object that is written as somebody is written with their rights': async (api) => {
    const headers = { 'Impersonate-User': api.unique('ann') }
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }
    const refused = await api.post(api.in('configmaps'), body, impersonating(headers))
    refused.is(403, { message: /cannot create resource "configmaps"/ })
    const none = await api.get(api.in('configmaps', 'a'))
    none.is(404)
  },

  'a user who is acted as gets the rights of the groups that are named': async (api) => {
    const asView = impersonating({ 'Impersonate-User': 'ann', 'Impersonate-Group': 'system:masters' })
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }
    const made = await api.post(api.in('configmaps'), body, asView)
    made.is(201)
  },

  'what one may is asked for as somebody': async (api) => {
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { namespace: api.namespace, verb: 'list', resource: 'secrets' } },
    }
    const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
    const ann = await api.post(path, review, impersonating({ 'Impersonate-User': 'ann' }))
    ann.is(201, { status: { allowed: false } })
    const master = await api.post(
      path,
      review,
      impersonating({ 'Impersonate-User': 'ann', 'Impersonate-Group': 'system:masters' }),
    )
    master.is(201, { status: { allowed: true } })
  },

  'names of extras are in lower case, and percent signs are read': async (api) => {
    const answer = await api.post(
      whoAmI,
      selfSubjectReview,
      impersonating({
        'Impersonate-User': 'ann',
        'Impersonate-Extra-UPPER': 'Value',
        'Impersonate-Extra-acme.com%2Fa%20b': 'x',
        'Impersonate-Extra-broken%zz': 'y',
      }),
    )
    answer.is(201)
  },

  'a user name may be anything': async (api) => {
    for (const name of ['a b', 'x/y:z', 'system:node:one', 'system:serviceaccount:only-three']) {
      const answer = await api.post(whoAmI, selfSubjectReview, impersonating({ 'Impersonate-User': name }))
      answer.is(201, who({ username: name }))
    }
  },

  'a service account that does not exist is acted as all the same': async (api) => {
    const name = 'system:serviceaccount:there-is-none:robot'
    const answer = await api.post(whoAmI, selfSubjectReview, impersonating({ 'Impersonate-User': name }))
    answer.is(201, who({ groups: ['system:serviceaccounts', 'system:serviceaccounts:there-is-none', /./] }))
  },

  'who is put among the unauthenticated is not authenticated': async (api) => {
    const answer = await api.post(
      whoAmI,
      selfSubjectReview,
      impersonating({ 'Impersonate-User': 'ann', 'Impersonate-Group': 'system:unauthenticated' }),
    )
    answer.is(403, { message: /User "ann" cannot create resource "selfsubjectreviews"/ })
    const anonymous = await api.get('/version', {
      ...impersonating({ 'Impersonate-User': 'system:anonymous' }),
      show: () => undefined,
    })
    anonymous.is(200)
  },

  'what was already there is not given twice': async (api) => {
    const answer = await api.post(
      whoAmI,
      selfSubjectReview,
      impersonating({ 'Impersonate-User': 'ann', 'Impersonate-Group': 'system:authenticated' }),
    )
    answer.is(201, who({ groups: ['system:authenticated'] }))
  },

  'paths that are no resources are asked for as somebody too': async (api) => {
    const headers = { 'Impersonate-User': 'ann' }
    const refused = await api.get('/metrics', { headers, show: (body) => body })
    refused.is(403, { message: /cannot get path "\/metrics"/ })
    const found = await api.get('/api', { headers, show: ({ kind }) => kind })
    found.is(200)
  },

  'to act as somebody is a right for that name alone': byCertificate(async (api) => {
    const name = api.unique('bob')
    const bob = api.as({ user: name })
    await grantEverywhere(api, bob, user(name), [
      rule(['impersonate'], '', ['users'], 'ann', 'tom'),
      rule(['impersonate'], '', ['groups'], 'a', 'b'),
    ])
    const ask = (headers: Record<string, string>) =>
      bob.post(whoAmI, selfSubjectReview, impersonating(headers))
    ;(await ask({ 'Impersonate-User': 'tom', 'Impersonate-Group': 'b' })).is(201)
    ;(await ask({ 'Impersonate-User': 'tim' })).is(403, { message: /users "tim" is forbidden/ })
    ;(await ask({ 'Impersonate-User': 'tom', 'Impersonate-Group': 'c' })).is(403, {
      message: /groups "c" is forbidden/,
    })
  }),

  'to act as any service account of a namespace is a right in that namespace': byCertificate(async (api) => {
    const name = api.unique('bob')
    const bob = api.as({ user: name })
    await grantEverywhere(api, bob, user(name), [rule(['impersonate'], '', ['serviceaccounts'])])
    const asked = await bob.post(
      whoAmI,
      selfSubjectReview,
      impersonating({ 'Impersonate-User': 'system:serviceaccount:anywhere:robot' }),
    )
    asked.is(201)
    const grouped = await bob.post(
      whoAmI,
      selfSubjectReview,
      impersonating({
        'Impersonate-User': 'system:serviceaccount:anywhere:robot',
        'Impersonate-Group': 'system:serviceaccounts',
      }),
    )
    grouped.is(403)
  }),

  'who acts as somebody cannot gain by it what they may not give': byCertificate(async (api) => {
    const name = api.unique('bob')
    const bob = api.as({ user: name })
    await grantEverywhere(api, bob, user(name), [
      rule(['impersonate'], '', ['users'], 'ann'),
      rule(['create'], 'rbac.authorization.k8s.io', ['clusterroles']),
    ])
    const all = clusterRole(api.unique('all'), [rule(['*'], '*', ['*'])])
    const own = await bob.post(clusterRoles, all)
    own.is(403, { message: /is attempting to grant RBAC permissions not currently held/ })
    const asAnn = await bob.post(clusterRoles, all, impersonating({ 'Impersonate-User': 'ann' }))
    asAnn.is(403, { message: /User "ann" cannot create resource "clusterroles"/ })
  }),
}
