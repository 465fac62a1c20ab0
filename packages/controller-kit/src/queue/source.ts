import type { DeepReadonly, KubeObject } from '@odfmo/api-types/meta'
import type { CacheEvent } from '../cache/cache.ts'
import type { WatchedKind } from '../watched-kind.ts'
import type { EventFilter } from './event-filter.ts'
import type { Priority } from './work-queue.ts'

/** Where keys come from: events of one kind. */
export interface Source<T extends KubeObject = KubeObject> {
  readonly of: WatchedKind<T>
  /** The keys an object means; asked for the old and the new object of each event. Pure. */
  keys(object: DeepReadonly<T>): readonly string[]
  /** Events that matter; left out: all. */
  when?(event: CacheEvent<T>): boolean
  /** Of changes; what is there at the start is a resync. Default: `event`. */
  readonly priority?: Priority
}

/** Events of a kind, the keys they mean, and which of them matter; see `Source`. */
export const source = <T extends KubeObject>(
  of: WatchedKind<T>,
  keys: (object: DeepReadonly<T>) => readonly string[],
  options: { readonly when?: EventFilter<T>; readonly priority?: Priority } = {},
): Source => ({ of, keys, ...options })

/**
 * The keys that an event means, each once: a key that both objects mean, or two sources, may be in work already when it is
 * added a second time, and would be worked on twice. What a filter or mapper throws is told to `onThrow` and costs nobody
 * else anything: a filter that throws lets the event pass, for a reconcile too many is better than one that is missed,
 * and the other object of the event is still asked.
 */
export const keysOfEvent = (
  sources: readonly Source[],
  event: CacheEvent,
  onThrow: (from: Source, error: unknown) => void,
): ReadonlyMap<string, Priority> => {
  const found = new Map<string, Priority>()
  for (const from of sources) {
    if (from.of !== event.of) continue
    const safely = <R>(ask: () => R, otherwise: R): R => {
      try {
        return ask()
      } catch (error) {
        onThrow(from, error)
        return otherwise
      }
    }
    if (!safely(() => from.when?.(event) !== false, true)) continue
    for (const object of [event.old, event.object]) {
      if (object === undefined) continue
      for (const key of safely(() => [...from.keys(object)], []))
        if (found.get(key) !== 'event') found.set(key, from.priority ?? 'event')
    }
  }
  return found
}
