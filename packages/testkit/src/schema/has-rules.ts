import type { StructuralSchema } from './structural-schema.ts'

const known = new WeakMap<StructuralSchema, boolean>()

/** Whether a schema has rules anywhere in it. */
export const hasRules = (schema: StructuralSchema): boolean => {
  let found = known.get(schema)
  if (found === undefined) {
    const { items, additionalProperties, properties = {} } = schema
    found =
      (schema['x-kubernetes-validations'] ?? []).length > 0 ||
      Object.values(properties).some(hasRules) ||
      (items !== undefined && hasRules(items)) ||
      (typeof additionalProperties === 'object' && hasRules(additionalProperties))
    known.set(schema, found)
  }
  return found
}
