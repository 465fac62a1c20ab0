// What is watched
export { cluster, index, watch, type Index, type WatchedKind, type WatchOptions } from './watched-kind.ts'
export { systemClock, sleep, type Clock } from './clock.ts'

// Every object we write is derived
export { derived, from, type Derived, type KeySource } from './derived/derived.ts'
export {
  absent,
  edited,
  leave,
  present,
  waiting,
  type Absent,
  type Edited,
  type Leave,
  type Present,
  type PresentOptions,
  type Waiting,
  type Wanted,
} from './derived/wanted.ts'
export type { Part, View, World } from './derived/world.ts'
export type { State } from './derived/state.ts'
export { evaluate, type EvaluateOptions } from './derived/evaluate.ts'
export { staticCache, type StaticCacheOptions } from './cache/static-cache.ts'
export { Engine, type EngineLogger, type EngineObserver, type EngineOptions, type Explanation } from './derived/engine.ts'

// The cache
export type { CacheEvent, CacheReader, SyncState, WriteObserver } from './cache/cache.ts'

// The client
export type { DeleteOptions, ListOptions, ObjectClient, ObjectList, PatchType, WriteOptions } from './client/object-client.ts'
export {
  isAlreadyExists,
  isConflict,
  isExpired,
  isForbidden,
  isInvalid,
  isNotFound,
  isUnauthorized,
  KubeError,
} from './client/kube-error.ts'

// Writing
export type { WriteOutcome, WriteRecord } from './writing/writer.ts'
