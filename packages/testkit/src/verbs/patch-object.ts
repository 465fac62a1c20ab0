import { badRequest, unsupportedMediaType } from '../api-error.ts'
import type { KubeObject } from '../kube-object.ts'
import { mergePatch } from '../patch/merge-patch.ts'
import type { Api, Target, WriteOptions } from './api.ts'
import { changeObject } from './update-object.ts'

export const mergePatchType = 'application/merge-patch+json'

const parsed = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8')) as unknown
  } catch (error) {
    throw badRequest(`error decoding patch: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Applies a patch of the given media type to the stored object. */
export const patchObject = (api: Api, target: Target, mediaType: string, body: Buffer, options: WriteOptions): KubeObject => {
  if (mediaType !== mergePatchType) throw unsupportedMediaType([mergePatchType])
  const patch = parsed(body)
  return changeObject(api, target, (old) => mergePatch(old, patch), options)
}
