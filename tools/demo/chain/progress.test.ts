import { expect, test } from 'vitest'
import type { Expectation } from './expectation.ts'
import { allHold, lookAgain, startProgress, stepsOf } from './progress.ts'
import type { Seen } from './seen.ts'

const expectation = (about: string, step: string, object: string): Expectation => ({
  about,
  step,
  object,
  cluster: 'hub',
  why: 'a test',
  shows: (seen) => seen.get('hub', object, object)?.metadata.name,
})
const chain = [
  expectation('hub', 'first', 'a'),
  expectation('cluster1', 'second', 'b'),
  expectation('cluster1', 'second', 'c'),
]
const seeing = (...names: readonly string[]): Seen => ({
  get: (_cluster, _resource, name) => (names.includes(name) ? { metadata: { name } } : undefined),
  list: () => [],
})

test('a step is done when its last expectation came true, and keeps that time', () => {
  let progress = lookAgain(startProgress(chain), seeing('a', 'b'), 10)
  expect(allHold(progress)).toBe(false)
  expect(stepsOf(progress)).toMatchObject([
    { step: 'first', ms: 10 },
    { step: 'second', done: 1, total: 2, ms: undefined },
  ])

  progress = lookAgain(progress, seeing('a', 'b', 'c'), 25)
  expect(allHold(progress)).toBe(true)
  progress = lookAgain(progress, seeing('a', 'b', 'c'), 99)
  expect(stepsOf(progress).map(({ ms }) => ms)).toEqual([10, 25])
})

test('what was once true and is no more does not hold', () => {
  const progress = lookAgain(lookAgain(startProgress(chain), seeing('a', 'b', 'c'), 10), seeing('a', 'c'), 20)
  expect(allHold(progress)).toBe(false)
  expect(stepsOf(progress).map(({ ms }) => ms)).toEqual([10, undefined])
})
