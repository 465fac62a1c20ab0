import { byCertificate } from '../../conformance-case.ts'
import type { CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'

const whoAmI = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
const tokenReviews = '/apis/authentication.k8s.io/v1/tokenreviews'
const selfSubjectReview = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }

const tokenRequest = (spec: object = {}) => ({
  apiVersion: 'authentication.k8s.io/v1',
  kind: 'TokenRequest',
  spec,
})

const account = async (api: CaseApi, name = 'robot'): Promise<void> => {
  await api.post(api.in('serviceaccounts'), {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name },
  })
}

const tokenOf = async (api: CaseApi, spec: object = {}): Promise<string> => {
  const answer = await api.post(api.in('serviceaccounts', 'robot/token'), tokenRequest(spec))
  answer.is(201, { status: { token: /^eyJ/ } })
  return answer.body.status.token as string
}

const secret = (name: string) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name } })

const pod = (name: string, serviceAccountName: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { serviceAccountName, containers: [{ name: 'c', image: 'i' }] },
})

const boundTo = (kind: string, name: string, uid?: string) => ({
  boundObjectRef: { apiVersion: 'v1', kind, name, ...(uid === undefined ? {} : { uid }) },
})

export const authentication: Cases = {
  'a request without credentials is Unauthorized, whatever it asks for': async (api) => {
    const nobody = api.as('nobody')
    const refused = { kind: 'Status', status: 'Failure', reason: 'Unauthorized', code: 401 }
    for (const path of [api.in('secrets'), '/api', '/version', '/nowhere'])
      (await nobody.get(path)).is(401, refused)
    const created = await nobody.post(api.in('configmaps'), {})
    created.is(401, refused)
  },

  'a token that nobody issued is Unauthorized': async (api) => {
    for (const token of ['nonsense', 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln']) {
      const answer = await api.as({ token }).get('/api')
      answer.is(401, { message: 'Unauthorized', reason: 'Unauthorized' })
    }
  },

  'a user is the common name of the certificate, groups its organizations': byCertificate(async (api) => {
    const answer = await api
      .as({ user: 'bob', groups: ['team', 'other:team'] })
      .post(whoAmI, selfSubjectReview)
    answer.is(201, {
      status: { userInfo: { username: 'bob', groups: ['team', 'other:team', 'system:authenticated'] } },
    })
  }),

  'a user without groups is still authenticated': byCertificate(async (api) => {
    const answer = await api.as({ user: 'bob' }).post(whoAmI, selfSubjectReview)
    answer.is(201, { status: { userInfo: { groups: ['system:authenticated'] } } })
  }),

  'a token of a service account tells the account, its groups and the token': async (api) => {
    await account(api)
    const token = await tokenOf(api)
    const answer = await api.as({ token }).post(whoAmI, selfSubjectReview)
    answer.is(201, {
      status: {
        userInfo: {
          username: `system:serviceaccount:${api.namespace}:robot`,
          uid: /./,
          groups: [
            'system:serviceaccounts',
            `system:serviceaccounts:${api.namespace}`,
            'system:authenticated',
          ],
          extra: { 'authentication.kubernetes.io/credential-id': [/^JTI=/] },
        },
      },
    })
  },

  'a token for other audiences is not for this server': async (api) => {
    await account(api)
    const token = await tokenOf(api, { audiences: ['vault', 'bank'] })
    const asBearer = await api.as({ token }).get('/api')
    asBearer.is(401)
    const review = (audiences: string[]) => ({
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenReview',
      spec: { token, audiences },
    })
    const forBank = await api.post(tokenReviews, review(['bank', 'shop']))
    forBank.is(201, { status: { authenticated: true, audiences: ['bank'] } })
    const forShop = await api.post(tokenReviews, review(['shop']))
    forShop.is(201, { status: { authenticated: undefined, error: /audience/ } })
  },

  'a review of a token tells whose it is, or why it is nobody’s': async (api) => {
    await account(api)
    const token = await tokenOf(api)
    const review = (spec: object) => ({
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenReview',
      spec,
    })
    const known = await api.post(tokenReviews, review({ token }))
    known.is(201, {
      status: { authenticated: true, user: { username: `system:serviceaccount:${api.namespace}:robot` } },
    })
    const unknown = await api.post(tokenReviews, review({ token: 'nonsense' }))
    unknown.is(201, { status: { authenticated: undefined } })
    const none = await api.post(tokenReviews, review({}))
    none.is(400)
  },

  'a token lives an hour unless asked otherwise, within bounds': async (api) => {
    await account(api)
    const path = api.in('serviceaccounts', 'robot/token')
    ;(await api.post(path, tokenRequest())).is(201, { spec: { expirationSeconds: 3600 } })
    ;(await api.post(path, {})).is(201, { spec: { expirationSeconds: 3600 } })
    ;(await api.post(path, tokenRequest({ expirationSeconds: 600 }))).is(201, {
      spec: { expirationSeconds: 600 },
    })
    const short = await api.post(path, tokenRequest({ expirationSeconds: 599 }))
    short.is(422, { reason: 'Invalid', details: { causes: [{ field: 'spec.expirationSeconds' }] } })
    const long = await api.post(path, tokenRequest({ expirationSeconds: 2 ** 32 + 1 }))
    long.is(422, { reason: 'Invalid', details: { causes: [{ field: 'spec.expirationSeconds' }] } })
  },

  'tokens are for accounts that are there, and of their name': async (api) => {
    await account(api)
    const missing = await api.post(api.in('serviceaccounts', 'missing/token'), tokenRequest())
    missing.is(404, { reason: 'NotFound', details: { name: 'missing' } })
    const other = await api.post(api.in('serviceaccounts', 'robot/token'), {
      ...tokenRequest(),
      metadata: { name: 'other' },
    })
    other.is(422, { details: { causes: [{ field: 'metadata.name' }] } })
    const read = await api.get(api.in('serviceaccounts', 'robot/token'))
    read.is(405)
  },

  'a TokenRequest that cannot be read is refused': async (api) => {
    await account(api)
    const path = api.in('serviceaccounts', 'robot/token')
    ;(await api.post(path, tokenRequest({ expirationSeconds: 'soon' }))).is(400)
    ;(await api.post(path, tokenRequest({ audiences: 'all' }))).is(400)
    ;(await api.post(path, { ...tokenRequest(), kind: 'TokenReview' })).is(400)
    ;(await api.post(path, tokenRequest({ audiences: [''] }))).is(201)
    ;(await api.post(`${path}?fieldValidation=Strict`, tokenRequest({ colour: 'green' }))).is(400)
    ;(await api.post(`${path}?fieldValidation=Warn`, tokenRequest({ colour: 'green' }))).is(201)
  },

  'a token bound to a secret dies with it': async (api) => {
    await account(api)
    const made = await api.post(api.in('secrets'), secret('bound'))
    const token = await tokenOf(api, boundTo('Secret', 'bound', made.body.metadata.uid))
    await api.delete(api.in('secrets', 'bound'))
    // first used when the secret is gone: a server that has seen it before remembers it for a while
    const answer = await api.as({ token }).until('/api', ({ status }) => status === 401)
    answer.is(401)
  },

  'a token bound to a pod tells the pod': async (api) => {
    await account(api)
    await api.post(api.in('pods'), pod('p', 'robot'), { show: ({ kind }) => kind })
    const token = await tokenOf(api, boundTo('Pod', 'p'))
    const answer = await api.as({ token }).post(whoAmI, selfSubjectReview)
    answer.is(201, { status: { userInfo: { extra: { 'authentication.kubernetes.io/pod-name': ['p'] } } } })
  },

  'what a token is bound to has to be there, to be this one, and of a kind that can be': async (api) => {
    await account(api)
    await account(api, 'other')
    await api.post(api.in('secrets'), secret('s'))
    await api.post(api.in('pods'), pod('p', 'other'), { show: ({ kind }) => kind })
    const path = api.in('serviceaccounts', 'robot/token')
    ;(await api.post(path, tokenRequest(boundTo('Secret', 'missing')))).is(404)
    ;(await api.post(path, tokenRequest(boundTo('Pod', 'missing')))).is(404)
    ;(await api.post(path, tokenRequest(boundTo('Secret', 's', 'another')))).is(409)
    ;(await api.post(path, tokenRequest(boundTo('ConfigMap', 'c')))).is(400)
    ;(await api.post(path, tokenRequest(boundTo('Pod', 'p')))).is(400)
  },

  'the tokens of an account die with it': async (api) => {
    await account(api)
    const token = await tokenOf(api)
    await api.delete(api.in('serviceaccounts', 'robot'))
    const answer = await api.as({ token }).until('/api', ({ status }) => status === 401)
    answer.is(401)
  },

  'a secret for an account is filled with a token of it': async (api) => {
    await account(api)
    await api.post(api.in('secrets'), {
      ...secret('filled'),
      type: 'kubernetes.io/service-account-token',
      metadata: { name: 'filled', annotations: { 'kubernetes.io/service-account.name': 'robot' } },
    })
    const filled = await api.until(
      api.in('secrets', 'filled'),
      ({ body }) => body.data?.token !== undefined,
      { show: ({ metadata, type, data }) => ({ metadata, type, keys: Object.keys(data).toSorted() }) },
    )
    const token = Buffer.from(filled.body.data.token, 'base64').toString()
    const answer = await api.as({ token }).post(whoAmI, selfSubjectReview)
    answer.is(201, { status: { userInfo: { username: `system:serviceaccount:${api.namespace}:robot` } } })
  },
}
