import { addOnReasons } from './add-on-reasons.ts'
import { deliveryReasons } from './delivery-reasons.ts'
import { engineReasons } from './engine-reasons.ts'
import { lifeReasons } from './life-reasons.ts'
import type { requestReasons } from './request-reasons.ts'
import type { ReasonRow } from './row.ts'
import { serverReasons } from './server-reasons.ts'
import { trueReasons } from './true-reasons.ts'

const table = {
  ...trueReasons,
  ...lifeReasons,
  ...deliveryReasons,
  ...addOnReasons,
  ...engineReasons,
  ...serverReasons,
}

/** Every reason that a condition of a MirrorPeer, or the state of a rule, can carry. */
export type Reason = keyof typeof table

/** The one table of reasons: docs/reference/conditions.md is made from it. */
export const reasons: Readonly<Record<Reason, ReasonRow>> = table

/** Why a certificate request is left alone. */
export type RequestReason = keyof typeof requestReasons

/**
 * For parameters: a text that has no row is a compile error whose text says where to add one.
 * `waiting('Foo', …)` → '"Foo"' is not assignable to 'reason Foo has no row in src/status/reasons/'.
 */
export type Listed<R extends string> = R extends Reason | RequestReason
  ? R
  : `reason ${R} has no row in src/status/reasons/`

/**
 * The reason of a state. What the API server said of a write, or how the connection broke, are words without end: they
 * are in the message, and these two say who can do something about it.
 */
export const reasonOf = (text: string): Reason => {
  if (isReason(text)) return text
  // Errors of connections have codes in capitals: ECONNREFUSED, UND_ERR_SOCKET, CERT_HAS_EXPIRED.
  return text === 'Unreachable' || /^[A-Z0-9_]+$/.test(text) ? 'ServerUnreachable' : 'ServerFailed'
}

/** Whether a text is one of the table. */
export const isReason = (text: string): text is Reason => Object.hasOwn(table, text)
