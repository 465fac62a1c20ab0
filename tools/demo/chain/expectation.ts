import type { Seen } from './seen.ts'

/** One thing that the system brings about: where it is, what it shows, and why it is there. */
export interface Expectation {
  /** The step of the chain it belongs to: a row of the live view. */
  readonly step: string
  /** Whom the step is about: a spoke, or `hub`; a column of the live view. */
  readonly about: string
  /** The cluster that has the object. */
  readonly cluster: string
  /** `resource namespace/name`, or `resource name`. */
  readonly object: string
  readonly why: string
  /** What it shows once it is so; undefined before. */
  readonly shows: (seen: Seen) => string | undefined
}
