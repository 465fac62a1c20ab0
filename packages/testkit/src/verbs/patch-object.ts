import { ApiError, badRequest, invalidObject, storageError, unsupportedMediaType } from '../api-error.ts'
import { invalid } from '../field-error.ts'
import { clone } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import { goQuoted, goText } from '../go-text.ts'
import { JsonPatchError } from '../patch/json-document.ts'
import { jsonPatch } from '../patch/json-patch.ts'
import { mergePatch } from '../patch/merge-patch.ts'
import { applyPatchType } from '../patch/read-apply.ts'
import { readObjectPatch, readOperations } from '../patch/read-patch.ts'
import { StrategicPatchError } from '../patch/strategic-error.ts'
import { strategicMergePatch } from '../patch/strategic-merge-patch.ts'
import { apiVersionOf } from '../resources/resource.ts'
import type { Resource, TypedKind } from '../resources/resource.ts'
import { DecodeError } from '../types/decode-error.ts'
import type { Api, Target, WriteOptions } from './api.ts'
import { canonical } from './check-object.ts'
import { readObject } from './read-object.ts'
import { changeObject } from './update-object.ts'
import type { Verb } from './verb.ts'

const jsonPatchType = 'application/json-patch+json'
const mergePatchType = 'application/merge-patch+json'
const strategicPatchType = 'application/strategic-merge-patch+json'

/** What a patch does to an object, and how its request is told of what is wrong with it. */
export interface Patch {
  readonly apply: (object: KubeObject) => unknown
  readonly options: WriteOptions
}

/** A patch that does not apply: reason Invalid, but no word of why. */
const unprocessable = (): ApiError =>
  new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {})

const applied = <T>(apply: () => T): T => {
  try {
    return apply()
  } catch (error) {
    if (error instanceof JsonPatchError) throw unprocessable()
    if (!(error instanceof StrategicPatchError)) throw error
    if (error.code === 422) throw unprocessable()
    throw error.code === 400 ? badRequest(error.message) : storageError(error.message)
  }
}

/** A strategic patch changes the object that its type makes of JSON, not the JSON. */
const strategic = (body: Buffer, resource: Resource, kind: TypedKind, options: WriteOptions): Patch => {
  const { patch: sent, problems } = readObjectPatch(body, '')
  const apply = (object: KubeObject): unknown => {
    const patch = clone(sent ?? {})
    const merged = applied(() => strategicMergePatch(object, patch, resource.schema))
    const refuse = (why: string): ApiError =>
      invalidObject({ group: '', kind: '' }, '', [invalid('patch', goText(patch), why)])
    const { apiVersion: _version, kind: _kind, ...fields } = merged
    try {
      const { value, unknown } = kind.json.convert(kind.name, fields)
      const told = [...problems, ...unknown.map((field) => `unknown field ${goQuoted(field)}`)]
      if (told.length > 0 && options.fieldValidation === 'Strict')
        throw refuse(`strict decoding error: ${told.join(', ')}`)
      if (options.fieldValidation === 'Warn') for (const message of told) options.warn(message)
      return { apiVersion: apiVersionOf(resource), kind: resource.kind, ...value }
    } catch (error) {
      throw error instanceof DecodeError ? refuse(error.message) : error
    }
  }
  return { apply, options }
}

/** Throws the 415 of a media type that is no patch of the resource; server-side apply has a verb of its own. */
const checkType = (mediaType: string, { isCustom }: Resource): void => {
  const types = [jsonPatchType, mergePatchType, ...(isCustom ? [] : [strategicPatchType])]
  if (!types.includes(mediaType)) throw unsupportedMediaType([...types, applyPatchType])
}

/** Reads a patch of a media type. Throws 400, 413 or 415. */
export const readPatch = (
  mediaType: string,
  body: Buffer,
  resource: Resource,
  options: WriteOptions,
): Patch => {
  checkType(mediaType, resource)
  const isChecked = options.fieldValidation !== 'Ignore'
  if (mediaType === jsonPatchType) {
    const { patch, problems } = readOperations(body, isChecked)
    const apply = (object: KubeObject): unknown => applied(() => jsonPatch(object, patch))
    return { apply, options: { ...options, problems } }
  }
  if (mediaType === strategicPatchType && resource.typed !== undefined)
    return strategic(body, resource, resource.typed, options)
  const { patch, problems } = readObjectPatch(body, 'error decoding patch: ')
  if (patch === null) throw badRequest('Invalid JSON Patch')
  return { apply: (object) => mergePatch(object, patch), options: { ...options, problems } }
}

/** Applies a patch of the given media type to the stored object. */
export function* patchObject(
  api: Api,
  target: Target,
  mediaType: string,
  body: Buffer,
  options: WriteOptions,
): Verb<KubeObject> {
  checkType(mediaType, target.resource)
  readObject(api, target) // that it is not there is said before what is wrong with the patch
  const patch = readPatch(mediaType, body, target.resource, options)
  const next = (object: KubeObject): unknown => patch.apply(canonical(target.resource, object))
  return yield* changeObject(api, target, { next, isPatched: true }, patch.options)
}
