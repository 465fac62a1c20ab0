import type { Resource } from '../resources/resource.ts'
import { apiVersionOf } from '../resources/resource.ts'
import type { StoredObject } from '../storage/stored-object.ts'
import { jsonOf, typePrefixOf } from '../verbs/api.ts'
import type { ObjectList } from '../verbs/list-objects.ts'

export const listMetadata = (list: ObjectList): Record<string, unknown> => ({
  resourceVersion: String(list.revision),
  ...(list.continueToken === '' ? {} : { continue: list.continueToken }),
  ...(list.remaining === undefined ? {} : { remainingItemCount: list.remaining }),
})

/** The items of built-in lists carry no apiVersion and kind, those of custom resources do: as the real server has it. */
const itemJson = (resource: Resource, stored: StoredObject): string => {
  const json = jsonOf(resource, stored)
  if (resource.isCustom) return json
  const prefix = typePrefixOf(resource)
  return json.startsWith(prefix) ? `{${json.slice(prefix.length)}` : json
}

/** The JSON text of a list. */
export const listJson = (resource: Resource, list: ObjectList): string => {
  const items = list.items.map((stored) => itemJson(resource, stored)).join(',')
  const head = `"kind":${JSON.stringify(resource.listKind)},"apiVersion":${JSON.stringify(apiVersionOf(resource))}`
  // lists of custom resources always have the field
  const metadata = resource.isCustom ? { continue: '', ...listMetadata(list) } : listMetadata(list)
  return `{${head},"metadata":${JSON.stringify(metadata)},"items":[${items}]}`
}
