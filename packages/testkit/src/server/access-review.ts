import { badRequest, invalidObject } from '../api-error.ts'
import type { Identity } from '../auth/identity.ts'
import type { Attributes } from '../auth/policy-rule.ts'
import { invalid } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { isJsonObject, jsonEqual, listAt, recordAt, textAt } from '../kube-object.ts'
import type { Review, ReviewContext, Reviewed } from './review.ts'

type Fields = Readonly<Record<string, unknown>>

/** The server's field errors of reviews name no kind. */
const kindless = { group: 'authorization.k8s.io', kind: '' }

/** As the server prints it: by the names of its own fields. */
const printedPath = (spec: Fields): Record<string, string> => ({
  Path: textAt(spec, 'nonResourceAttributes', 'path'),
  Verb: textAt(spec, 'nonResourceAttributes', 'verb'),
})

const attributeErrors = (spec: Fields): FieldError[] => {
  const ofResource = isJsonObject(spec['resourceAttributes'])
  const ofPath = isJsonObject(spec['nonResourceAttributes'])
  if (ofResource && ofPath) {
    const why = 'cannot be specified in combination with resourceAttributes'
    return [invalid('spec.nonResourceAttributes', printedPath(spec), why)]
  }
  if (ofResource || ofPath) return []
  const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified'
  return [invalid('spec.resourceAttributes', null, why)]
}

const subjectErrors = (spec: Fields): FieldError[] =>
  textAt(spec, 'user') === '' && listAt(spec, 'groups').length === 0
    ? [invalid('spec.user', '', 'at least one of user or group must be specified')]
    : []

/** What the sender said of an object that is none: the server itself writes down who that was. */
const sentMetadata = ({ metadata }: Reviewed): Record<string, unknown> => {
  const { managedFields: _managedFields, ...sent } = metadata
  return sent
}

const metadataErrors = (asked: Reviewed): FieldError[] => {
  const metadata = sentMetadata(asked)
  return jsonEqual(metadata, {}) ? [] : [invalid('metadata', metadata, 'must be empty')]
}

const localErrors = (review: Reviewed, namespace: string): FieldError[] => {
  const { spec } = review
  const metadata = sentMetadata(review)
  const errors: FieldError[] = []
  const { namespace: _namespace, ...rest } = metadata
  if (!jsonEqual(rest, {})) errors.push(invalid('metadata', metadata, 'must be empty except for namespace'))
  const asked = textAt(spec, 'resourceAttributes', 'namespace')
  if (isJsonObject(spec['resourceAttributes']) && asked !== namespace)
    errors.push(invalid('spec.resourceAttributes.namespace', asked, 'must match metadata.namespace'))
  if (isJsonObject(spec['nonResourceAttributes'])) {
    const why = 'disallowed on this kind of request'
    errors.push(invalid('spec.nonResourceAttributes', printedPath(spec), why))
  }
  return errors
}

const attributesOf = (spec: Fields): Attributes => {
  const resource = recordAt(spec, 'resourceAttributes')
  if (!isJsonObject(spec['resourceAttributes'])) {
    const path = recordAt(spec, 'nonResourceAttributes')
    return { isResource: false, verb: textAt(path, 'verb'), path: textAt(path, 'path') }
  }
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

const decided = (
  errors: readonly FieldError[],
  { roles }: ReviewContext,
  identity: Identity,
  { metadata, spec }: Reviewed,
): Record<string, unknown> => {
  if (errors.length > 0) throw invalidObject(kindless, '', errors)
  const { allowed, reason } = roles.decide(identity, attributesOf(spec))
  return { metadata, spec, status: { allowed, ...(reason === '' ? {} : { reason }) } }
}

const subjectOf = (spec: Fields): Identity => ({
  user: textAt(spec, 'user'),
  groups: listAt(spec, 'groups').filter((group) => typeof group === 'string'),
})

export const reviewOwnAccess: Review = (asked, context) =>
  decided([...attributeErrors(asked.spec), ...metadataErrors(asked)], context, context.identity, asked)

export const reviewAccess: Review = (asked, context) =>
  decided(
    [...attributeErrors(asked.spec), ...subjectErrors(asked.spec), ...metadataErrors(asked)],
    context,
    subjectOf(asked.spec),
    asked,
  )

export const reviewLocalAccess: Review = (asked, context) => {
  const { namespace } = context
  const given = textAt(asked.metadata, 'namespace')
  if (given !== '' && given !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  const placed = { ...asked, metadata: { ...asked.metadata, namespace } }
  return decided(
    [...attributeErrors(asked.spec), ...subjectErrors(asked.spec), ...localErrors(placed, namespace)],
    context,
    subjectOf(asked.spec),
    placed,
  )
}

export const reviewOwnRules: Review = ({ spec }, { identity, roles }) => {
  const namespace = textAt(spec, 'namespace')
  if (namespace === '') throw badRequest('no namespace on request')
  const { rules, problems } = roles.rulesFor(identity, namespace)
  return {
    metadata: {},
    spec: {},
    status: {
      resourceRules: rules
        .filter(({ resources = [] }) => resources.length > 0)
        .map(({ verbs, apiGroups, resources, resourceNames }) => ({
          verbs,
          apiGroups,
          resources,
          resourceNames,
        })),
      nonResourceRules: rules
        .filter(({ nonResourceURLs = [] }) => nonResourceURLs.length > 0)
        .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
      incomplete: problems.length > 0,
      ...(problems.length === 0 ? {} : { evaluationError: problems.join(', ') }),
    },
  }
}
