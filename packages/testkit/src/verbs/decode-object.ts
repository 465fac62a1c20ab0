import { badRequest, invalidObject } from '../api-error.ts'
import type { ApiError } from '../api-error.ts'
import { invalid } from '../field-error.ts'
import { isJsonObject } from '../kube-object.ts'
import type { KubeObject, ObjectMeta } from '../kube-object.ts'
import { goQuoted } from '../go-text.ts'
import { apiVersionOf } from '../resources/resource.ts'
import type { Resource, TypedKind } from '../resources/resource.ts'
import { typeNameOf } from '../types/built-in-types.ts'
import { DecodeError } from '../types/decode-error.ts'
import type { WriteOptions } from './api.ts'
import { emptyFields } from './object-meta.ts'

/** The kind that an object is to be of. */
type Named = Pick<Resource, 'group' | 'version' | 'kind'> & { readonly isCustom?: boolean }

/** How an object came. */
export interface Reading {
  /** Undefined where nobody has to hear of unknown fields. */
  readonly options?: WriteOptions
  /** It is what a patch made of the stored object, not a body. */
  readonly isPatched?: boolean
}

/** The beginning of a body that is shown when nothing in it can be told; other than objects in hexadecimal digits. */
const summaryOf = (text: string): string => {
  const limit = 30
  const start = Buffer.from(text, 'utf8').subarray(0, limit)
  const more = Buffer.byteLength(text, 'utf8') > limit ? ' ...' : ''
  if (text === '') return '<empty>'
  return (text.startsWith('{') ? start.toString('utf8') : start.toString('hex')) + more
}

export const unrecognized = (kind: string, why: string, text: string): ApiError =>
  badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${summaryOf(text)})`)

/** What Go's decoder calls a value of JSON. */
export const goKind = (value: unknown): string => {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

/** What is said of a body that is no object. */
export const noObject = (kind: string, body: unknown): ApiError => {
  const type = String.raw`struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }`
  const why =
    body === undefined
      ? 'unexpected end of JSON input'
      : `json: cannot unmarshal ${goKind(body)} into Go value of type ${type}`
  return unrecognized(
    kind,
    `couldn't get version/kind; json parse error: ${why}`,
    body === undefined ? '' : JSON.stringify(body),
  )
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isJsonObject(value)) return value
  const names = Object.keys(value).sort()
  return Object.fromEntries(names.map((name) => [name, sorted(value[name])]))
}

/** An object as it is quoted in messages: custom ones have all their fields in order. */
export const quoted = ({ isCustom = false }: { readonly isCustom?: boolean }, object: unknown): string =>
  JSON.stringify(isCustom ? sorted(object) : object)

/** A refusal of an object that cannot be read, in the form that bodies or patches are refused. */
export const refusal = (
  resource: Named,
  { isPatched = false }: Reading,
  sent: { readonly kind: string; readonly version: string; readonly object: unknown },
  why: string,
): ApiError =>
  isPatched
    ? invalidObject({ group: '', kind: '' }, '', [invalid('patch', quoted(resource, sent.object), why)])
    : badRequest(`${sent.kind} in version "${sent.version}" cannot be handled as a ${resource.kind}: ${why}`)

/** Tells of fields that were dropped, or refuses them, as the request asks. */
export const tellOfFields = (
  resource: Named,
  reading: Reading,
  unknown: readonly string[],
  object: unknown,
): void => {
  const { options } = reading
  if (options === undefined) return
  const messages = [
    ...(options.problems ?? []),
    ...(options.duplicates ?? []).map((field) => `duplicate field ${goQuoted(field)}`),
    ...unknown.map((field) => `unknown field ${goQuoted(field)}`),
  ]
  if (messages.length === 0) return
  if (options.fieldValidation === 'Strict')
    throw refusal(
      resource,
      reading,
      { kind: resource.kind, version: resource.version, object },
      `strict decoding error: ${messages.join(', ')}`,
    )
  if (options.fieldValidation === 'Warn') for (const message of messages) options.warn(message)
}

const textOr = (value: unknown, fallback: string): string =>
  typeof value === 'string' && value !== '' ? value : fallback

/** Without a version a patched object is read by the server's own form of it, which knows no field by its name. */
const nameless = (resource: Named, body: Record<string, unknown>, reading: Reading): KubeObject => {
  const names = Object.keys(body).filter((name) => name !== 'apiVersion' && name !== 'kind')
  tellOfFields(resource, reading, names, body)
  return { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata: {} }
}

/** The server's own form of scales is of another group than our type of them. */
const shownType = (type: string): string => type.replace(/^scale\./, 'autoscaling.')

/** Reads an object of a built-in kind; throws as the real server refuses what it cannot read. */
export const decodeObject = (
  resource: Named,
  { json, name: expectedType }: TypedKind,
  body: Record<string, unknown>,
  reading: Reading,
): KubeObject => {
  const expected = apiVersionOf(resource)
  if (reading.isPatched === true && textOr(body['apiVersion'], '') === '')
    return nameless(resource, body, reading)
  const apiVersion = textOr(body['apiVersion'], expected)
  const kind = textOr(body['kind'], resource.kind)
  const version = apiVersion.split('/').at(-1) ?? ''
  const refuse = (why: string): ApiError => refusal(resource, reading, { kind, version, object: body }, why)
  const isExpected = apiVersion === expected && kind === resource.kind
  const type = isExpected ? expectedType : typeNameOf(apiVersion, kind)
  if (
    type === undefined ||
    !json.has(type) ||
    (!isExpected && !/^(?:.*\/)?v1$|^autoscaling\/v2$/.test(apiVersion))
  )
    throw refuse(
      `no kind "${kind}" is registered for version "${apiVersion}" in scheme "pkg/runtime/scheme.go:111"`,
    )
  const { apiVersion: _version, kind: _kind, ...rest } = body
  try {
    const { value, unknown } = json.decode(type, rest, reading.isPatched)
    if (!isExpected)
      throw refuse(`converting (${version}.${kind}) to (${shownType(expectedType)}): unknown conversion`)
    tellOfFields(resource, reading, unknown, body)
    const { metadata, ...content } = value
    return { apiVersion: expected, kind, metadata: isJsonObject(metadata) ? metadata : {}, ...content }
  } catch (error) {
    throw error instanceof DecodeError ? refuse(error.message) : error
  }
}

/** Reads the metadata of a custom object; throws as the real server refuses what it cannot read. */
export const decodeMetadata = (
  resource: Resource,
  object: Record<string, unknown>,
  reading: Reading,
): { readonly value: ObjectMeta; readonly unknown: readonly string[] } => {
  const { metadataJson: json } = resource
  const { metadata = null } = object
  if (metadata !== null && !isJsonObject(metadata))
    throw refusal(
      resource,
      reading,
      { kind: resource.kind, version: resource.version, object },
      `json: cannot unmarshal ${goKind(metadata)} into Go value of type v1.ObjectMeta`,
    )
  if (metadata === null || json === undefined) return { value: {}, unknown: [] }
  try {
    const { value, unknown } = json.decode('meta.ObjectMeta', metadata, reading.isPatched)
    const empty = emptyFields(metadata)
    // what is applied is not read again
    if (reading.options?.isApplied === true) Object.assign(value, empty)
    else for (const field of Object.keys(empty)) delete value[field]
    return { value, unknown: unknown.map((field) => `metadata.${field}`) }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    throw refusal(
      resource,
      reading,
      { kind: resource.kind, version: resource.version, object },
      error.message,
    )
  }
}
