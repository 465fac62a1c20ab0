import { describe, expect, it } from 'vitest'
import { answerOf, run, runInBackground } from './verb.ts'
import type { Verb } from './verb.ts'

function* sum(...parts: readonly (number | Promise<number>)[]): Verb<number> {
  let total = 0
  for (const part of parts) total += part instanceof Promise ? yield* answerOf(part) : part
  return total
}

describe('a verb', () => {
  it('without questions is done at once', () => {
    expect(run(sum(1, 2))).toBe(3)
  })

  it('with questions goes on when each is answered', async () => {
    const result = run(sum(1, Promise.resolve(2), Promise.resolve(3)))
    expect(result).toBeInstanceOf(Promise)
    expect(await result).toBe(6)
  })

  it('is told where it asked what goes wrong with a question, and may go on', async () => {
    function* patient(): Verb<string> {
      try {
        return yield* answerOf(Promise.reject<string>(new Error('no answer')))
      } catch (error) {
        return `went on after: ${(error as Error).message}`
      }
    }
    expect(await run(patient())).toBe('went on after: no answer')
    await expect(run(sum(Promise.reject(new Error('no answer'))))).rejects.toThrow('no answer')
  })

  it('in the background throws nothing, neither at once nor later', async () => {
    function* broken(question?: Promise<number>): Verb<void> {
      if (question !== undefined) yield* answerOf(question)
      throw new Error('broken')
    }
    runInBackground(broken())
    const question = Promise.resolve(1)
    runInBackground(broken(question))
    await question
  })
})
