import { badRequest, internalError, invalidObject, notFound } from '../api-error.ts'
import { invalid } from '../field-error.ts'
import { isJsonObject, recordAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import { parentManagers, scaleManagers } from '../managed-fields/scale-versions.ts'
import { apiVersionOf } from '../resources/resource.ts'
import { viewOf } from '../verbs/api.ts'
import type { Api, Target, WriteOptions } from '../verbs/api.ts'
import { applyPatchType } from '../patch/read-apply.ts'
import { applying } from '../verbs/apply-object.ts'
import { decodeObject, noObject } from '../verbs/decode-object.ts'
import type { Reading } from '../verbs/decode-object.ts'
import { readPatch } from '../verbs/patch-object.ts'
import { readObject } from '../verbs/read-object.ts'
import { changeObject } from '../verbs/update-object.ts'
import type { Face } from '../verbs/update-object.ts'
import type { Verb } from '../verbs/verb.ts'

const stepsOf = (path: string): string[] => path.replace(/^\./, '').split('.')

const valueAt = (object: KubeObject, path: string): unknown => {
  const steps = stepsOf(path)
  return recordAt(object, ...steps.slice(0, -1))[steps.at(-1) ?? '']
}

const selectorText = (selector: unknown): string | undefined => {
  if (typeof selector === 'string') return selector
  const labels = recordAt(selector, 'matchLabels')
  const entries = Object.entries(labels).map(([key, value]) => `${key}=${String(value)}`)
  return entries.length === 0 ? undefined : entries.join(',')
}

const scaleKind = { group: 'autoscaling', version: 'v1', kind: 'Scale' }

/** `autoscaling/v1 Scale` of an object; a custom resource may have no replicas yet. */
const scaleOf = ({ resource }: Target, object: KubeObject): KubeObject => {
  const { scale } = resource
  if (scale === undefined) throw notFound(resource, object.metadata.name ?? '')
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  const selector =
    scale.labelSelectorPath === undefined ? undefined : selectorText(valueAt(object, scale.labelSelectorPath))
  const replicas = valueAt(object, scale.specReplicasPath) ?? 0
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: replicas === 0 ? {} : { replicas },
    status: {
      replicas: valueAt(object, scale.statusReplicasPath) ?? 0,
      ...(selector === undefined ? {} : { selector }),
    },
  }
}

export const readScale = (api: Api, target: Target): KubeObject => {
  const object = viewOf(target.resource, readObject(api, target))
  const path = target.resource.scale?.specReplicasPath ?? ''
  if (target.resource.isCustom && valueAt(object, path) === undefined)
    throw internalError(`the spec replicas field ${JSON.stringify(path)} does not exist`)
  return scaleOf(target, object)
}

/** Throws the 422 of a number of replicas that cannot be; custom resources are refused by their own path. */
const checkReplicas = ({ resource, name }: Target, replicas: number, path: string): void => {
  if (replicas >= 0) return
  if (resource.isCustom)
    throw invalidObject(resource, name, [invalid(path, replicas, 'should be a non-negative integer')])
  throw invalidObject(scaleKind, name, [
    invalid('spec.replicas', replicas, 'must be greater than or equal to 0'),
  ])
}

const readScaleBody = (api: Api, sent: unknown, reading: Reading): KubeObject => {
  if (!isJsonObject(sent)) throw noObject('Scale', sent)
  return decodeObject(scaleKind, { name: 'scale.Scale', json: api.typedJson }, sent, reading)
}

/** What stands for a number that was never set: a change of the scale has to set it. */
const unset = -2_147_483_648

/** Sets a field that may lie in objects which are not there yet. */
const setAt = (object: KubeObject, path: string, value: unknown): void => {
  const steps = stepsOf(path)
  let at: Record<string, unknown> = object
  for (const step of steps.slice(0, -1)) {
    const below = recordAt(at, step)
    at[step] = below
    at = below
  }
  at[steps.at(-1) ?? ''] = value
}

function* written(
  api: Api,
  target: Target,
  options: WriteOptions,
  change: { readonly next: (scale: KubeObject) => unknown; readonly isPatched: boolean },
): Verb<KubeObject> {
  const path = target.resource.scale?.specReplicasPath ?? '.spec.replicas'
  const replicasPath = (apiVersion: string): string | undefined =>
    api.registry.findKind(apiVersion, target.resource.kind)?.scale?.specReplicasPath
  let isSet = true
  const face: Face = {
    of(object) {
      isSet = !target.resource.isCustom || valueAt(object, path) !== undefined
      const scale = scaleOf(target, object)
      const managedFields = scaleManagers(object.metadata.managedFields, replicasPath)
      return { ...scale, metadata: { ...scale.metadata, managedFields } }
    },
    read: (sent) => readScaleBody(api, sent, { options, isPatched: change.isPatched }),
    into(old, scale) {
      const replicas = Number(recordAt(scale, 'spec')['replicas'] ?? 0)
      if (replicas === unset)
        throw badRequest(`the spec replicas field ${JSON.stringify(path)} cannot be empty`)
      checkReplicas(target, replicas, path)
      setAt(old, path, replicas)
      const { resourceVersion = old.metadata.resourceVersion } = scale.metadata
      const managedFields = parentManagers(old.metadata.managedFields, scale.metadata.managedFields, {
        apiVersion: apiVersionOf(target.resource),
        replicasPath,
      })
      return { ...old, metadata: { ...old.metadata, resourceVersion, managedFields } }
    },
  }
  const next = (scale: KubeObject): unknown =>
    change.next(isSet ? scale : { ...scale, spec: { replicas: unset } })
  return scaleOf(target, yield* changeObject(api, target, { ...change, next, face }, options))
}

export const replaceScale = (
  api: Api,
  target: Target,
  body: unknown,
  options: WriteOptions,
): Verb<KubeObject> => {
  // what cannot be read is refused also where there is nothing to scale
  readScaleBody(api, body, { isPatched: false })
  return written(api, target, options, { next: () => body, isPatched: false })
}

export const patchScale = (
  api: Api,
  target: Target,
  mediaType: string,
  body: Buffer,
  options: WriteOptions,
): Verb<KubeObject> => {
  if (mediaType === applyPatchType) {
    const next = applying(api, target, body, options)
    const applied = { ...options, fieldValidation: 'Ignore', isApplied: true } as const
    return written(api, target, applied, { next, isPatched: true })
  }
  const patch = readPatch(mediaType, body, target.resource, options)
  return written(api, target, patch.options, { next: patch.apply, isPatched: true })
}
