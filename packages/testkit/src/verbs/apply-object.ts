import { conflict, notFound, unsupportedMediaType } from '../api-error.ts'
import { isJsonObject } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import { readApply, strictRefusal } from '../patch/read-apply.ts'
import type { Api, Target, WriteOptions } from './api.ts'
import { createObject } from './create-object.ts'
import { changeObject, checkPlace } from './update-object.ts'
import { changeOrCreate } from './change-or-create.ts'
import type { Written } from './change-or-create.ts'
import type { Verb } from './verb.ts'

/** A configuration as far as anything can be read of it. */
const envelopeOf = (config: Record<string, unknown>): KubeObject => ({
  ...config,
  apiVersion: typeof config['apiVersion'] === 'string' ? config['apiVersion'] : '',
  kind: typeof config['kind'] === 'string' ? config['kind'] : '',
  metadata: isJsonObject(config['metadata']) ? config['metadata'] : {},
})

/** What a configuration makes of what is there, or of nothing; throws as it is refused. */
export const applying = (
  api: Api,
  target: Target,
  body: Buffer,
  options: WriteOptions,
): ((live: KubeObject | undefined) => KubeObject) => {
  const { chain } = api
  if (chain.applyFields === undefined) throw unsupportedMediaType([])
  const { applyFields } = chain
  return (live) => {
    const { config, problems } = readApply(body, options.fieldValidation !== 'Ignore')
    const applied = applyFields(target, live, envelopeOf(config), options)
    if (problems.length > 0 && options.fieldValidation === 'Strict') throw strictRefusal(problems)
    for (const problem of problems) options.warn(problem)
    return applied
  }
}

/** Server-side apply: merges a configuration into what is there, or creates it. */
export function* applyObject(api: Api, target: Target, body: Buffer, options: WriteOptions): Verb<Written> {
  const apply = applying(api, target, body, options)
  const applied: WriteOptions = { ...options, fieldValidation: 'Ignore', duplicates: [], isApplied: true }
  return yield* changeOrCreate(api, target, {
    change: () => changeObject(api, target, { next: apply, isPatched: true }, applied),
    create: () => createdByApply(api, target, apply, applied),
  })
}

function* createdByApply(
  api: Api,
  target: Target,
  apply: (live: KubeObject | undefined) => KubeObject,
  options: WriteOptions,
): Verb<KubeObject> {
  const { resource, name, subresource } = target
  if (subresource !== '') throw notFound(resource, name)
  const object = apply(undefined)
  if (object.metadata.uid)
    throw conflict(
      resource,
      name,
      `uid mismatch: the provided object specified uid ${object.metadata.uid}, and no existing object was found`,
    )
  checkPlace(target, object)
  const created = { ...object, metadata: { ...object.metadata, resourceVersion: undefined } }
  return yield* createObject(api, target, created, options)
}
