import type { CacheReader } from '../cache/cache.ts'
import { once } from '../once.ts'
import type { Source } from './source.ts'

/** Why not all of these kinds can be believed; undefined when they can. */
export const whyUnsynced = (cache: CacheReader, sources: readonly Source[]): string | undefined => {
  for (const { of } of sources) {
    const state = cache.sync(of)
    if ('why' in state) return state.why
  }
  return undefined
}

/** Resolves when all can be believed, or the signal is aborted. */
export const sourcesSynced = async (
  cache: CacheReader,
  sources: readonly Source[],
  stop: AbortSignal,
): Promise<void> => {
  while (whyUnsynced(cache, sources) !== undefined && !stop.aborted) {
    await once((listener) => cache.onSync(listener), stop)
  }
}
