import { expect, test } from 'vitest'
import { watchStep } from './watch-step.ts'
import type { WatchOutcome, WatchState } from './watch-step.ts'

const list: WatchState = { is: 'list', failures: 0 }
const watch: WatchState = { is: 'watch', from: '5', failures: 0 }

const cases: readonly [string, WatchState, WatchOutcome, WatchState][] = [
  ['a list is followed from its version', { ...list, failures: 3 }, { is: 'listed', at: '5' }, watch],
  [
    'a kind that is not served is asked for again, later',
    list,
    { is: 'not-served' },
    { is: 'list', failures: 1 },
  ],
  [
    'a watch that ended goes on from what it heard last',
    watch,
    { is: 'ended', at: '9', heardAnything: true },
    { is: 'watch', from: '9', failures: 0 },
  ],
  [
    'one that ends at once is not asked in a circle',
    watch,
    { is: 'ended', at: '5', heardAnything: false },
    { is: 'watch', from: '5', failures: 1 },
  ],
  [
    'history that is gone: list again, at once',
    watch,
    { is: 'refused', expired: true, at: '5' },
    { is: 'list', failures: 0 },
  ],
  [
    'gone again after a failure: with a pause',
    { ...watch, failures: 1 },
    { is: 'refused', expired: true, at: '5' },
    { is: 'list', failures: 2 },
  ],
  [
    'a refusal: list again, later',
    watch,
    { is: 'refused', expired: false, at: '5' },
    { is: 'list', failures: 1 },
  ],
  [
    'a broken watch goes on from what it heard last',
    watch,
    { is: 'broken', at: '8' },
    { is: 'watch', from: '8', failures: 1 },
  ],
  ['a broken list is made again', list, { is: 'broken', at: '' }, { is: 'list', failures: 1 }],
]

test.each(cases)('%s', (_, state, outcome, next) => {
  expect(watchStep(state, outcome)).toEqual(next)
})
