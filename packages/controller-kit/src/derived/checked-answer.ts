import { keyText, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import type { Derived } from './derived.ts'
import type { Wanted } from './wanted.ts'

const answers: Readonly<Record<Wanted<KubeObject>['is'], true>> = {
  present: true,
  edited: true,
  absent: true,
  waiting: true,
  leave: true,
}

/** `rule copy, key default/x`: how messages name a key of a rule. */
export const ruleAndKey = ({ name }: { readonly name: string }, key: ObjectKey): string =>
  `rule ${name}, key ${keyText(key)}`

/**
 * What `wanted` answered, if it is an answer: plain JavaScript and `any` let everything through the types. Throws a
 * TypeError that says what came instead.
 */
export const checkedAnswer = <T extends KubeObject>(
  derived: Derived<T>,
  key: ObjectKey,
  answer: Wanted<T>,
): Wanted<T> => {
  const wrong = wrongAnswer(answer)
  if (wrong === undefined) return answer
  throw new TypeError(
    `${ruleAndKey(derived, key)}: expected wanted to answer present(object), edited(object), absent(), ` +
      `waiting(reason, message) or leave(), got ${wrong}`,
  )
}

const wrongAnswer = (answer: unknown): string | undefined => {
  if (answer === undefined || answer === null) return String(answer)
  // By its type: what is in it may be somebody's secret.
  if (typeof answer !== 'object') return `a ${typeof answer}`
  if (answer instanceof Promise) {
    // Nobody waits for it: its failure must not be an unhandled one, which ends the process.
    answer.catch(() => undefined)
    return 'a Promise: wanted cannot be async, what it needs it reads from the world'
  }
  const { is, object } = answer as Partial<Record<'is' | 'object', unknown>>
  if (typeof is !== 'string' || !Object.hasOwn(answers, is)) return 'something else'
  if (is !== 'present' && is !== 'edited') return undefined
  return hasMetadata(object) ? undefined : `${is}() of something without metadata`
}

const hasMetadata = (object: unknown): boolean => {
  const metadata = (object as Partial<KubeObject> | null | undefined)?.metadata
  return typeof metadata === 'object' && (metadata as unknown) !== null
}
