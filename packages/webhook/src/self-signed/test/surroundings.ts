import type { SigningAuthority } from '../authority.ts'
import type { Lifetimes } from '../lifetimes.ts'
import type { EventQueue } from './event-queue.ts'
import type { ModelServer } from './model-server.ts'

/** A year is 30 s. What settles takes half of the time that is allowed for it. */
export const modelLifetimes: Lifetimes = {
  authorityMs: 30_000,
  leafMs: 6000,
  settleMs: 200,
  backdateMs: 1000,
}

/** What a replica lives in. */
export interface Surroundings {
  readonly queue: EventQueue
  readonly server: ModelServer
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** A whole number from 0, below `most`. */
  upTo(most: number): number
  /** For the message of a failure. */
  say(text: string): void
  newAuthority(now: number): SigningAuthority
}
