import type { HttpRequest } from '../server/exchange.ts'
import { authorize } from './authorize.ts'
import { systemAuthenticated } from './identity.ts'
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

/** The identity a request is made in: the Impersonate headers of whoever may, else the sender's own. Throws a 403. */
export const impersonated = (request: HttpRequest, sender: Identity, roles: RoleBook): Identity => {
  const [user] = valuesOf(request, 'impersonate-user')
  if (user === undefined || user === '') return sender
  const demand = (group: string, plural: string, namespace: string, name: string): void =>
    authorize(roles, sender, {
      isResource: true,
      verb: 'impersonate',
      group,
      plural,
      subresource: '',
      namespace,
      name,
    })
  const account = serviceAccountPattern.exec(user)
  if (account !== null) demand('', 'serviceaccounts', account[1] ?? '', account[2] ?? '')
  else demand('', 'users', '', user)
  const groups = valuesOf(request, 'impersonate-group')
  for (const group of groups) demand('', 'groups', '', group)
  const own =
    account !== null && groups.length === 0
      ? ['system:serviceaccounts', `system:serviceaccounts:${account[1]}`]
      : []
  return { user, groups: [...new Set([...groups, ...own, systemAuthenticated])] }
}
