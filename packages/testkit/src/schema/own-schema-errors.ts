import { forbiddenField, invalid, notSupported, required } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { branchesOf, partsOf } from './schema-parts.ts'
import type { SchemaPart } from './schema-parts.ts'
import type { StructuralSchema } from './structural-schema.ts'

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string']
const listTypes = ['atomic', 'map', 'set']
const mapTypes = ['atomic', 'granular']

/** Keywords of JSON schema that definitions do not have; a schema with one is no structural one at all. */
const unsupported = [
  'id',
  'additionalItems',
  'patternProperties',
  'definitions',
  'dependencies',
  '$ref',
] as const

const typeProblem = (type: string, at: string, detail: string): FieldError =>
  type === '' ? required(at, detail) : invalid(at, type, detail)

const ofSet = (items: StructuralSchema, path: string): FieldError[] => {
  const must = 'must be atomic as item of a list with x-kubernetes-list-type=set'
  const listType = items['x-kubernetes-list-type'] ?? null
  if (items.type === 'array' && listType !== null && listType !== 'atomic')
    return [invalid(`${path}.items.x-kubernetes-list-type`, listType, must)]
  return items.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic'
    ? [invalid(`${path}.items.x-kubernetes-map-type`, listType, must)]
    : []
}

const mapKeyErrors = (
  { items, 'x-kubernetes-list-map-keys': keys = [] }: StructuralSchema,
  path: string,
): FieldError[] => {
  if (items === undefined) return []
  if (items.type !== 'object')
    return [
      invalid(
        `${path}.items.type`,
        items.type ?? '',
        "must be object if parent array's x-kubernetes-list-type is map",
      ),
    ]
  const ownPath = `${path}.x-kubernetes-list-map-keys`
  return keys.flatMap((key, at) => {
    const property = items.properties?.[key]
    const repeated =
      keys.indexOf(key) < at ? [invalid(ownPath, keys, 'must not contain duplicate entries')] : []
    if (property === undefined)
      return [invalid(ownPath, keys, 'entries must all be names of item properties'), ...repeated]
    const isPlain = property.type !== 'array' && property.type !== 'object'
    return [
      ...(isPlain
        ? []
        : [
            invalid(
              `${path}.items.properties[${key}].type`,
              // the type of the item, not of the key: as the real server says it
              items.type,
              "must be a scalar type if parent array's x-kubernetes-list-type is map",
            ),
          ]),
      ...repeated,
    ]
  })
}

/** Items of lists that are sets or maps are there, and their keys too. */
const presenceErrors = (
  { items, 'x-kubernetes-list-type': listType, 'x-kubernetes-list-map-keys': keys = [] }: StructuralSchema,
  path: string,
): FieldError[] => {
  if (items === undefined || (listType !== 'set' && listType !== 'map')) return []
  const errors =
    items.nullable === true
      ? [
          forbiddenField(
            `${path}.items.nullable`,
            `cannot be nullable when x-kubernetes-list-type is ${listType}`,
          ),
        ]
      : []
  if (listType === 'set') return errors
  const ofKeys = keys.flatMap((key) => {
    const property = items.properties?.[key]
    if (property === undefined) return []
    const at = `${path}.items.properties[${key}]`
    const isThere = items.required?.includes(key) === true || property.default !== undefined
    return [
      ...(isThere
        ? []
        : [
            required(
              `${at}.default`,
              'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
            ),
          ]),
      ...(property.nullable === true
        ? [
            forbiddenField(
              `${at}.nullable`,
              'this property is in x-kubernetes-list-map-keys, so it cannot be nullable',
            ),
          ]
        : []),
    ]
  })
  return [...errors, ...ofKeys]
}

