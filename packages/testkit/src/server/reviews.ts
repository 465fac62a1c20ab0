import { badRequest, forbidden } from '../api-error.ts'
import type { Identity } from '../auth/identity.ts'
import { systemMasters } from '../auth/identity.ts'
import type { Attributes, PolicyRule } from '../auth/policy-rule.ts'
import type { RoleBook } from '../auth/role-book.ts'
import type { ServiceAccountTokens } from '../auth/service-account-tokens.ts'
import { isJsonObject, listAt, recordAt, textAt } from '../kube-object.ts'

export interface ReviewContext {
  readonly identity: Identity
  readonly roles: RoleBook
  readonly tokens: ServiceAccountTokens
  readonly namespace: string
  readonly now: number
}

type Review = (spec: Record<string, unknown>, context: ReviewContext) => Record<string, unknown>

const attributesOf = (spec: Record<string, unknown>): Attributes => {
  const resource = spec['resourceAttributes']
  const path = spec['nonResourceAttributes']
  if (isJsonObject(resource)) {
    return {
      isResource: true,
      verb: textAt(resource, 'verb'),
      group: textAt(resource, 'group'),
      plural: textAt(resource, 'resource'),
      subresource: textAt(resource, 'subresource'),
      namespace: textAt(resource, 'namespace'),
      name: textAt(resource, 'name'),
    }
  }
  if (isJsonObject(path)) return { isResource: false, verb: textAt(path, 'verb'), path: textAt(path, 'path') }
  throw badRequest('exactly one of nonResourceAttributes or resourceAttributes must be specified')
}

const decided = (
  roles: RoleBook,
  identity: Identity,
  spec: Record<string, unknown>,
): Record<string, unknown> => {
  const { allowed, reason } = roles.decide(identity, attributesOf(spec))
  return { allowed, ...(reason === '' ? {} : { reason }) }
}

const everything: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
]

const subjectOf = (spec: Record<string, unknown>): Identity => ({
  user: textAt(spec, 'user'),
  groups: listAt(spec, 'groups').filter((group) => typeof group === 'string'),
})

/** What each review answers as its status, by `group/plural`. */
export const reviews: Readonly<Record<string, Review>> = {
  'authorization.k8s.io/selfsubjectaccessreviews': (spec, { identity, roles }) =>
    decided(roles, identity, spec),
  'authorization.k8s.io/subjectaccessreviews': (spec, { roles }) => decided(roles, subjectOf(spec), spec),
  'authorization.k8s.io/localsubjectaccessreviews': (spec, { roles, namespace }) => {
    if (textAt(spec, 'resourceAttributes', 'namespace') !== namespace) {
      throw badRequest(`spec.resourceAttributes.namespace must match namespace: ${namespace}`)
    }
    return decided(roles, subjectOf(spec), spec)
  },
  'authorization.k8s.io/selfsubjectrulesreviews': (spec, { identity, roles }) => {
    const namespace = textAt(spec, 'namespace')
    if (namespace === '')
      throw forbidden(
        { group: 'authorization.k8s.io', plural: 'selfsubjectrulesreviews' },
        '',
        'no namespace on request',
      )
    const rules = identity.groups.includes(systemMasters)
      ? everything
      : roles.rulesFor(identity, namespace).rules
    return {
      resourceRules: rules.filter(({ resources = [] }) => resources.length > 0),
      nonResourceRules: rules.filter(({ nonResourceURLs = [] }) => nonResourceURLs.length > 0),
      incomplete: false,
    }
  },
  'authentication.k8s.io/selfsubjectreviews': (_spec, { identity }) => ({
    userInfo: {
      username: identity.user,
      groups: identity.groups,
      ...(identity.uid === undefined ? {} : { uid: identity.uid }),
    },
  }),
  'authentication.k8s.io/tokenreviews': (spec, { tokens, now }) => {
    const audiences = listAt(spec, 'audiences').filter((audience) => typeof audience === 'string')
    const identity = tokens.identify(
      textAt(spec, 'token'),
      now,
      audiences.length === 0 ? [tokens.issuer] : audiences,
    )
    if (identity === undefined) return { user: {}, error: 'invalid bearer token' }
    return {
      authenticated: true,
      user: { username: identity.user, uid: identity.uid, groups: identity.groups },
      audiences: audiences.length === 0 ? [tokens.issuer] : audiences,
    }
  },
}

/** The answer to a review: the object with its status. */
export const answerReview = (
  review: Review,
  body: unknown,
  context: ReviewContext,
  apiVersion: string,
  kind: string,
): Record<string, unknown> => {
  if (!isJsonObject(body))
    throw badRequest(`couldn't get version/kind; json parse error: the body must be a ${kind}`)
  const spec = recordAt(body, 'spec')
  return {
    kind,
    apiVersion,
    metadata: { creationTimestamp: null, ...recordAt(body, 'metadata') },
    spec,
    status: review(spec, context),
  }
}
