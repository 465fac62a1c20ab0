import { invalidObject } from '../../api-error.ts'
import { systemMasters } from '../../auth/identity.ts'
import type { Identity } from '../../auth/identity.ts'
import type { RoleBook } from '../../auth/role-book.ts'
import { forbiddenField } from '../../field-error.ts'
import { isJsonObject, jsonEqual, recordAt, textAt } from '../../kube-object.ts'
import type { KubeObject } from '../../kube-object.ts'
import { refusedKind } from '../../resources/resource.ts'
import type { ResourceRegistry } from '../../resources/resource-registry.ts'
import type { Store } from '../../storage/store.ts'
import type { Admission } from '../../verbs/api.ts'

interface Context {
  readonly store: Store
  readonly registry: ResourceRegistry
  readonly roles: RoleBook
}

const group = 'admissionregistration.k8s.io'

/** A user as Go prints its struct. */
const printedUser = ({ user, uid = '', groups, extra = {} }: Identity): string => {
  const fields = Object.entries(extra).toSorted(([left], [right]) => (left < right ? -1 : 1))
  const shown = fields.map(([key, values]) => `${key}:[${values.join(' ')}]`).join(' ')
  return `&{${user} ${uid} [${groups.join(' ')}] map[${shown}]}`
}

/** Which resource a kind of parameters is; everything where that is not known. */
const askedAbout = (paramKind: unknown, { registry }: Context): { group: string; plural: string } => {
  if (!isJsonObject(paramKind)) return { group: '*', plural: '*' }
  const apiVersion = textAt(paramKind, 'apiVersion')
  const plural = registry.findKind(apiVersion, textAt(paramKind, 'kind'))?.plural ?? '*'
  return { group: apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '', plural }
}

const policyProblem = (
  policy: KubeObject,
  old: KubeObject | undefined,
  identity: Identity,
  context: Context,
): string | undefined => {
  const { paramKind } = recordAt(policy, 'spec')
  if (!isJsonObject(paramKind) || jsonEqual(paramKind, recordAt(old, 'spec')['paramKind'] ?? null))
    return undefined
  const { allowed } = context.roles.decide(identity, {
    isResource: true,
    verb: 'get',
    ...askedAbout(paramKind, context),
    subresource: '',
    namespace: '*',
    name: '*',
  })
  if (allowed) return undefined
  return `user ${printedUser(identity)} must have "get" permission on all objects of the referenced paramKind (kind=${textAt(paramKind, 'kind')}, apiVersion=${textAt(paramKind, 'apiVersion')})`
}

const bindingProblem = (
  binding: KubeObject,
  old: KubeObject | undefined,
  identity: Identity,
  context: Context,
): string | undefined => {
  const spec = recordAt(binding, 'spec')
  const { paramRef } = spec
  if (!isJsonObject(paramRef)) return undefined
  const before = recordAt(old, 'spec')
  // a selector is compared by identity there: it always differs
  const isKept = jsonEqual(paramRef, before['paramRef'] ?? null) && paramRef['selector'] === undefined
  if (isKept && spec['policyName'] === before['policyName']) return undefined
  const policyName = textAt(spec, 'policyName')
  const policy = context.store.get(`${group}/validatingadmissionpolicies`, '', policyName)?.read()
  const { paramKind } = recordAt(policy, 'spec')
  const name = textAt(paramRef, 'name')
  const verb = name === '' ? 'list' : 'get'
  const about = askedAbout(paramKind, context)
  const { allowed } = context.roles.decide(identity, {
    isResource: true,
    verb,
    ...about,
    subresource: '',
    namespace: textAt(paramRef, 'namespace'),
    name,
  })
  if (allowed) return undefined
  const user = printedUser(identity)
  const rest = `to determine minimum required permissions and user ${user} does not have "${verb}" permission for all groups, versions and resources`
  if (policy === undefined) return `unable to get policy ${policyName} ${rest}`
  if (isJsonObject(paramKind) && about.plural === '*')
    return `unable to resolve paramKind &ParamKind{APIVersion:${textAt(paramKind, 'apiVersion')},Kind:${textAt(paramKind, 'kind')},} ${rest}`
  return `user ${user} does not have "${verb}" permission on the object referenced by paramRef`
}

/** Nobody has a policy read parameters for them that they may not read themselves. */
export const policyAuthorization =
  (context: Context): Admission =>
  ({ resource, subresource }, object, old, { identity }) => {
    if (resource.group !== group || subresource !== '' || identity.groups.includes(systemMasters)) return
    const isPolicy = resource.plural === 'validatingadmissionpolicies'
    if (!isPolicy && resource.plural !== 'validatingadmissionpolicybindings') return
    const problem = (isPolicy ? policyProblem : bindingProblem)(object, old, identity, context)
    if (problem === undefined) return
    const field = isPolicy ? 'spec.paramKind' : 'spec.paramRef'
    throw invalidObject(refusedKind(resource), object.metadata.name ?? '', [forbiddenField(field, problem)])
  }
