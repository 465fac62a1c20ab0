import type { Condition } from '@odfmo/api-types/meta'
import { timestampOf } from '../verbs/api.ts'

export type NewCondition = Omit<Condition, 'lastTransitionTime'>

export const conditionOf = (
  conditions: readonly Condition[] | undefined,
  type: string,
): Condition | undefined => conditions?.find((condition) => condition.type === type)

/** The list with these conditions set; `undefined` when all were so before. The transition time moves with the status only. */
export const conditionsWith = (
  conditions: readonly Condition[] | undefined,
  wanted: readonly NewCondition[],
  nowMs: number,
): readonly Condition[] | undefined => {
  const result = [...(conditions ?? [])]
  let changed = false
  for (const condition of wanted) {
    const at = result.findIndex(({ type }) => type === condition.type)
    const old = result[at]
    if (old !== undefined && isSame(old, condition)) continue
    const lastTransitionTime = old?.status === condition.status ? old.lastTransitionTime : timestampOf(nowMs)
    result.splice(at === -1 ? result.length : at, 1, { ...condition, lastTransitionTime })
    changed = true
  }
  return changed ? result : undefined
}

const isSame = (old: Condition, wanted: NewCondition): boolean =>
  old.status === wanted.status &&
  old.reason === wanted.reason &&
  old.message === wanted.message &&
  (wanted.observedGeneration === undefined || old.observedGeneration === wanted.observedGeneration)
