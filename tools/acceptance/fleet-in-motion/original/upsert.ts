import type { Kind, KubeObject, ObjectKey } from '@odfmo/api-types/meta'
import { isAlreadyExists, isConflict, isNotFound, KubeError, type KubeClient } from '@odfmo/controller-kit'

/** The object, undefined when there is none. */
export const find = async <T extends KubeObject>(
  client: KubeClient,
  kind: Kind<T>,
  key: ObjectKey,
): Promise<T | undefined> => {
  try {
    return await client.get(kind, key)
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

/** Creates what is not there; else replaces the whole object by what `change` makes of it, when that is anything else. */
export const upsert = async <T extends KubeObject>(
  client: KubeClient,
  kind: Kind<T>,
  wanted: T,
  change: (live: T) => T = (live) => ({
    ...live,
    ...wanted,
    metadata: { ...live.metadata, ...wanted.metadata },
  }),
): Promise<void> => {
  const { namespace, name = '' } = wanted.metadata
  const live = await find(client, kind, namespace === undefined ? { name } : { namespace, name })
  if (live === undefined) await client.create(kind, wanted)
  else await replace(client, kind, live, change(live))
}

/** A full update, as controllers of the original's age write, unless nothing is changed. */
export const replace = async <T extends KubeObject>(
  client: KubeClient,
  kind: Kind<T>,
  live: T,
  next: T,
): Promise<void> => {
  if (JSON.stringify(live) !== JSON.stringify(next)) await client.update(kind, next)
}

/** A failure that the next round may not meet again: somebody else was faster, or the server did not answer in time. */
export const isPassing = (error: unknown): boolean =>
  isConflict(error) ||
  isNotFound(error) ||
  isAlreadyExists(error) ||
  (error instanceof KubeError && (error.status === 0 || error.status >= 500))
