import { jsonEqual } from '../kube-object.ts'
import type { KubeObject, ObjectMeta } from '../kube-object.ts'
import type { Resource } from '../resources/resource.ts'
import { shapedBySchema } from './check-object.ts'
import { emptyFields } from './object-meta.ts'

export interface Shown {
  readonly object: KubeObject
  /** It is stored so. */
  readonly isShown: boolean
}

const sameFields = (metadata: ObjectMeta, { metadata: shown }: KubeObject): boolean =>
  Object.keys(emptyFields(metadata)).every((field) => shown[field] !== undefined)

/**
 * An object as it is shown after it was stored. The real server stores what an apply or a webhook makes of a custom
 * resource as it is, but reads it without the empty fields of its metadata, without nulls that may not be and without what
 * the schema does not know. A write that leaves such a thing always is one, and so is the next update, also when they
 * change nothing. `metadata` is what was to be written of it; undefined when it is that of before.
 */
export const asShown = (
  resource: Resource,
  object: KubeObject,
  metadata: ObjectMeta | undefined,
  isRaw: boolean,
): Shown => {
  if (!resource.isCustom || !isRaw) return { object, isShown: true }
  const shown = shapedBySchema(resource, object)
  const isSame = jsonEqual(shown, object) && (metadata === undefined || sameFields(metadata, shown))
  // another version is read anew when it is converted
  return { object: shown, isShown: isSame || !resource.isStored }
}
