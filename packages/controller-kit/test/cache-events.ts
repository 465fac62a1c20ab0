import type { CacheEvent } from '../src/cache/cache.ts'
import type { Informers } from '../src/cache/informers.ts'

/** Resolves with the first event that fits. */
export const nextEvent = (informers: Informers, fits: (event: CacheEvent) => boolean): Promise<CacheEvent> =>
  new Promise((resolve) => {
    const unsubscribe = informers.onEvent((event) => {
      if (!fits(event)) return
      unsubscribe()
      resolve(event)
    })
  })
