import type { Kind, KubeObject } from '@odfmo/api-types/meta'
import { keyOf } from '@odfmo/api-types/meta'
import type { ClusterClient } from './cluster-client.ts'
import { isAlreadyExists } from './cluster-error.ts'
import { smallestPatch } from './smallest-patch.ts'

/** Creates the object, or brings its fields into the one that is there; status is left to its own subresource. */
export const ensure = async <T extends KubeObject>(
  client: ClusterClient,
  kind: Kind<T>,
  wanted: T,
): Promise<T> => {
  const live = await client.get(kind, keyOf(wanted))
  if (live === undefined) {
    try {
      return await client.create(kind, wanted)
    } catch (error) {
      if (!isAlreadyExists(error)) throw error
      return ensure(client, kind, wanted)
    }
  }
  const { apiVersion: _version, kind: _kind, ...fields } = wanted
  const patch = smallestPatch(live, fields)
  return patch === undefined ? live : client.patch(kind, keyOf(wanted), patch)
}

/** Brings status fields in; nothing is written when none differs. */
export const ensureStatus = async <T extends KubeObject>(
  client: ClusterClient,
  kind: Kind<T>,
  live: T,
  status: object,
): Promise<T> => {
  const patch = smallestPatch((live as { status?: object }).status, status as Record<string, unknown>)
  if (patch === undefined) return live
  const { uid, resourceVersion } = live.metadata
  return client.patch(kind, keyOf(live), { metadata: { uid, resourceVersion }, status: patch }, 'status')
}
