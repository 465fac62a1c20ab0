import { forbiddenField } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { jsonEqual } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'

/** Once `immutable` is true it stays, and so does the content. */
export const frozenErrors = (
  object: KubeObject,
  old: KubeObject,
  fields: readonly string[],
): FieldError[] => {
  if (old['immutable'] !== true) return []
  const errors: FieldError[] = []
  if (object['immutable'] !== true)
    errors.push(forbiddenField('immutable', 'field is immutable when `immutable` is set'))
  for (const field of fields) {
    if (!jsonEqual(object[field] ?? {}, old[field] ?? {}))
      errors.push(forbiddenField(field, 'field is immutable when `immutable` is set'))
  }
  return errors
}
