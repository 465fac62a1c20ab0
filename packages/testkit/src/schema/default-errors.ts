import { invalid } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { jsonEqual } from '../kube-object.ts'
import { CelRules } from './cel-rules.ts'
import { embeddedErrors } from './embedded-errors.ts'
import { hasRules } from './has-rules.ts'
import { prune } from './prune.ts'
import { partsOf } from './schema-parts.ts'
import type { StructuralSchema } from './structural-schema.ts'
import { validateValue } from './validate-schema.ts'

const envelope: readonly string[] = ['apiVersion', 'kind', 'metadata']

/** Rules see a default as a new value, and as one that stays. */
const brokenRules = (schema: StructuralSchema, value: unknown): readonly FieldError[] => {
  if (!hasRules(schema)) return []
  const rules = new CelRules()
  const { all: staying } = rules.evaluate(schema, value, value, false)
  return staying.length > 0 ? staying : rules.evaluate(schema, value, undefined, false).errors
}

/** What is wrong with the value of a default; fields are named from it on. */
const valueErrors = (schema: StructuralSchema, value: unknown): readonly FieldError[] => {
  // an embedded object is found below a field
  const embedded = embeddedErrors({ type: 'object', properties: { at: schema } }, { at: value })
  if (embedded.length > 0)
    return embedded.map((error) => ({ ...error, field: error.field.replace(/^at\.?/, '') }))
  const errors = validateValue(schema, value)
  return errors.length > 0 ? errors : brokenRules(schema, value)
}

const ownErrors = (schema: StructuralSchema, path: string): FieldError[] => {
  const { default: value } = schema
  if (value === undefined || value === null) return []
  const at = `${path}.default`
  const isEmbedded = schema['x-kubernetes-embedded-resource'] === true
  const isPruned = jsonEqual(prune(schema, value, isEmbedded).value, value)
  const placed = (field: string): string =>
    field === '' || field === '<nil>' ? at : field.startsWith('[') ? `${at}${field}` : `${at}.${field}`
  return [
    ...(isPruned ? [] : [invalid(at, value, 'must not have unknown fields')]),
    ...valueErrors(schema, value).map((error) => ({ ...error, field: placed(error.field) })),
  ]
}

const errorsOf = (schema: StructuralSchema, path: string, isObject: boolean): FieldError[] => [
  ...ownErrors(schema, path),
  ...partsOf(schema, path).flatMap((part) => {
    // there are none where values have no names, nor where the server knows what is there
    if (part.of === 'additional' || (isObject && envelope.includes(part.name))) return []
    return errorsOf(part.schema, part.path, part.schema['x-kubernetes-embedded-resource'] === true)
  }),
]

/** Defaults of a schema that its own fields would refuse, or drop in part. */
export const defaultErrors = (schema: StructuralSchema, path: string): FieldError[] =>
  errorsOf(schema, path, true)
