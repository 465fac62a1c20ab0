import { forbiddenField, invalid, required } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { jsonEqual } from '../kube-object.ts'
import { goPattern, GoPatternError } from './go-pattern.ts'
import { branchesOf, partsOf } from './schema-parts.ts'
import type { SchemaPart } from './schema-parts.ts'
import type { StructuralSchema } from './structural-schema.ts'

type Level = SchemaPart['of'] | 'root'

const noType: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  items: 'must not be empty for specified array items',
  property: 'must not be empty for specified object fields',
  additional: 'must not be empty for specified object fields',
}

/** Why a regular expression cannot be read. */
const patternProblem = (pattern: string): string | undefined => {
  try {
    goPattern(pattern)
    return undefined
  } catch (error) {
    if (!(error instanceof GoPatternError)) throw error
    return `must be a valid regular expression, but isn't: ${error.message}`
  }
}

const patternErrors = ({ pattern }: StructuralSchema, path: string): FieldError[] => {
  const problem = pattern === undefined ? undefined : patternProblem(pattern)
  return problem === undefined ? [] : [invalid(`${path}.pattern`, pattern, problem)]
}

/** What a branch may not say, and how that is put. */
const emptyInBranches: readonly (readonly [keyof StructuralSchema, string])[] = [
  ['type', 'empty'],
  ['additionalProperties', 'undefined'],
  ['default', 'undefined'],
  ['title', 'empty'],
  ['description', 'empty'],
  ['nullable', 'false'],
  ['x-kubernetes-preserve-unknown-fields', 'false'],
  ['x-kubernetes-embedded-resource', 'false'],
  ['x-kubernetes-int-or-string', 'false'],
  ['x-kubernetes-list-map-keys', 'empty'],
  ['x-kubernetes-list-type', 'undefined'],
  ['x-kubernetes-map-type', 'undefined'],
  ['x-kubernetes-validations', 'empty'],
]

/** Branches only narrow what the schema itself says. `mayType`: it is one of the two that say what an int-or-string is. */
const branchErrors = (schema: StructuralSchema, path: string): FieldError[] => [
  ...patternErrors(schema, path),
  ...emptyInBranches.flatMap(([name, how]) =>
    schema[name] === undefined || schema[name] === false
      ? []
      : [forbiddenField(`${path}.${name}`, `must be ${how} to be structural`)],
  ),
  ...partsOf(schema, path).flatMap((part) =>
    part.of === 'additional' ? [] : branchErrors(part.schema, part.path),
  ),
  ...branchesOf(schema, path).flatMap((part) => branchErrors(part.schema, part.path)),
  ...(schema.properties?.['metadata'] === undefined
    ? []
    : [forbiddenField(`${path}.properties[metadata]`, 'must not be specified in a nested context')]),
]

const eitherType = [{ type: 'integer' }, { type: 'string' }]

/** The branches that are looked at: an int-or-string may say that it is one of the two. */
const narrowing = (schema: StructuralSchema): StructuralSchema => {
  if (jsonEqual(schema.anyOf, eitherType)) return { ...schema, anyOf: [] }
  const [first, ...others] = schema.allOf ?? []
  return jsonEqual(first?.anyOf, eitherType)
    ? { ...schema, allOf: [{ ...first, anyOf: [] }, ...others] }
    : schema
}

const extensionErrors = (schema: StructuralSchema, path: string): FieldError[] => {
  if (schema['x-kubernetes-int-or-string'] !== true) return []
  return (['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const).flatMap(
    (name) =>
      schema[name] === true
        ? [invalid(`${path}.${name}`, true, 'must be false if x-kubernetes-int-or-string is true')]
        : [],
  )
}

const typeErrors = (schema: StructuralSchema, path: string, level: Level): FieldError[] => {
  const { type = '' } = schema
  const at = `${path}.type`
  if (schema['x-kubernetes-embedded-resource'] === true && type !== 'object') {
    const detail = 'must be object if x-kubernetes-embedded-resource is true'
    return [type === '' ? required(at, detail) : invalid(at, type, detail)]
  }
  const isKnown =
    schema['x-kubernetes-preserve-unknown-fields'] === true || schema['x-kubernetes-int-or-string'] === true
  return type === '' && !isKnown ? [required(at, noType[level])] : []
}

/** What is said of the kind and the metadata of an object by the schema of the object. */
const envelopeErrors = (
  { properties = {} }: StructuralSchema,
  path: string,
  isRoot: boolean,
): FieldError[] => {
  const errors = ['kind', 'apiVersion'].flatMap((name) => {
    const { type } = properties[name] ?? { type: 'string' }
    return type === 'string'
      ? []
      : [invalid(`${path}.properties[${name}].type`, type ?? '', 'must be string')]
  })
  const { metadata } = properties
  if (metadata === undefined) return errors
  const at = `${path}.properties[metadata]`
  if (metadata.type !== 'object') errors.push(invalid(`${at}.type`, metadata.type ?? '', 'must be object'))
  if (!isRoot) return errors
  const { type: _type, default: _default, properties: named, ...more } = metadata
  const isNamed = Object.keys(named ?? {}).every((name) => ['name', 'generateName'].includes(name))
  const said = Object.values(more).some(
    (value) => value !== undefined && value !== '' && value !== false && !jsonEqual(value, []),
  )
  if (said || !isNamed)
    errors.push(
      forbiddenField(
        at,
        'must not specify anything other than name and generateName, but metadata is implicitly specified',
      ),
    )
  return errors
}

const structureErrors = (schema: StructuralSchema, path: string, level: Level): FieldError[] => {
  const { type = '', additionalProperties } = schema
  const isEmbedded = schema['x-kubernetes-embedded-resource'] === true
  const isRoot = level === 'root'
  const hasAdditional = additionalProperties !== undefined && additionalProperties !== false
  const isEmpty = Object.keys(schema.properties ?? {}).length === 0
  const errors: FieldError[] = [
    ...patternErrors(schema, path),
    ...typeErrors(schema, path, level),
    ...extensionErrors(schema, path),
    ...(isRoot || isEmbedded ? envelopeErrors(schema, path, isRoot) : []),
  ]
  if (type === 'array' && schema.items === undefined)
    errors.push(required(`${path}.items`, 'must be specified'))
  if (isRoot && hasAdditional)
    errors.push(forbiddenField(`${path}.additionalProperties`, 'must not be used at the root'))
  if (isEmbedded && hasAdditional)
    errors.push(
      forbiddenField(
        `${path}.additionalProperties`,
        'must not be used if x-kubernetes-embedded-resource is set',
      ),
    )
  if (isRoot && type !== '' && type !== 'object')
    errors.push(invalid(`${path}.type`, type, 'must be object at the root'))
  if (isEmbedded && isEmpty && schema['x-kubernetes-preserve-unknown-fields'] !== true)
    errors.push(
      required(
        `${path}.properties`,
        'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
      ),
    )
  return [
    ...errors,
    ...partsOf(schema, path).flatMap((part) => structureErrors(part.schema, part.path, part.of)),
    ...branchesOf(narrowing(schema), path).flatMap((part) => branchErrors(part.schema, part.path)),
  ]
}

/** `field: message`, the order of these errors. */
const textOf = ({ field, message }: FieldError): string => `${field}: ${message}`

/** What keeps a schema from being structural: saying of every field what it is, once. */
export const structuralErrors = (schema: StructuralSchema, path: string): FieldError[] =>
  structureErrors(schema, path, 'root').toSorted((left, right) => (textOf(left) < textOf(right) ? -1 : 1))
