import { conflict, notFound } from '../api-error.ts'
import type { ApiError } from '../api-error.ts'
import type { StoredObject } from '../storage/stored-object.ts'
import type { Api, Target, WriteOptions } from './api.ts'
import { changeOrCreate } from './change-or-create.ts'
import type { Written } from './change-or-create.ts'
import { checkedEnvelope } from './check-object.ts'
import { createObject } from './create-object.ts'
import { changeObject, checkPlace, versionOf } from './update-object.ts'
import type { Verb } from './verb.ts'

/** The storage layer's own words, its key among them. */
const wrongUid = ({ resource, namespace, name }: Target, wanted: string, found: string): ApiError => {
  const path = [
    ...(resource.isCustom ? [resource.group] : []),
    resource.plural,
    ...(namespace === '' ? [] : [namespace]),
    name,
  ].join('/')
  const why = `Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${found}`
  return conflict(
    resource,
    name,
    `StorageError: invalid object, Code: 4, Key: /registry/${path}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`,
  )
}

/** PUT: the body replaces the object, or creates it where the kind allows that. */
export function* replaceObject(
  api: Api,
  target: Target,
  body: unknown,
  options: WriteOptions,
): Verb<Written> {
  const { resource, name } = target
  const object = checkedEnvelope(resource, body, { options })
  checkPlace(target, object)
  const { metadata } = object
  // of its fields has been told now
  const rest: WriteOptions = { ...options, fieldValidation: 'Ignore', duplicates: [] }
  const check = (found: StoredObject): void => {
    if (metadata.uid && metadata.uid !== found.uid) throw wrongUid(target, metadata.uid, found.uid)
  }
  return yield* changeOrCreate(api, target, {
    change: () => changeObject(api, target, { next: () => object, check }, rest),
    create() {
      if (resource.strategy.createOnUpdate !== true || target.subresource !== '')
        throw notFound(resource, name)
      if (metadata.uid) throw wrongUid(target, metadata.uid, '')
      versionOf(metadata)
      const created = { ...object, metadata: { ...metadata, resourceVersion: undefined } }
      return createObject(api, target, created, rest)
    },
  })
}
