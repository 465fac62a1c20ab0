import { ApiError, groupResource } from '../api-error.ts'
import type { Identity } from './identity.ts'
import type { Attributes } from './policy-rule.ts'
import type { RoleBook } from './role-book.ts'

const quoted = (text: string): string => JSON.stringify(text)

/** The 403 of the real server for a wish that no role allows. */
const notAuthorized = (identity: Identity, wanted: Attributes, reason: string): ApiError => {
  const because = reason === '' ? '' : `: ${reason}`
  if (!wanted.isResource) {
    const text = `forbidden: User ${quoted(identity.user)} cannot ${wanted.verb} path ${quoted(wanted.path)}${because}`
    return new ApiError(403, 'Forbidden', text, {})
  }
  const { group, plural, subresource, namespace, name } = wanted
  const resource = subresource === '' ? plural : `${plural}/${subresource}`
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${quoted(namespace)}`
  const subject = name === '' ? groupResource(wanted) : `${groupResource(wanted)} ${quoted(name)}`
  return new ApiError(
    403,
    'Forbidden',
    `${subject} is forbidden: User ${quoted(identity.user)} cannot ${wanted.verb} resource ${quoted(resource)} in API group ${quoted(group)} ${where}${because}`,
    { ...(name === '' ? {} : { name }), ...(group === '' ? {} : { group }), kind: plural },
  )
}

/** Passes over what the roles allow, throws a 403 for everything else. */
export const authorize = (roles: RoleBook, identity: Identity, wanted: Attributes): void => {
  const { allowed, reason } = roles.decide(identity, wanted)
  if (!allowed) throw notAuthorized(identity, wanted, reason)
}
