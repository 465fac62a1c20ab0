import type { Kind, KubeObject, ObjectKey } from '@odfmo/api-types/meta'
import { isForbidden, type KubeClient, type ObjectClient } from '@odfmo/controller-kit'

type Json = Readonly<Record<string, unknown>>

const isMap = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** RFC 7386. */
const merged = (target: unknown, patch: unknown): unknown => {
  if (!isMap(patch)) return patch
  const result: Record<string, unknown> = isMap(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else result[key] = merged(result[key], value)
  }
  return result
}

/**
 * A client that, where a merge patch is forbidden, gets the object and updates it: roles of older hubs allow only that.
 * The preconditions in the patch (uid, resourceVersion) travel along, so an update overwrites nobody.
 */
export const patchOrUpdate = (client: Pick<KubeClient, keyof ObjectClient | 'update'>): ObjectClient => ({
  get: client.get.bind(client),
  list: client.list.bind(client),
  create: client.create.bind(client),
  delete: client.delete.bind(client),
  async patch<T extends KubeObject>(
    kind: Kind<T>,
    key: ObjectKey,
    type: Parameters<ObjectClient['patch']>[2],
    body: unknown,
    options: Parameters<ObjectClient['patch']>[4] = {},
  ): Promise<T> {
    try {
      return await client.patch(kind, key, type, body, options)
    } catch (error) {
      if (type !== 'merge' || !isForbidden(error)) throw error
      const live = await client.get(kind, key, options.signal === undefined ? {} : { signal: options.signal })
      return await client.update(kind, merged(live, body) as T, options)
    }
  },
})
