import type { CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { grant, rule, user } from './grants.ts'

const whoAmI = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
const selfSubjectReview = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }

const tokenRequest = (spec: object = {}) => ({
  apiVersion: 'authentication.k8s.io/v1',
  kind: 'TokenRequest',
  spec,
})

/** Makes the account `robot`; answers the path of its tokens. */
const robot = async (api: CaseApi): Promise<string> => {
  await api.post(api.in('serviceaccounts'), {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'robot' },
  })
  return api.in('serviceaccounts', 'robot/token')
}

const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }

/** What a token says: the middle of the three parts. */
const claimsOf = (token: unknown): Record<string, unknown> =>
  JSON.parse(Buffer.from(String(token).split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<
    string,
    unknown
  >

export const tokenRequests: Cases = {
  'a token says whose it is, for whom, and until when': async (api) => {
    const path = await robot(api)
    const answer = await api.post(path, tokenRequest({ audiences: ['vault'], expirationSeconds: 900 }))
    answer.is(201)
    const claims = claimsOf(answer.body.status.token)
    const about = claims['kubernetes.io'] as { serviceaccount: { name: string; uid: string } }
    const { body: account } = await api.get(api.in('serviceaccounts', 'robot'))
    const holds =
      claims['sub'] === `system:serviceaccount:${api.namespace}:robot` &&
      JSON.stringify(claims['aud']) === '["vault"]' &&
      Number(claims['exp']) - Number(claims['iat']) === 900 &&
      claims['nbf'] === claims['iat'] &&
      typeof claims['jti'] === 'string' &&
      about.serviceaccount.name === 'robot' &&
      about.serviceaccount.uid === account.metadata.uid &&
      Date.parse(answer.body.status.expirationTimestamp as string) === Number(claims['exp']) * 1000
    if (!holds) throw new Error(`the token says ${JSON.stringify(claims)}`)
  },

  'audiences are those of the server when none are named': async (api) => {
    const path = await robot(api)
    const answer = await api.post(path, tokenRequest(), {
      show: ({ spec }) => ({ ...spec, audiences: spec.audiences.length }),
    })
    answer.is(201, { spec: { audiences: [/./] } })
    const empty = await api.post(path, tokenRequest({ audiences: [] }), {
      show: ({ spec }) => ({ ...spec, audiences: spec.audiences.length }),
    })
    empty.is(201)
  },

  'two tokens of one account are two': async (api) => {
    const path = await robot(api)
    const first = await api.post(path, tokenRequest())
    const second = await api.post(path, tokenRequest())
    if (first.body.status.token === second.body.status.token) throw new Error('both are the same')
  },

  'to make tokens is a right of its own, for accounts by name': async (api) => {
    const path = await robot(api)
    const ann = api.as({ user: 'ann' })
    await grant(api, ann, user('ann'), [
      rule(['create'], '', ['serviceaccounts']),
      rule(['get'], '', ['serviceaccounts/token']),
    ])
    const refused = await ann.post(path, tokenRequest())
    refused.is(403, { message: /cannot create resource "serviceaccounts\/token"/ })
    const tom = api.as({ user: 'tom' })
    await api.post(api.in('rbac.authorization.k8s.io/v1/roles'), {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'tokens' },
      rules: [
        {
          apiGroups: [''],
          resources: ['serviceaccounts/token'],
          resourceNames: ['robot'],
          verbs: ['create'],
        },
      ],
    })
    await api.post(api.in('rbac.authorization.k8s.io/v1/rolebindings'), {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'tokens' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'tokens' },
      subjects: [user('tom')],
    })
    await api.until(path.replace('/token', ''), ({ status }) => status === 200, { show: ({ kind }) => kind })
    const review = '/apis/authorization.k8s.io/v1/subjectaccessreviews'
    const mayTom = async (): Promise<boolean> => {
      const { body } = await api.post(
        review,
        {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SubjectAccessReview',
          spec: {
            user: 'tom',
            resourceAttributes: {
              namespace: api.namespace,
              verb: 'create',
              resource: 'serviceaccounts',
              subresource: 'token',
              name: 'robot',
            },
          },
        },
        { show: () => undefined },
      )
      return (body as { status: { allowed: boolean } }).status.allowed
    }
    // asked once, after his role has surely been seen by whoever answers: his right to it shows in a dry run
    await tom.until(api.in('configmaps', 'a'), ({ status }) => status === 403, { show: () => undefined })
    if (!(await mayTom())) throw new Error('tom may not, by his role')
    const made = await tom.post(path, tokenRequest())
    made.is(201)
    const other = await tom.post(api.in('serviceaccounts', 'default/token'), tokenRequest())
    other.is(403)
  },

  'a dry run makes a token that is none': async (api) => {
    const path = await robot(api)
    const answer = await api.post(`${path}?dryRun=All`, tokenRequest())
    answer.is(201)
  },

  'a TokenRequest is for its path: other methods are not allowed': async (api) => {
    const path = await robot(api)
    ;(await api.get(path)).is(405)
    ;(await api.put(path, tokenRequest())).is(405)
    ;(await api.patch(path, 'merge', {})).is(405)
    ;(await api.delete(path)).is(405)
  },

  'what a TokenRequest says of its account has to be true': async (api) => {
    const path = await robot(api)
    const wrongName = await api.post(path, { ...tokenRequest(), metadata: { name: 'other' } })
    wrongName.is(422)
    const wrongPlace = await api.post(path, { ...tokenRequest(), metadata: { namespace: 'other' } })
    wrongPlace.is(400, { reason: 'BadRequest' })
    const right = await api.post(path, {
      ...tokenRequest(),
      metadata: { name: 'robot', namespace: api.namespace, labels: { a: 'b' } },
    })
    right.is(201)
  },

  'a status that is sent is not believed': async (api) => {
    const path = await robot(api)
    const answer = await api.post(path, {
      ...tokenRequest(),
      status: { token: 'mine', expirationTimestamp: '2000-01-01T00:00:00Z' },
    })
    answer.is(201, { status: { token: /^eyJ/ } })
  },

  'a token may be bound to a node': async (api) => {
    const path = await robot(api)
    const name = api.unique('node')
    await api.post('/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name } })
    const answer = await api.post(
      path,
      tokenRequest({ boundObjectRef: { apiVersion: 'v1', kind: 'Node', name } }),
    )
    answer.is(201)
    const who = await api.as({ token: answer.body.status.token as string }).post(whoAmI, selfSubjectReview)
    who.is(201, { status: { userInfo: { extra: { 'authentication.kubernetes.io/node-name': [name] } } } })
  },

  'a token is bound to an account of that name and uid: a new one does not get it': async (api) => {
    const path = await robot(api)
    const { body } = await api.post(path, tokenRequest())
    await api.delete(api.in('serviceaccounts', 'robot'))
    await robot(api)
    const answer = await api
      .as({ token: body.status.token as string })
      .until('/api', ({ status }) => status === 401)
    answer.is(401)
  },

  'a token has the rights of its account': async (api) => {
    const path = await robot(api)
    const { body } = await api.post(path, tokenRequest())
    const holder = api.as({ token: body.status.token as string })
    const refused = await holder.post(api.in('configmaps'), configMap)
    refused.is(403, {
      message: new RegExp(`User "system:serviceaccount:${api.namespace}:robot" cannot create`),
    })
    await grant(api, holder, { kind: 'ServiceAccount', name: 'robot', namespace: api.namespace }, [
      rule(['create'], '', ['configmaps']),
    ])
    const made = await holder.post(api.in('configmaps'), configMap)
    made.is(201)
  },
}
