import { ApiError } from '../api-error.ts'

/**
 * A verb: a write as a sequence of steps that may have questions for others, an admission webhook or a conversion
 * webhook. Between two questions nothing else happens in the process, so what is read and written in between is a
 * transaction; across a question a verb has to look again at what it read (see `changeObject`). A verb without
 * questions is done when its driver returns.
 */
export type Verb<T> = Generator<Promise<unknown>, T, unknown>

/** Asks, within a verb: `const review = yield* answerOf(webhook.call(…))`. */
export function* answerOf<T>(question: Promise<T>): Verb<T> {
  return (yield question) as T
}

/** Nobody reads it. */
const contextCanceled = (): ApiError =>
  new ApiError(504, 'Timeout', 'request did not complete within requested timeout - context canceled')

const never = (): boolean => false

const goOn = async <T>(verb: Verb<T>, first: Promise<unknown>, isLeft: () => boolean): Promise<T> => {
  let question = first
  for (;;) {
    const resume = await question.then(
      (answer) => () => verb.next(answer),
      (error: unknown) => () => verb.throw(error),
    )
    if (isLeft()) throw contextCanceled()
    const step = resume()
    if (step.done === true) return step.value
    question = step.value
  }
}

/**
 * Runs a verb: at once when it has no questions, else the answer is a promise. Once `isLeft`, it goes no further behind
 * the question that it is at, and rejects: who left a real server has its write undone too.
 */
export const run = <T>(verb: Verb<T>, isLeft: () => boolean = never): T | Promise<T> => {
  const step = verb.next()
  return step.done === true ? step.value : goOn(verb, step.value, isLeft)
}

/** Runs a verb for whose end nobody waits, and whose refusal nobody hears of. */
export const runInBackground = (verb: Verb<unknown>): void => {
  try {
    const end = run(verb)
    if (end instanceof Promise) end.catch(() => undefined)
  } catch {
    // as after a question
  }
}
