import type { Lifetimes } from './lifetimes.ts'
import type { Observation, Written } from './observation.ts'

/** A write that is not made now. */
export interface Pause {
  readonly forMs: number
  readonly problem: string
}

/**
 * Who changes something back as often within the time that configurations take to settle has another opinion, or another time.
 * Nobody wins such a fight.
 */
export const mostWrites = 5

const whose: Readonly<Record<Written, string>> = {
  secret: 'the Secret of the CA',
  mutating: 'the caBundle of the mutating webhook configuration',
  validating: 'the caBundle of the validating webhook configuration',
}

/** Undefined: it can be written. */
export const pauseOf = (
  what: Written,
  { writesAgoMs }: Observation,
  { settleMs }: Lifetimes,
): Pause | undefined => {
  const recent = writesAgoMs[what].filter((ago) => ago < settleMs)
  if (recent.length < mostWrites) return undefined
  return {
    forMs: settleMs - Math.max(...recent),
    problem: `${whose[what]} was written ${mostWrites} times within ${settleMs / 1000} s and changed back: find out who else writes it, or whose clock is wrong`,
  }
}
