import { ApiError, badRequest, unsupportedMediaType } from '../api-error.ts'
import type { KubeObject } from '../kube-object.ts'
import { isJsonObject } from '../kube-object.ts'
import { jsonPatch } from '../patch/json-patch.ts'
import { mergePatch } from '../patch/merge-patch.ts'
import { strategicMergePatch } from '../patch/strategic-merge-patch.ts'
import type { Resource } from '../resources/resource.ts'
import { readJson } from '../server/read-json.ts'
import type { Api, Target, WriteOptions } from './api.ts'
import { changeObject } from './update-object.ts'

const jsonPatchType = 'application/json-patch+json'
const mergePatchType = 'application/merge-patch+json'
const strategicPatchType = 'application/strategic-merge-patch+json'

const parsed = (body: Buffer): unknown => {
  try {
    return readJson(body.toString('utf8'))
  } catch (error) {
    throw badRequest(`error decoding patch: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** What the real server answers to a patch that does not apply: reason Invalid, but no field. */
const unprocessable = (message: string): ApiError =>
  new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {
    causes: [{ message }],
  })

const applied = (apply: () => unknown): unknown => {
  try {
    return apply()
  } catch (error) {
    if (!(error instanceof Error)) throw error
    if (error.name === 'StrategicPatchError') throw badRequest(error.message)
    if (error.name !== 'JsonPatchError') throw error
    throw 'isMalformed' in error && error.isMalformed === true
      ? badRequest(`error decoding patch: ${error.message}`)
      : unprocessable(error.message)
  }
}

/** Reads a patch of a media type; the answer applies it to an object. Throws 400 or 415. */
export const patched = (
  mediaType: string,
  body: Buffer,
  resource: Resource,
): ((object: KubeObject) => unknown) => {
  switch (mediaType) {
    case jsonPatchType: {
      const patch = parsed(body)
      return (object) => applied(() => jsonPatch(object, patch))
    }
    case mergePatchType: {
      const patch = parsed(body)
      if (!isJsonObject(patch)) throw badRequest('error decoding patch: a merge patch must be an object')
      return (object) => mergePatch(object, patch)
    }
    case strategicPatchType: {
      if (resource.isCustom) throw unsupportedMediaType([jsonPatchType, mergePatchType])
      const patch = parsed(body)
      return (object) => applied(() => strategicMergePatch(object, patch, resource.schema))
    }
    default:
      // server-side apply (application/apply-patch+yaml) among them
      throw unsupportedMediaType(
        resource.isCustom
          ? [jsonPatchType, mergePatchType]
          : [jsonPatchType, mergePatchType, strategicPatchType],
      )
  }
}

/** Applies a patch of the given media type to the stored object. */
export const patchObject = (
  api: Api,
  target: Target,
  mediaType: string,
  body: Buffer,
  options: WriteOptions,
): KubeObject => changeObject(api, target, patched(mediaType, body, target.resource), options)
