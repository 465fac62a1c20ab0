import type { KubeObject } from '@odfmo/api-types/meta'
import type { CacheReader, WriteObserver } from '../cache/cache.ts'
import type { Logger } from '../logging/logger.ts'
import type { Applied } from './applied.ts'
import { Applier, type ApplierOptions } from './applier.ts'
import type { Intent } from './intent.ts'

/** What a reconcile writes with. */
export interface Writes {
  /** See `Applier.apply`; with the reconcile's signal and logger. */
  apply<T extends KubeObject>(intent: Intent<T>): Promise<Applied<T>>
}

/** For one controller: the writes of each of its reconciles. Without clients they throw a TypeError. */
export const writesFor = (
  options: Omit<ApplierOptions, 'cache' | 'clients'> & {
    readonly cache: CacheReader & Partial<WriteObserver>
    readonly clients?: ApplierOptions['clients']
  },
): ((signal: AbortSignal, logger: Logger) => Writes) => {
  const { name, cache, clients } = options
  if (clients === undefined || !learns(cache)) {
    const why = `controller ${name}: to write, it needs clients, and a cache that learns of writes (informers)`
    return () => ({ apply: () => Promise.reject(new TypeError(why)) })
  }
  const applier = new Applier({ ...options, cache, clients })
  return (signal, logger) => ({ apply: (intent) => applier.apply(intent, signal, logger) })
}

const learns = (cache: CacheReader & Partial<WriteObserver>): cache is CacheReader & WriteObserver =>
  cache.wrote !== undefined && cache.deleted !== undefined
