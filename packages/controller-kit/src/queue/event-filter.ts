import type { DeepReadonly, KubeObject } from '@odfmo/api-types/meta'
import type { CacheEvent } from '../cache/cache.ts'

/** Whether an event matters. */
export type EventFilter<T extends KubeObject = KubeObject> = (event: CacheEvent<T>) => boolean

type Meta = DeepReadonly<KubeObject>['metadata']

/** Came, went, or differs in what `of` gives. */
const changed =
  (of: (metadata: Meta) => unknown): EventFilter =>
  ({ old, object }) =>
    old === undefined ||
    object === undefined ||
    JSON.stringify(of(old.metadata)) !== JSON.stringify(of(object.metadata))

/** The spec changed: kinds with a status move their generation then, and only then. */
export const generationChanged = changed(({ generation }) => generation)
/** Came, went, or has other labels. */
export const labelsChanged = changed(({ labels }) => labels)
/** Came, went, or has other annotations. */
export const annotationsChanged = changed(({ annotations }) => annotations)
/** Came, went, or has other finalizers. */
export const finalizersChanged = changed(({ finalizers }) => finalizers)
/** Deletion began, or the object went. */
export const deletionChanged = changed(({ deletionTimestamp }) => deletionTimestamp !== undefined)

/** Passes what every one of them passes. */
export const allOf =
  <T extends KubeObject>(...filters: readonly EventFilter<T>[]): EventFilter<T> =>
  (event) =>
    filters.every((filter) => filter(event))

/** Passes what one of them passes. */
export const anyOf =
  <T extends KubeObject>(...filters: readonly EventFilter<T>[]): EventFilter<T> =>
  (event) =>
    filters.some((filter) => filter(event))

/** Passes what it does not. */
export const not =
  <T extends KubeObject>(filter: EventFilter<T>): EventFilter<T> =>
  (event) =>
    !filter(event)
