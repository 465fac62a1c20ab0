import type { Condition } from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'

/** A condition before it has a time. */
export type Stated = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>

export interface ConditionsInput {
  readonly stored: readonly DeepReadonly<Condition>[]
  readonly stated: readonly Stated[]
  /** Types that are ours: stored ones that are not stated any more go; others' stay. */
  readonly ours: ReadonlySet<string>
  readonly observedGeneration: number
  /** Wall clock, milliseconds. */
  readonly now: number
}

/** The list as it should be stored: lastTransitionTime moves only with the status. */
export const conditions = ({
  stored,
  stated,
  ours,
  observedGeneration,
  now,
}: ConditionsInput): readonly Condition[] => [
  ...stated.map((condition): Condition => {
    const before = stored.find(({ type }) => type === condition.type)
    const unmoved = before?.status === condition.status
    return {
      ...condition,
      reason: reasonOf(condition.reason),
      observedGeneration,
      lastTransitionTime: unmoved ? before.lastTransitionTime : secondsText(now),
    }
  }),
  ...stored.filter(({ type }) => !ours.has(type)),
]

/** What the API server takes for a reason; those of others' conditions are passed on, and may be anything. */
const reasonOf = (reason: string): string =>
  /^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/.test(reason) ? reason : 'Unknown'

/** RFC 3339 in seconds, as Kubernetes writes it. */
const secondsText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`
