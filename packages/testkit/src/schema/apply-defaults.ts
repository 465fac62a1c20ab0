import { clone, isJsonObject, setField } from '../kube-object.ts'
import type { StructuralSchema } from './structural-schema.ts'

const defaultsProperty = (schema: StructuralSchema, value: unknown): boolean =>
  schema.default !== undefined && (value === undefined || (value === null && schema.nullable !== true))

/**
 * Fills in the defaults of the schema; a null where null is not allowed counts as absent, unless `keepsNulls` is set and
 * it has no default. Answers a new value.
 */
export const applyDefaults = (schema: StructuralSchema, value: unknown, keepsNulls = false): unknown => {
  if (Array.isArray(value)) {
    const { items } = schema
    return items === undefined
      ? value
      : value.map((item) =>
          applyDefaults(
            items,
            item ?? (items.nullable === true ? null : clone(items.default ?? item)),
            keepsNulls,
          ),
        )
  }
  if (!isJsonObject(value)) return value
  const filled: Record<string, unknown> = { ...value }
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (defaultsProperty(property, filled[name])) filled[name] = clone(property.default)
    if (
      !keepsNulls &&
      filled[name] === null &&
      property.nullable !== true &&
      property.default === undefined &&
      schema['x-kubernetes-preserve-unknown-fields'] !== true
    ) {
      delete filled[name]
    }
    if (filled[name] !== undefined) filled[name] = applyDefaults(property, filled[name], keepsNulls)
  }
  const additional = schema.additionalProperties
  if (isJsonObject(additional)) {
    for (const [name, field] of Object.entries(filled)) {
      if (schema.properties !== undefined && Object.hasOwn(schema.properties, name)) continue
      if (field === null && !keepsNulls && additional.nullable !== true) delete filled[name]
      else setField(filled, name, applyDefaults(additional, field, keepsNulls))
    }
  }
  return filled
}
