import { badRequest, invalidObject, notFound } from '../api-error.ts'
import { invalid } from '../field-error.ts'
import { isJsonObject, recordAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import { viewOf } from '../verbs/api.ts'
import type { Api, Target, WriteOptions } from '../verbs/api.ts'
import { patched } from '../verbs/patch-object.ts'
import { readObject } from '../verbs/read-object.ts'
import { changeObject } from '../verbs/update-object.ts'

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

/** `autoscaling/v1 Scale` of an object. */
const scaleOf = ({ resource }: Target, object: KubeObject): KubeObject => {
  const { scale } = resource
  if (scale === undefined) throw notFound(resource, object.metadata.name ?? '')
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  const selector =
    scale.labelSelectorPath === undefined ? undefined : selectorText(valueAt(object, scale.labelSelectorPath))
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: valueAt(object, scale.specReplicasPath) ?? 0 },
    status: {
      replicas: valueAt(object, scale.statusReplicasPath) ?? 0,
      ...(selector === undefined ? {} : { selector }),
    },
  }
}

export const readScale = (api: Api, target: Target): KubeObject =>
  scaleOf(target, viewOf(target.resource, readObject(api, target)))

const written = (
  api: Api,
  target: Target,
  options: WriteOptions,
  next: (scale: KubeObject) => unknown,
): KubeObject => {
  const path = target.resource.scale?.specReplicasPath ?? '.spec.replicas'
  const change = (old: KubeObject): KubeObject => {
    const scale = next(scaleOf(target, old))
    if (!isJsonObject(scale))
      throw badRequest("couldn't get version/kind; json parse error: the body must be a Scale")
    const replicas = recordAt(scale, 'spec')['replicas'] ?? 0
    if (typeof replicas !== 'number' || replicas < 0) {
      throw invalidObject({ group: 'autoscaling', kind: 'Scale' }, target.name, [
        invalid('spec.replicas', replicas, 'must be greater than or equal to 0'),
      ])
    }
    const steps = stepsOf(path)
    recordAt(old, ...steps.slice(0, -1))[steps.at(-1) ?? ''] = replicas
    const wanted = recordAt(scale, 'metadata')['resourceVersion']
    return typeof wanted === 'string'
      ? { ...old, metadata: { ...old.metadata, resourceVersion: wanted } }
      : old
  }
  return scaleOf(target, changeObject(api, { ...target, subresource: '' }, change, options))
}

export const replaceScale = (api: Api, target: Target, body: unknown, options: WriteOptions): KubeObject =>
  written(api, target, options, () => body)

export const patchScale = (
  api: Api,
  target: Target,
  mediaType: string,
  body: Buffer,
  options: WriteOptions,
): KubeObject => written(api, target, options, patched(mediaType, body, target.resource))
