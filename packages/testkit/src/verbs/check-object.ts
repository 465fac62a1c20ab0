import { ApiError, badRequest } from '../api-error.ts'
import type { FieldError } from '../field-error.ts'
import { isJsonObject } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import { apiVersionOf } from '../resources/resource.ts'
import type { Resource } from '../resources/resource.ts'
import { applyDefaults } from '../schema/apply-defaults.ts'
import { prune } from '../schema/prune.ts'
import { validateSchema } from '../schema/validate-schema.ts'
import type { Api, WriteOptions } from './api.ts'
import { metadataTypeProblem } from './object-meta.ts'

/** Makes sure a body is an object of the resource's kind; throws a 400 when not. */
export const checkedEnvelope = (resource: Resource, body: unknown): KubeObject => {
  if (!isJsonObject(body))
    throw badRequest(
      `couldn't get version/kind; json parse error: the body must be an object of kind ${resource.kind}`,
    )
  const expected = apiVersionOf(resource)
  const {
    apiVersion = resource.isCustom ? '' : expected,
    kind = resource.isCustom ? '' : resource.kind,
    metadata = {},
    ...rest
  } = body
  if (kind === '') {
    const text = JSON.stringify(body)
    const start = text.length > 30 ? `${text.slice(0, 30)} ...` : text
    throw badRequest(
      `the object provided is unrecognized (must be of type ${resource.kind}): Object 'Kind' is missing in '${text}' (${start})`,
    )
  }
  if (apiVersion !== expected) {
    throw badRequest(
      `the API version in the data (${String(apiVersion)}) does not match the expected API version (${expected})`,
    )
  }
  if (kind !== resource.kind) {
    throw badRequest(
      `${String(kind)} in version "${resource.version}" cannot be handled as a ${resource.kind}: the kinds do not match`,
    )
  }
  const problem = metadataTypeProblem(metadata ?? {})
  if (problem !== undefined) {
    throw badRequest(
      `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: ${problem}`,
    )
  }
  return {
    apiVersion: expected,
    kind: resource.kind,
    metadata: isJsonObject(metadata) ? metadata : {},
    ...rest,
  }
}

/** Prunes and defaults by the resource's schema; unknown fields are refused, warned of or passed over as asked. */
export const shapedBySchema = (resource: Resource, object: KubeObject, options: WriteOptions): KubeObject => {
  if (resource.schema === undefined) return object
  const { value, unknown } = prune(resource.schema, object)
  if (unknown.length > 0) {
    const messages = unknown.map((field) => `unknown field "${field}"`)
    if (options.fieldValidation === 'Strict') {
      throw new ApiError(
        400,
        'BadRequest',
        `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: strict decoding error: ${messages.join(', ')}`,
      )
    }
    if (options.fieldValidation === 'Warn') for (const message of messages) options.warn(message)
  }
  return applyDefaults(resource.schema, value) as KubeObject
}

/** Errors a stored object had already, in parts that did not change, are forgiven: the schema came later than the object. */
const ratcheted = (errors: readonly FieldError[], oldErrors: readonly FieldError[]): FieldError[] =>
  errors.filter(
    ({ reason, field, message }) =>
      reason === 'FieldValueRequired' ||
      !oldErrors.some((known) => known.field === field && known.message === message),
  )

/** What the resource's schema has against the object: structure first, rules only when that holds. */
export const schemaErrors = (
  api: Api,
  resource: Resource,
  object: KubeObject,
  old?: KubeObject,
): FieldError[] => {
  const { schema } = resource
  if (schema === undefined) return []
  const found = validateSchema(schema, object)
  if (!resource.isCustom) {
    // what has the wrong type does not even decode
    const [first] = found
    if (first !== undefined)
      throw badRequest(
        `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: ${first.field}: ${first.message}`,
      )
    return []
  }
  const errors =
    found.length === 0 || old === undefined ? found : ratcheted(found, validateSchema(schema, old))
  return errors.length > 0 ? errors : api.celRules.evaluate(schema, object, old)
}
