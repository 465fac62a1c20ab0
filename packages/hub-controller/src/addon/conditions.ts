import type { Condition, DeepReadonly } from '@odfmo/api-types/meta'
import type { AddOnConditionReason } from '../status/reasons/add-on-condition-reasons.ts'
import { shortened } from '../status/shortened.ts'

type Conditions = readonly DeepReadonly<Condition>[]

/** What a condition says; its time is worked out here. */
export interface Statement extends Pick<Condition, 'type' | 'status' | 'message'> {
  readonly reason: AddOnConditionReason
}

/** What others answered can be whole objects long, and the server refuses messages over 32 KiB. */
export const longestMessage = 2_000

/** The list with one condition set; others and their order stay, and the time moves only with the status. */
export const withCondition = (conditions: Conditions = [], statement: Statement, now: string): Conditions => {
  const here = conditions.find(({ type }) => type === statement.type)
  const lastTransitionTime = here?.status === statement.status ? here.lastTransitionTime : now
  const set = {
    ...here,
    ...statement,
    message: shortened(statement.message, longestMessage),
    lastTransitionTime,
  }
  return here === undefined
    ? [...conditions, set]
    : conditions.map((condition) => (condition === here ? set : condition))
}

export const withoutCondition = (conditions: Conditions = [], type: string): Conditions =>
  conditions.filter((condition) => condition.type !== type)

export const findCondition = (
  conditions: Conditions | undefined,
  type: string,
): DeepReadonly<Condition> | undefined => conditions?.find((condition) => condition.type === type)

/** RFC 3339 with seconds, as Kubernetes writes times. */
export const timestamp = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`
