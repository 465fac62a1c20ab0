import { invalid } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Resource } from '../resources/resource.ts'
import { embeddedErrors } from '../schema/embedded-errors.ts'
import { hasRules } from '../schema/has-rules.ts'
import { listTypeErrors } from '../schema/list-type-errors.ts'
import type { StructuralSchema } from '../schema/structural-schema.ts'
import { validateSchema, validateValue } from '../schema/validate-schema.ts'
import type { Api, WriteOptions } from './api.ts'

/** Rules cannot be asked of an object with such an error. */
const blocking: readonly FieldError['reason'][] = [
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]

const notAsked = invalid(
  '<nil>',
  null,
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
)

export interface SchemaCheck {
  readonly old?: KubeObject
  readonly options: WriteOptions
  /** What the object was written through. */
  readonly subresource?: string
}

/** A status that is written by itself is judged by itself: messages name its fields without it. */
const statusErrors = (
  { properties = {} }: StructuralSchema,
  { status }: KubeObject,
  old?: KubeObject,
): FieldError[] => {
  const { status: schema } = properties
  if (schema === undefined || status === undefined) return []
  return validateValue(schema, status, old?.['status']).map((error) => ({
    ...error,
    field: error.field === '' ? 'status' : `status.${error.field}`,
  }))
}

/** What the schema of a custom resource has against an object: its structure first, rules only when that holds. */
export const schemaErrors = (
  api: Api,
  { schema, isCustom }: Resource,
  object: KubeObject,
  { old, options, subresource = '' }: SchemaCheck,
): readonly FieldError[] => {
  if (schema === undefined || !isCustom) return []
  const repeated = listTypeErrors(schema, object)
  const isOldFault = repeated.length > 0 && old !== undefined && listTypeErrors(schema, old).length > 0
  const errors = [
    ...(subresource === 'status' ? statusErrors(schema, object, old) : validateSchema(schema, object, old)),
    ...embeddedErrors(schema, object),
    ...(isOldFault ? [] : repeated),
  ]
  if (!hasRules(schema)) return errors
  if (errors.some(({ reason }) => blocking.includes(reason))) return [...errors, notAsked]
  const found = api.celRules.evaluate(schema, object, old)
  for (const { field, message } of found.forgiven) options.warn(`${field}: ${message}`)
  return [...errors, ...found.errors]
}
