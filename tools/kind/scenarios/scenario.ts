import type { Fleet } from './fleet.ts'
import type { Part } from './parts.ts'

/** Something that an administrator does, or that happens to a fleet, and what has to come of it. */
export interface Scenario {
  readonly name: string
  /** One sentence for people. */
  readonly title: string
  /** What it cannot do without where that is not played. */
  readonly needs?: Part
  /** Rejects with what did not come about. */
  readonly run: (fleet: Fleet) => Promise<void>
}
