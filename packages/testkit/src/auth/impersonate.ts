import { badRequest } from '../api-error.ts'
import type { HttpRequest } from '../server/exchange.ts'
import { authorize } from './authorize.ts'
import { anonymous, systemAuthenticated, systemUnauthenticated } from './identity.ts'
import type { Identity } from './identity.ts'
import type { RoleBook } from './role-book.ts'

const valuesOf = (request: HttpRequest, header: string): string[] => {
  // repeated headers arrive joined by `, `; a group's name has no such sequence in practice
  const value = request.headers[header]
  return value === undefined
    ? []
    : (Array.isArray(value) ? value : [value]).flatMap((text) => text.split(', '))
}

const serviceAccountPattern = /^system:serviceaccount:([^:]+):([^:]+)$/
const extraPrefix = 'impersonate-extra-'
const authenticationGroup = 'authentication.k8s.io'

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** One thing a sender wants to be: each is a right of its own. */
interface Wish {
  /** As the refusal of a wish without a user prints it. */
  readonly kind: 'User' | 'ServiceAccount' | 'Group' | 'UserExtra' | 'UID'
  readonly group: string
  readonly plural: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
}

const wish = (kind: Wish['kind'], plural: string, name: string, more: Partial<Wish> = {}): Wish => ({
  kind,
  group: '',
  plural,
  subresource: '',
  namespace: '',
  name,
  ...more,
})

const userWish = (user: string): Wish => {
  const [, namespace, name] = serviceAccountPattern.exec(user) ?? []
  return namespace === undefined || name === undefined
    ? wish('User', 'users', user)
    : wish('ServiceAccount', 'serviceaccounts', name, { namespace })
}

/** As Go prints a list of object references. */
const printed = (wishes: readonly Wish[]): string => {
  const references = wishes.map(({ kind, namespace, name, group, subresource }) => {
    const apiVersion = group === '' ? '' : `${group}/v1`
    return `{${[kind, namespace, name, '', apiVersion, '', subresource].join(' ')}}`
  })
  return `[${references.join(' ')}]`
}

/** The groups somebody is in besides those they are given. */
const groupsOf = (user: string, given: readonly string[]): string[] => {
  const [, namespace] = serviceAccountPattern.exec(user) ?? []
  const own =
    namespace !== undefined && given.length === 0
      ? ['system:serviceaccounts', `system:serviceaccounts:${namespace}`]
      : []
  // who is put among the unauthenticated is not authenticated
  const isPlaced = user !== anonymous && given.includes(systemUnauthenticated)
  const everybody = user === anonymous || isPlaced ? systemUnauthenticated : systemAuthenticated
  return [...new Set([...given, ...own, everybody])]
}

/**
 * The identity a request is made in: the Impersonate headers of whoever may, else the sender's own. Throws a 403, and
 * a 400 for what is given to nobody.
 */
export const impersonated = (request: HttpRequest, sender: Identity, roles: RoleBook): Identity => {
  const [user = ''] = valuesOf(request, 'impersonate-user')
  const groups = valuesOf(request, 'impersonate-group')
  const [uid = ''] = valuesOf(request, 'impersonate-uid')
  const extra: Record<string, string[]> = {}
  for (const header of Object.keys(request.headers))
    if (header.startsWith(extraPrefix))
      extra[decoded(header.slice(extraPrefix.length))] = valuesOf(request, header)
  const wishes = [
    ...groups.map((group) => wish('Group', 'groups', group)),
    ...Object.entries(extra).flatMap(([key, values]) =>
      values.map((value) =>
        wish('UserExtra', 'userextras', value, { group: authenticationGroup, subresource: key }),
      ),
    ),
    ...(uid === '' ? [] : [wish('UID', 'uids', uid, { group: authenticationGroup })]),
  ]
  if (user === '') {
    if (wishes.length > 0) throw badRequest(`requested ${printed(wishes)} without impersonating a user`)
    return sender
  }
  for (const each of [userWish(user), ...wishes])
    authorize(roles, sender, { ...each, isResource: true, verb: 'impersonate' })
  return {
    user,
    groups: groupsOf(user, groups),
    ...(uid === '' ? {} : { uid }),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  }
}
