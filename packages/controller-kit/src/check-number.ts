/** What an option that is a number may be. */
export type NumberOption = keyof typeof expected

const expected = {
  /** How many: of workers, of keys in work. */
  count: {
    says: 'a whole number of at least 1',
    fits: (value: number) => Number.isInteger(value) && value >= 1,
  },
  /** A time within which something has to happen. */
  duration: { says: 'a finite number of milliseconds over 0', fits: (value: number) => value > 0 },
  /** A time that is waited for; 0: not at all. */
  wait: { says: 'a finite number of milliseconds, 0 or more', fits: (value: number) => value >= 0 },
} as const

/**
 * An option, where it is given: a wrong one would show much later, as a timer of 1 ms or work that never begins. Throws a
 * `RangeError` that names `whose` and the option; undefined is left to its default.
 */
export const checkNumber = (
  whose: string,
  option: string,
  value: number | undefined,
  kind: NumberOption,
): void => {
  const { says, fits } = expected[kind]
  if (value === undefined || (Number.isFinite(value) && fits(value))) return
  const got = typeof value === 'number' ? value : `a ${typeof value}`
  throw new RangeError(`${whose}: ${option}: expected ${says}, got ${got}`)
}
