import type { Identity } from '../auth/identity.ts'
import type { RoleBook } from '../auth/role-book.ts'
import type { ServiceAccountTokens } from '../auth/service-account-tokens.ts'

export interface ReviewContext {
  readonly identity: Identity
  readonly roles: RoleBook
  readonly tokens: ServiceAccountTokens
  readonly namespace: string
  readonly now: number
}

/** What was sent, without its empty fields. */
export interface Reviewed {
  readonly metadata: Readonly<Record<string, unknown>>
  readonly spec: Readonly<Record<string, unknown>>
}

/** Answers the fields of the answer besides its type. */
export type Review = (asked: Reviewed, context: ReviewContext) => Record<string, unknown>