const listErrors = (schema: StructuralSchema, path: string): FieldError[] => {
  const {
    type = '',
    items,
    'x-kubernetes-list-type': listType,
    'x-kubernetes-list-map-keys': keys = [],
  } = schema
  const isMap = 'must be map if x-kubernetes-list-map-keys is non-empty'
  const at = `${path}.x-kubernetes-list-type`
  const errors: FieldError[] = []
  if (listType !== undefined && type !== 'array')
    errors.push(typeProblem(type, `${path}.type`, 'must be array if x-kubernetes-list-type is specified'))
  else if (listType === 'set' && items !== undefined) errors.push(...ofSet(items, path))
  if (listType !== undefined && !listTypes.includes(listType))
    errors.push(notSupported(at, listType, ['atomic', 'set', 'map']))
  if (keys.length > 0 && listType !== 'map')
    errors.push(listType === undefined ? required(at, isMap) : invalid(at, listType, isMap))
  if (listType !== 'map') return errors
  if (keys.length === 0)
    errors.push(
      required(`${path}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map'),
    )
  if (items === undefined)
    errors.push(required(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map'))
  return [...errors, ...mapKeyErrors(schema, path)]
}

const mapErrors = (schema: StructuralSchema, path: string): FieldError[] => {
  const { type = '', 'x-kubernetes-map-type': mapType } = schema
  if (mapType === undefined) return []
  return [
    ...(type === 'object'
      ? []
      : [typeProblem(type, `${path}.type`, 'must be object if x-kubernetes-map-type is specified')]),
    ...(mapTypes.includes(mapType) ? [] : [notSupported(`${path}.x-kubernetes-map-type`, mapType, mapTypes)]),
  ]
}

/** What holds of a schema because of where it is. */
interface Place {
  /** Within the metadata, or the kind, of an object. */
  readonly isMeta: boolean
  /** Why there are no defaults; undefined where there may be. */
  readonly noDefault: string | undefined
}

const ownErrors = (schema: StructuralSchema, path: string, { isMeta, noDefault }: Place): FieldError[] => {
  const { properties = {}, additionalProperties, type = '' } = schema
  const errors: FieldError[] = []
  if (type !== '' && !types.includes(type)) errors.push(notSupported(`${path}.type`, type, types))
  if (schema.default !== undefined && schema.default !== null && noDefault !== undefined)
    errors.push(forbiddenField(`${path}.default`, `must not be set ${noDefault}`))
  for (const name of unsupported)
    if (name in schema) errors.push(forbiddenField(`${path}.${name}`, `${name} is not supported`))
  if (type === 'null')
    errors.push(forbiddenField(`${path}.type`, 'type cannot be set to null, use nullable as an alternative'))
  if (isMeta && schema['x-kubernetes-embedded-resource'] === true)
    errors.push(
      forbiddenField(`${path}.x-kubernetes-embedded-resource`, 'must not be used inside of resource meta'),
    )
  if (schema.uniqueItems === true)
    errors.push(
      forbiddenField(
        `${path}.uniqueItems`,
        'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
      ),
    )
  const isOpen = additionalProperties !== undefined && additionalProperties !== true
  if (isOpen && Object.keys(properties).length > 0)
    errors.push(
      forbiddenField(
        `${path}.additionalProperties`,
        'additionalProperties and properties are mutual exclusive',
      ),
    )
  if (schema['x-kubernetes-preserve-unknown-fields'] === false)
    errors.push(invalid(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined'))
  return [...errors, ...mapErrors(schema, path), ...listErrors(schema, path), ...presenceErrors(schema, path)]
}

const envelope: readonly string[] = ['metadata', 'kind', 'apiVersion']

const placeOf = (part: SchemaPart, schema: StructuralSchema, place: Place, isRoot: boolean): Place => {
  if (part.of === 'additional' && place.isMeta)
    return { ...place, noDefault: 'inside additionalProperties applying to object metadata' }
  const isObject = isRoot || schema['x-kubernetes-embedded-resource'] === true
  if (part.of !== 'property' || !isObject || !envelope.includes(part.name)) return place
  return { isMeta: true, noDefault: isRoot ? `in top-level ${part.name}` : place.noDefault }
}

const allErrors = (schema: StructuralSchema, path: string, place: Place, isRoot: boolean): FieldError[] => [
  ...ownErrors(schema, path, place),
  ...partsOf(schema, path).flatMap((part) =>
    allErrors(part.schema, part.path, placeOf(part, schema, place, isRoot), false),
  ),
  ...branchesOf(schema, path).flatMap((part) => allErrors(part.schema, part.path, place, false)),
]

/** What may be in no schema of a definition. */
export const ownSchemaErrors = (schema: StructuralSchema, path: string): FieldError[] =>
  allErrors(schema, path, { isMeta: false, noDefault: undefined }, true)

/** Whether a schema has a keyword that makes it no structural one: then its structure is not judged. */
export const hasUnsupported = (schema: StructuralSchema): boolean =>
  unsupported.some((name) => name in schema) ||
  [...partsOf(schema, ''), ...branchesOf(schema, '')].some((part) => hasUnsupported(part.schema))
