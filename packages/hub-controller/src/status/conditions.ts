import type { Condition } from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'
import type { Reason } from './reasons/reasons.ts'
import type { MirrorPeerCondition } from './reasons/row.ts'

/** A condition before it has a time. */
export interface Stated extends Pick<Condition, 'status' | 'message'> {
  readonly type: MirrorPeerCondition
  readonly reason: Reason
}

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
      observedGeneration,
      lastTransitionTime: unmoved ? before.lastTransitionTime : secondsText(now),
    }
  }),
  ...stored.filter(({ type }) => !ours.has(type)),
]

/** RFC 3339 in seconds, as Kubernetes writes it. */
const secondsText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`
