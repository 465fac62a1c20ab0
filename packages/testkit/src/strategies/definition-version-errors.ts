import { duplicate, invalid, required, tooMany } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { isJsonObject, recordAt, textAt } from '../kube-object.ts'
import type { StructuralSchema } from '../schema/structural-schema.ts'

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string']
const columnFormats = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password']

const pathErrors = (text: string, path: string): FieldError[] =>
  text.startsWith('.') ? [] : [invalid(path, text, 'must be a simple json path starting with .')]

const replicasErrors = (text: string, path: string, under: string): FieldError[] => {
  if (text === '') return [required(path)]
  const errors = pathErrors(text, path)
  if (errors.length > 0 || text.startsWith(`${under}.`)) return errors
  return [invalid(path, text, `should be a json path under ${under}`)]
}

/** What is wrong with the subresources of a version. */
export const subresourceErrors = (subresources: unknown, path: string): FieldError[] => {
  if (!isJsonObject(recordAt(subresources)['scale'])) return []
  const scale = recordAt(subresources, 'scale')
  const at = `${path}.scale`
  const selector = textAt(scale, 'labelSelectorPath')
  const selectorErrors = selector === '' ? [] : pathErrors(selector, `${at}.labelSelectorPath`)
  const isBelow = selector === '' || selector.startsWith('.spec.') || selector.startsWith('.status.')
  return [
    ...replicasErrors(textAt(scale, 'specReplicasPath'), `${at}.specReplicasPath`, '.spec'),
    ...replicasErrors(textAt(scale, 'statusReplicasPath'), `${at}.statusReplicasPath`, '.status'),
    ...selectorErrors,
    ...(selectorErrors.length === 0 && !isBelow
      ? [invalid(`${at}.labelSelectorPath`, selector, 'should be a json path under either .spec or .status')]
      : []),
  ]
}

/** What is wrong with a printer column. */
export const columnErrors = (column: unknown, path: string): FieldError[] => {
  const [name, type, format, jsonPath] = ['name', 'type', 'format', 'jsonPath'].map((field) =>
    textAt(column, field),
  ) as [string, string, string, string]
  const oneOf = (all: readonly string[]): string => `must be one of ${all.join(',')}`
  return [
    ...(name === '' ? [required(`${path}.name`)] : []),
    ...(type === '' ? [required(`${path}.type`, oneOf(columnTypes))] : []),
    ...(type !== '' && !columnTypes.includes(type)
      ? [invalid(`${path}.type`, type, oneOf(columnTypes))]
      : []),
    ...(format !== '' && !columnFormats.includes(format)
      ? [invalid(`${path}.format`, format, oneOf(columnFormats))]
      : []),
    ...(jsonPath === '' ? [required(`${path}.JSONPath`)] : pathErrors(jsonPath, `${path}.JSONPath`)),
  ]
}

/** What is wrong with the warning of a deprecated version. */
export const deprecationErrors = (version: unknown, path: string): FieldError[] => {
  const { deprecated, deprecationWarning: warning } = recordAt(version)
  if (typeof warning !== 'string') return []
  const at = `${path}.deprecationWarning`
  if (deprecated !== true) return [invalid(at, warning, 'can only be set for deprecated versions')]
  const odd = warning.search(/\p{C}|\p{Zl}|\p{Zp}|(?! )\p{Zs}/u)
  return [
    ...(Buffer.byteLength(warning) > 256 ? [invalid(at, warning, 'must be <= 256 characters long')] : []),
    ...(warning === '' ? [invalid(at, warning, 'must not be an empty string')] : []),
    ...(odd === -1
      ? []
      : [
          invalid(
            at,
            warning,
            `must only contain printable UTF-8 characters; non-printable character found at index ${Buffer.byteLength(warning.slice(0, odd))}`,
          ),
        ]),
  ]
}

const belowOf = ({ properties, additionalProperties }: StructuralSchema, name: string): unknown => {
  if (properties === undefined) return additionalProperties
  return Object.hasOwn(properties, name) ? properties[name] : undefined
}

/** The schema that a path of names, each with a point before it, leads to; or why it leads nowhere. */
const fieldAt = (schema: StructuralSchema, jsonPath: string): StructuralSchema | string => {
  const tokens = jsonPath.match(/[.[\]]|[^.[\]]+/g) ?? []
  let found = schema
  for (let at = 0; at < tokens.length; at += 2) {
    const token = tokens[at] ?? ''
    const name = tokens[at + 1]
    if (token === '[') return 'array notation is not allowed'
    if (token !== '.') return `expected [ or . but got: ${token}`
    if (name === undefined) return 'unexpected end of JSON path'
    const next = belowOf(found, name)
    if (!isJsonObject(next)) return 'does not refer to a valid field'
    found = next
  }
  return found
}

const selectableTypes = ['string', 'boolean', 'integer']
/** As many indexes are all a kind may have. */
const mostFields = 8

/** What is wrong with the fields that a version's objects are selected by. */
export const selectableFieldErrors = (
  fields: readonly unknown[],
  schema: StructuralSchema | undefined,
  path: string,
): FieldError[] => {
  if (fields.length === 0) return []
  if (schema === undefined)
    return [
      invalid(
        path,
        '',
        path === 'spec.selectableFields'
          ? 'may only be set when validations.schema is included'
          : 'may only be set when `version.schema.openAPIV3Schema` is not included',
      ),
    ]
  const known = new Set<string>()
  const errors = fields.flatMap((field, index): FieldError[] => {
    const at = `${path}[${index}].jsonPath`
    const jsonPath = textAt(field, 'jsonPath')
    if (jsonPath === '') return [required(at)]
    const found = fieldAt(schema, jsonPath)
    if (typeof found === 'string') return [invalid(at, jsonPath, `is an invalid path: ${found}`)]
    const isRepeated = known.has(jsonPath)
    known.add(jsonPath)
    return [
      ...(jsonPath.split('.')[1] === 'metadata'
        ? [invalid(at, jsonPath, 'must not point to fields in metadata')]
        : []),
      ...(selectableTypes.includes(found.type ?? '')
        ? []
        : [
            invalid(
              at,
              jsonPath,
              'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
            ),
          ]),
      ...(isRepeated ? [duplicate(at, jsonPath)] : []),
    ]
  })
  return known.size > mostFields ? [...errors, tooMany(path, known.size, mostFields)] : errors
}
