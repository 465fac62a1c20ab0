/** How long things last, in milliseconds; see `checkLifetimes` for how they fit together. */
export interface Lifetimes {
  /** Of a CA, from when it is made. At two thirds of it the next one is made. */
  readonly authorityMs: number
  /** Of a server's certificate. At two thirds of it the next one is made. */
  readonly leafMs: number
  /**
   * How long API servers may take until each of them has seen a changed webhook configuration. While there is another
   * certificate to serve, a new CA's is served only then.
   */
  readonly settleMs: number
  /** How far the clock of an API server may be behind ours: what is made is valid so much earlier. */
  readonly backdateMs: number
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** A year and a month: long beside every outage, short enough that a renewal is nothing that nobody has seen yet. */
export const defaultLifetimes: Lifetimes = {
  authorityMs: 365 * dayMs,
  leafMs: 30 * dayMs,
  settleMs: 60_000,
  backdateMs: hourMs,
}

/**
 * Throws a RangeError unless every certificate of a CA has run out before the CA does, also those made just before the next
 * CA came into use, and there is time to settle.
 */
export const checkLifetimes = ({ authorityMs, leafMs, settleMs, backdateMs }: Lifetimes): void => {
  const say = (expected: string): never => {
    throw new RangeError(`lifetimes of self-signed certificates: expected ${expected}`)
  }
  for (const ms of [authorityMs, leafMs, settleMs, backdateMs])
    if (!(Number.isSafeInteger(ms) && ms >= 0)) say(`whole milliseconds, got ${ms}`)
  if (leafMs < 3 * settleMs || leafMs < 1000)
    say('a certificate to last 1 s and three times as long as configurations take to settle, or longer')
  if (authorityMs < 3 * (leafMs + settleMs)) say('a CA to last three times as long as its certificates')
}

/** When what was made then and ends then is renewed: at two thirds. */
export const renewalAt = (createdAt: number, notAfter: number): number =>
  createdAt + ((notAfter - createdAt) * 2) / 3
