import { UnknownFormError } from '../conversion/unknown-form-error.ts'
import { answerOf } from './verb.ts'
import type { Verb } from './verb.ts'

/** Does what needs other versions of an object at once; what it lacks a webhook is asked for, and it is done again. */
export function* withForms<T>(act: () => T): Verb<T> {
  const known: (() => void)[] = []
  for (;;) {
    // others asked meanwhile, and what is known is limited: what this one was told may be forgotten
    for (const tell of known) tell()
    try {
      return act()
    } catch (error) {
      if (!(error instanceof UnknownFormError)) throw error
      known.push(yield* answerOf(error.ask()))
    }
  }
}
