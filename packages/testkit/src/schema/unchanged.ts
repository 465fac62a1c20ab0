import { isJsonObject, jsonEqual } from '../kube-object.ts'
import { correlation } from './correlation.ts'
import type { StructuralSchema } from './structural-schema.ts'

/** The schema of a field: its own, or that of all others. */
export const fieldSchema = (
  { properties = {}, additionalProperties }: StructuralSchema,
  name: string,
): StructuralSchema | undefined => {
  if (Object.hasOwn(properties, name)) return properties[name]
  return isJsonObject(additionalProperties) ? additionalProperties : undefined
}

const areUnchanged = (
  schema: StructuralSchema,
  value: readonly unknown[],
  old: readonly unknown[],
): boolean => {
  if (value.length !== old.length) return false
  const { items } = schema
  if (schema['x-kubernetes-list-type'] !== 'map' || items === undefined) return jsonEqual(value, old)
  const replacedBy = correlation(schema, old)
  return value.every((item) => {
    const replaced = replacedBy(item)
    return replaced !== undefined && isUnchanged(items, item, replaced)
  })
}

/**
 * Whether a value is the one that it replaces, as validation sees it: lists that are maps may be in another order, and an
 * object with a field that its schema does not know is never the same.
 */
export const isUnchanged = (schema: StructuralSchema, value: unknown, old: unknown): boolean => {
  if (Array.isArray(value)) return Array.isArray(old) && areUnchanged(schema, value, old)
  if (!isJsonObject(value)) return jsonEqual(value, old)
  if (!isJsonObject(old)) return false
  const names = namesOf(value)
  return (
    names.length === namesOf(old).length &&
    names.every((name) => {
      const field = fieldSchema(schema, name)
      return field !== undefined && old[name] !== undefined && isUnchanged(field, value[name], old[name])
    })
  )
}

const namesOf = (object: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.keys(object).filter((name) => object[name] !== undefined)
