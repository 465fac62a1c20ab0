import { waiting as kitWaiting, type Waiting } from '@odfmo/controller-kit'
import type { Listed } from './reasons/reasons.ts'

/** Not to be judged yet; the live object stays as it is. The reason must have its row: docs/reference/conditions.md is made from them. */
export const waiting = <R extends string>(reason: Listed<R> & R, message: string): Waiting =>
  kitWaiting(reason, message)
