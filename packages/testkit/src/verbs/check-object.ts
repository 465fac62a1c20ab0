import { badRequest, invalidObject } from '../api-error.ts'
import type { ApiError } from '../api-error.ts'
import { invalid } from '../field-error.ts'
import { isJsonObject, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import { apiVersionOf } from '../resources/resource.ts'
import type { Resource } from '../resources/resource.ts'
import { applyDefaults } from '../schema/apply-defaults.ts'
import { prune } from '../schema/prune.ts'
import {
  decodeMetadata,
  decodeObject,
  noObject,
  quoted,
  refusal,
  tellOfFields,
  unrecognized,
} from './decode-object.ts'
import type { WriteOptions } from './api.ts'
import type { Reading } from './decode-object.ts'

/** Of a custom object that a patch gave another version. */
const otherVersion = (resource: Resource, { apiVersion, metadata }: Record<string, unknown>): ApiError => {
  const version = String(apiVersion)
  const group = version.includes('/') ? (version.split('/')[0] ?? '') : ''
  return invalidObject({ group, kind: resource.kind }, textAt(metadata, 'name'), [
    invalid('apiVersion', version, `must be ${apiVersionOf(resource)}`),
  ])
}

/** Makes sure a body is an object of the resource's kind; throws a 400 when not. */
export const checkedEnvelope = (resource: Resource, body: unknown, reading: Reading = {}): KubeObject => {
  if (!isJsonObject(body) && body !== null) throw noObject(resource.kind, body)
  const sent = body ?? {}
  if (resource.typed !== undefined) return decodeObject(resource, resource.typed, sent, reading)
  const expected = apiVersionOf(resource)
  const { apiVersion = '', kind = '', metadata: _metadata, ...rest } = sent
  if (kind === '' || kind === null) {
    const text = quoted(reading.isPatched === true ? resource : {}, sent)
    const why = `Object 'Kind' is missing in '${text}'`
    throw reading.isPatched === true
      ? refusal(resource, reading, { kind: '', version: '', object: sent }, why)
      : unrecognized(resource.kind, why, text)
  }
  if (apiVersion !== expected) {
    if (reading.isPatched === true) throw otherVersion(resource, sent)
    throw badRequest(
      `the API version in the data (${String(apiVersion)}) does not match the expected API version (${expected})`,
    )
  }
  const { value: meta, unknown } = decodeMetadata(resource, sent, reading)
  const pruned = resource.schema === undefined ? [] : prune(resource.schema, sent).unknown
  tellOfFields(resource, reading, [...unknown, ...pruned], sent)
  if (kind !== resource.kind)
    throw invalidObject({ group: resource.group, kind: textAt(sent, 'kind') }, meta.name ?? '', [
      invalid('kind', kind, `must be ${resource.kind}`),
    ])
  return { apiVersion: expected, kind: resource.kind, metadata: meta, ...rest }
}

/**
 * The object with the defaults of its kind; a custom one is pruned before. May change `object`. What an apply leaves
 * null is not taken away.
 */
export const shapedBySchema = (
  { schema, typed, strategy }: Resource,
  object: KubeObject,
  { isApplied = false }: Pick<WriteOptions, 'isApplied'> = {},
): KubeObject => {
  if (schema !== undefined && typed === undefined)
    return applyDefaults(schema, prune(schema, object).value, isApplied) as KubeObject
  strategy.setDefaults?.(object)
  return object
}

/** A built-in object as its type writes it: defaults of Go among its fields, nothing that is empty. */
export const canonical = (resource: Resource, object: KubeObject): KubeObject =>
  resource.typed === undefined
    ? object
    : (resource.typed.json.encode(resource.typed.name, object) as KubeObject)
