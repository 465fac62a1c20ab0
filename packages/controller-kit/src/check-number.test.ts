import { expect, it } from 'vitest'
import { checkNumber, type NumberOption } from './check-number.ts'

const check = (value: unknown, kind: NumberOption) => () =>
  checkNumber('controller a', 'n', value as number | undefined, kind)

it.each([
  ['count', [1, 16], [0, -1, 1.5, Number.NaN, Infinity, '4', null], 'a whole number of at least 1'],
  [
    'duration',
    [0.5, 30_000],
    [0, -5, Number.NaN, Infinity, '5', null],
    'a finite number of milliseconds over 0',
  ],
  ['wait', [0, 0.5, 20], [-1, Number.NaN, Infinity, '5', null], 'a finite number of milliseconds, 0 or more'],
] as const)('a %s is %o or nothing, not %o', (kind, good, bad, expected) => {
  for (const value of [undefined, ...good]) expect(check(value, kind)).not.toThrow()
  for (const value of bad)
    expect(check(value, kind)).toThrow(
      new RangeError(
        `controller a: n: expected ${expected}, got ${typeof value === 'number' ? value : `a ${typeof value}`}`,
      ),
    )
})
