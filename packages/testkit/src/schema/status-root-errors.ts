import { invalid } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import type { StructuralSchema } from './structural-schema.ts'

/** What may stand at the root of a schema with a status of its own, as the real server names it. */
const allowed = [
  'Description',
  'Type',
  'Format',
  'Title',
  'Maximum',
  'ExclusiveMaximum',
  'Minimum',
  'ExclusiveMinimum',
  'MaxLength',
  'MinLength',
  'Pattern',
  'MaxItems',
  'MinItems',
  'UniqueItems',
  'MultipleOf',
  'Required',
  'Items',
  'Properties',
  'ExternalDocs',
  'Example',
  'XPreserveUnknownFields',
  'XValidations',
]

const goNameOf = (field: string): string =>
  field
    .replace(/^x-kubernetes-/, 'x-')
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')

/** A status is judged by its own part of the schema: what the root says of the object as a whole would be lost. */
export const statusRootErrors = (schema: StructuralSchema, path: string): FieldError[] => {
  const said = Object.entries(schema).filter(
    ([, value]) => value !== undefined && value !== false && value !== '' && value !== 0,
  )
  if (said.every(([field]) => allowed.includes(goNameOf(field)))) return []
  return [
    invalid(
      path,
      schema,
      `only [${allowed.join(' ')}] fields are allowed at the root of the schema if the status subresource is enabled`,
    ),
  ]
}
