import type { DeepReadonly, KubeObject } from '@odfmo/api-types/meta'
import { isMap } from '../writing/merge-patch.ts'

/** Whom the server has written down for a field, other than us; the last writer of all when nobody has it now. */
export const managerOf = (
  live: DeepReadonly<KubeObject> | undefined,
  path: readonly string[],
  ours: string,
): string | undefined => {
  const others = (live?.metadata.managedFields ?? [])
    .filter(isMap)
    .filter(({ manager }) => typeof manager === 'string' && manager !== ours)
    .sort((a, b) => (timeOf(a) < timeOf(b) ? 1 : -1))
  const owner = others.find(({ fieldsV1 }) => owns(fieldsV1, path)) ?? others[0]
  return typeof owner?.['manager'] === 'string' ? owner['manager'] : undefined
}

/** RFC 3339, which sorts as text. */
const timeOf = ({ time }: Readonly<Record<string, unknown>>): string => (typeof time === 'string' ? time : '')

/** FieldsV1: every field under `f:name`. A list counts as one field here. */
const owns = (fields: unknown, [key, ...rest]: readonly string[]): boolean => {
  if (key === undefined) return true
  const inner = isMap(fields) ? fields[`f:${key}`] : undefined
  return inner !== undefined && owns(inner, rest)
}
