import { invalid, required } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { isJsonObject } from '../kube-object.ts'
import type { ObjectMeta } from '../kube-object.ts'
import { kindProblems } from '../verbs/names.ts'
import { metadataErrors } from '../verbs/object-meta.ts'
import type { StructuralSchema } from './structural-schema.ts'

const ofMetadata = (metadata: unknown, path: string): FieldError[] => {
  if (!isJsonObject(metadata)) return []
  const meta = metadata as ObjectMeta
  // an embedded object may have any name, or none
  return metadataErrors({ ...meta, name: 'none' }, () => []).map((error) => ({
    ...error,
    field: error.field.replace(/^metadata/, path),
  }))
}

const ofObject = (object: Record<string, unknown>, path: string): FieldError[] => {
  const { apiVersion, kind, metadata } = object
  const errors: FieldError[] = []
  if (typeof apiVersion !== 'string' || apiVersion === '') errors.push(required(`${path}.apiVersion`))
  if (typeof kind !== 'string' || kind === '') errors.push(required(`${path}.kind`))
  else errors.push(...kindProblems(kind).map((problem) => invalid(`${path}.kind`, kind, problem)))
  errors.push(...ofMetadata(metadata, `${path}.metadata`))
  if (typeof apiVersion === 'string' && apiVersion.split('/').length > 2)
    errors.push(invalid(`${path}.apiVersion`, apiVersion, `unexpected GroupVersion string: ${apiVersion}`))
  return errors
}

/** What is wrong with the kind, version and metadata of embedded resources. */
export const embeddedErrors = (schema: StructuralSchema, value: unknown, path = ''): FieldError[] => {
  if (Array.isArray(value)) {
    const { items } = schema
    if (items === undefined) return []
    return value.flatMap((item, at) => embeddedErrors(items, item, `${path}[${at}]`))
  }
  if (!isJsonObject(value)) return []
  const own = path !== '' && schema['x-kubernetes-embedded-resource'] === true ? ofObject(value, path) : []
  const { properties = {}, additionalProperties } = schema
  const inner = Object.entries(value).flatMap(([name, field]) => {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (known !== undefined) return embeddedErrors(known, field, path === '' ? name : `${path}.${name}`)
    return isJsonObject(additionalProperties)
      ? embeddedErrors(additionalProperties, field, `${path}[${name}]`)
      : []
  })
  return [...own, ...inner]
}
