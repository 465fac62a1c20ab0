import type { ReconcileResult } from './reconcile.ts'

/**
 * What a reconcile answered, if it is an answer: plain JavaScript and `any` let everything through the types. Throws a
 * TypeError that says what came instead.
 */
export const checkedResult = (controller: string, answer: ReconcileResult): ReconcileResult => {
  const wrong = wrongAnswer(answer)
  if (wrong === undefined) return answer
  throw new TypeError(
    `controller ${controller}: expected reconcile to answer done or requeueAfter(ms), got ${wrong}`,
  )
}

const wrongAnswer = (answer: unknown): string | undefined => {
  if (answer === undefined || answer === null) return String(answer)
  // By its type and fields: what is in it may be somebody's secret.
  if (typeof answer !== 'object') return `a ${typeof answer}`
  const { done, requeueAfterMs: ms } = answer as Partial<Record<'done' | 'requeueAfterMs', unknown>>
  if (ms === undefined) return done === true ? undefined : `an object of ${fieldsOf(answer)}`
  if (Number.isFinite(ms)) return undefined
  return `requeueAfter(${typeof ms === 'number' ? ms : `a ${typeof ms}`}): expected a finite number of milliseconds`
}

const fieldsOf = (answer: object): string => Object.keys(answer).slice(0, 5).join(', ') || 'no fields'
