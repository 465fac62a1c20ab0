import type { Identity } from '../../auth/identity.ts'
import type { Attributes } from '../../auth/policy-rule.ts'
import type { Decision, RoleBook } from '../../auth/role-book.ts'
import { labelProblems, subdomainProblems } from '../../verbs/names.ts'
import { structType } from '../cel-type.ts'
import { CelError, LibraryValue } from '../cel-value.ts'
import { member } from '../functions.ts'
import type { Library } from '../functions.ts'

const prefix = 'kubernetes.authorization.'

abstract class AuthorizationValue extends LibraryValue {
  override equals(other: unknown): boolean {
    return this === other
  }
}

/** Who may do what, as one user: the variable `authorizer`. */
export class Authorizer extends AuthorizationValue {
  override readonly type = structType(`${prefix}Authorizer`)
  readonly roles: RoleBook
  readonly identity: Identity

  constructor(roles: RoleBook, identity: Identity) {
    super()
    this.roles = roles
    this.identity = identity
  }
}

class PathCheck extends AuthorizationValue {
  override readonly type = structType(`${prefix}PathCheck`)
  readonly authorizer: Authorizer
  readonly path: string

  constructor(authorizer: Authorizer, path: string) {
    super()
    this.authorizer = authorizer
    this.path = path
  }
}

class GroupCheck extends AuthorizationValue {
  override readonly type = structType(`${prefix}GroupCheck`)
  readonly authorizer: Authorizer
  readonly group: string

  constructor(authorizer: Authorizer, group: string) {
    super()
    this.authorizer = authorizer
    this.group = group
  }
}

type Asked = Omit<Extract<Attributes, { isResource: true }>, 'isResource' | 'verb'>

/** What is asked about a resource, without the verb: the variable `authorizer.requestResource`. */
export class ResourceCheck extends AuthorizationValue {
  override readonly type = structType(`${prefix}ResourceCheck`)
  readonly authorizer: Authorizer
  readonly asked: Asked

  constructor(authorizer: Authorizer, asked: Asked) {
    super()
    this.authorizer = authorizer
    this.asked = asked
  }

  with(more: Partial<Asked>): ResourceCheck {
    return new ResourceCheck(this.authorizer, { ...this.asked, ...more })
  }
}

class DecisionValue extends AuthorizationValue {
  override readonly type = structType(`${prefix}Decision`)
  readonly decision: Decision

  constructor(decision: Decision) {
    super()
    this.decision = decision
  }
}

const notEmpty = (text: string, what: string): string => {
  if (text.trim() === '') throw new CelError(`${what} must not be empty`)
  return text
}

const asServiceAccount = ({ roles }: Authorizer, namespace: string, name: string): Authorizer => {
  if (subdomainProblems(name).length > 0) throw new CelError('Invalid service account name')
  if (labelProblems(namespace).length > 0) throw new CelError('Invalid service account namespace')
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`]
  return new Authorizer(roles, { user: `system:serviceaccount:${namespace}:${name}`, groups })
}

const decide = ({ roles, identity }: Authorizer, wanted: Attributes): DecisionValue =>
  new DecisionValue(roles.decide(identity, wanted))

const name = (type: string): string => `${prefix}${type}`

/** Kubernetes' `authorizer`: asks the roles of this server. */
export const authorizerLibrary = (): Library => [
  member(
    `${name('Authorizer')}.path(string): ${name('PathCheck')}`,
    (authorizer: Authorizer, path: string) => new PathCheck(authorizer, notEmpty(path, 'path')),
  ),
  member(
    `${name('Authorizer')}.group(string): ${name('GroupCheck')}`,
    (authorizer: Authorizer, group: string) => new GroupCheck(authorizer, group),
  ),
  member(`${name('Authorizer')}.serviceAccount(string, string): ${name('Authorizer')}`, asServiceAccount),
  member(
    `${name('GroupCheck')}.resource(string): ${name('ResourceCheck')}`,
    ({ authorizer, group }: GroupCheck, plural: string) =>
      new ResourceCheck(authorizer, {
        group,
        plural: notEmpty(plural, 'resource'),
        subresource: '',
        namespace: '',
        name: '',
      }),
  ),
  ...(['subresource', 'namespace', 'name'] as const).map((field) =>
    member(
      `${name('ResourceCheck')}.${field}(string): ${name('ResourceCheck')}`,
      (check: ResourceCheck, text: string) => check.with({ [field]: text }),
    ),
  ),
  // roles do not look at selectors
  ...['fieldSelector', 'labelSelector'].map((field) =>
    member(
      `${name('ResourceCheck')}.${field}(string): ${name('ResourceCheck')}`,
      (check: ResourceCheck) => check,
    ),
  ),
  member(
    `${name('PathCheck')}.check(string): ${name('Decision')}`,
    ({ authorizer, path }: PathCheck, verb: string) => decide(authorizer, { isResource: false, verb, path }),
  ),
  member(
    `${name('ResourceCheck')}.check(string): ${name('Decision')}`,
    ({ authorizer, asked }: ResourceCheck, verb: string) =>
      decide(authorizer, { ...asked, isResource: true, verb }),
  ),
  member(`${name('Decision')}.allowed(): bool`, ({ decision }: DecisionValue) => decision.allowed),
  member(`${name('Decision')}.reason(): string`, ({ decision }: DecisionValue) => decision.reason),
  member(`${name('Decision')}.errored(): bool`, () => false),
  member(`${name('Decision')}.error(): string`, () => ''),
]
