import type { CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { grant, grantEverywhere, group, roleBinding, roleBindings, rule, user } from './grants.ts'

const review = (kind: string, spec: object) => ({ apiVersion: 'authorization.k8s.io/v1', kind, spec })
const root = '/apis/authorization.k8s.io/v1'

const mine = (api: CaseApi, spec: object) =>
  api.post(`${root}/selfsubjectaccessreviews`, review('SelfSubjectAccessReview', spec))
const somebodys = (api: CaseApi, spec: object) =>
  api.post(`${root}/subjectaccessreviews`, review('SubjectAccessReview', spec))
const local = (api: CaseApi, spec: object) =>
  api.post(
    api.in('authorization.k8s.io/v1/localsubjectaccessreviews'),
    review('LocalSubjectAccessReview', spec),
  )
const rules = (api: CaseApi, spec: object) =>
  api.post(`${root}/selfsubjectrulesreviews`, review('SelfSubjectRulesReview', spec))

export const reviews: Cases = {
  'everybody may ask what they may, and is told by which binding': async (api) => {
    const bob = api.as({ user: 'bob' })
    await grant(api, bob, user('bob'), [rule(['get'], '', ['secrets'])])
    const attributes = { namespace: api.namespace, verb: 'get', resource: 'secrets' }
    ;(await mine(bob, { resourceAttributes: attributes })).is(201, {
      status: {
        allowed: true,
        reason: `RBAC: allowed by RoleBinding "granted/${api.namespace}" of Role "granted" to User "bob"`,
      },
    })
    ;(await mine(bob, { resourceAttributes: { ...attributes, verb: 'list' } })).is(201, {
      status: { allowed: false },
    })
    ;(await mine(bob, { resourceAttributes: { ...attributes, namespace: '' } })).is(201, {
      status: { allowed: false },
    })
    ;(await mine(bob, { nonResourceAttributes: { path: '/api', verb: 'get' } })).is(201, {
      status: { allowed: true, reason: /ClusterRoleBinding "system:discovery"/ },
    })
    ;(await mine(bob, { nonResourceAttributes: { path: '/metrics', verb: 'get' } })).is(201)
    ;(await mine(api, { resourceAttributes: attributes })).is(201, { status: { allowed: true } })
  },

  'a review asks about a resource or about a path': async (api) => {
    const bob = api.as({ user: 'bob' })
    ;(await mine(bob, {})).is(422)
    ;(
      await mine(bob, {
        resourceAttributes: { verb: 'get', resource: 'pods' },
        nonResourceAttributes: { path: '/', verb: 'get' },
      })
    ).is(422)
    ;(await somebodys(api, { resourceAttributes: { verb: 'get', resource: 'pods' } })).is(422)
    ;(await somebodys(api, { user: 'bob' })).is(422)
    const named = await api.post(
      `${root}/selfsubjectaccessreviews`,
      {
        ...review('SelfSubjectAccessReview', { nonResourceAttributes: { path: '/', verb: 'get' } }),
        metadata: { name: 'x' },
      },
      // the message prints the managed fields of what was sent
      { show: ({ reason, details }) => ({ reason, field: details.causes[0].field }) },
    )
    named.is(422)
  },

  'a review that cannot be read is refused, unknown fields as asked': async (api) => {
    const path = `${root}/selfsubjectaccessreviews`
    const spec = { nonResourceAttributes: { path: '/api', verb: 'get' } }
    const typed = review('SelfSubjectAccessReview', spec)
    ;(await api.post(path, { ...typed, kind: 'SubjectAccessReview' })).is(400)
    ;(await api.post(path, { ...typed, kind: 'Pod', apiVersion: 'v1' })).is(400)
    ;(await api.post(path, { spec })).is(201, { kind: 'SelfSubjectAccessReview', status: { allowed: true } })
    ;(await api.post(path, { ...typed, spec: { resourceAttributes: 'pods' } })).is(400)
    ;(await api.post(path, { ...typed, spec: { nonResourceAttributes: { path: 5 } } })).is(400)
    ;(await api.post(path, { ...typed, spec: { ...spec, colour: 'green' } })).is(201)
    ;(await api.post(`${path}?fieldValidation=Warn`, { ...typed, spec: { ...spec, colour: 'green' } })).is(
      201,
    )
    ;(await api.post(`${path}?fieldValidation=Strict`, { ...typed, spec: { ...spec, colour: 'green' } })).is(
      400,
    )
    ;(await api.post(`${path}?dryRun=All`, typed)).is(201)
    ;(await api.post(path, 'no json')).is(400)
    ;(await api.get(path)).is(405)
  },

  'an administrator asks what somebody may': async (api) => {
    const bob = api.as({ user: 'bob' })
    await grant(api, bob, group('system:authenticated'), [rule(['list'], 'apps', ['deployments'])])
    const attributes = { namespace: api.namespace, verb: 'list', group: 'apps', resource: 'deployments' }
    ;(
      await somebodys(api, { user: 'bob', groups: ['system:authenticated'], resourceAttributes: attributes })
    ).is(201, { status: { allowed: true, reason: /to Group "system:authenticated"$/ } })
    ;(await somebodys(api, { user: 'bob', resourceAttributes: attributes })).is(201, {
      status: { allowed: false },
    })
    ;(await somebodys(api, { groups: ['system:masters'], resourceAttributes: attributes })).is(201, {
      status: { allowed: true },
    })
    ;(
      await somebodys(api, {
        user: 'bob',
        uid: 'u',
        extra: { scopes: ['a'] },
        nonResourceAttributes: { path: '/healthz', verb: 'get' },
      })
    ).is(201)
  },

  'a review names subresources, names and stars': async (api) => {
    const bob = api.as({ user: 'bob' })
    await grant(api, bob, user('bob'), [
      rule(['get'], 'apps', ['deployments/scale']),
      rule(['get'], '', ['secrets'], 'a'),
    ])
    const ask = async (attributes: object, allowed: boolean) =>
      (await mine(bob, { resourceAttributes: { namespace: api.namespace, verb: 'get', ...attributes } })).is(
        201,
        {
          status: { allowed },
        },
      )
    await ask({ group: 'apps', resource: 'deployments', subresource: 'scale' }, true)
    await ask({ group: 'apps', resource: 'deployments' }, false)
    await ask({ resource: 'secrets', name: 'a' }, true)
    await ask({ resource: 'secrets' }, false)
    await ask({ resource: '*' }, false)
    await ask(
      { group: 'apps', version: 'v1', resource: 'deployments', subresource: 'scale', name: 'x' },
      true,
    )
  },

  'asking what others may is a right, in a namespace too': async (api) => {
    const bob = api.as({ user: 'bob' })
    await grant(api, bob, user('bob'), [
      rule(['create'], 'authorization.k8s.io', ['localsubjectaccessreviews']),
    ])
    const attributes = { namespace: api.namespace, verb: 'get', resource: 'secrets' }
    ;(await somebodys(bob, { user: 'ann', resourceAttributes: attributes })).is(403)
    ;(await local(bob, { user: 'ann', resourceAttributes: attributes })).is(201, {
      status: { allowed: false },
    })
    ;(await local(bob, { user: 'ann', resourceAttributes: { ...attributes, namespace: 'default' } })).is(422)
    ;(await local(bob, { user: 'ann', nonResourceAttributes: { path: '/', verb: 'get' } })).is(422)
  },

  'a refusal in a review tells of roles that are not there': async (api) => {
    const bob = api.as({ user: 'bob' })
    await api.post(api.in(roleBindings), roleBinding('b', 'Role', 'missing', user('bob')))
    await bob.until(api.in('secrets'), ({ body }) => /RBAC/.test(body.message))
    const attributes = { namespace: api.namespace, verb: 'get', resource: 'secrets' }
    ;(await mine(bob, { resourceAttributes: attributes })).is(201, {
      status: { allowed: false, reason: 'RBAC: role.rbac.authorization.k8s.io "missing" not found' },
    })
  },

  'a rules review lists the rules that hold in a namespace': async (api) => {
    const name = api.unique('bob')
    const bob = api.as({ user: name })
    await grantEverywhere(api, bob, user(name), [
      rule(['list'], '', ['nodes']),
      { verbs: ['get'], nonResourceURLs: ['/metrics'] },
    ])
    await grant(api, bob, user(name), [rule(['get', 'list'], '', ['secrets'], 'a', 'b')])
    const sorted = (body: { status: Record<string, object[]> }) =>
      Object.fromEntries(
        Object.entries(body.status).map(([field, value]) => [
          field,
          Array.isArray(value) ? value.map((each) => JSON.stringify(each)).toSorted() : value,
        ]),
      )
    const here = await api
      .as({ user: name })
      .post(
        `${root}/selfsubjectrulesreviews`,
        review('SelfSubjectRulesReview', { namespace: api.namespace }),
        { show: sorted },
      )
    here.is(201, { status: { incomplete: false } })
    ;(await rules(bob, {})).is(400)
    const asMaster = await api.post(
      `${root}/selfsubjectrulesreviews`,
      review('SelfSubjectRulesReview', { namespace: api.namespace }),
      { show: sorted },
    )
    asMaster.is(201)
  },
}
