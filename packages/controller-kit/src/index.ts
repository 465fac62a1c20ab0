// What is watched
export { cluster, index, watch, type Index, type WatchedKind, type WatchOptions } from './watched-kind.ts'
export { systemClock, sleep, type Clock } from './clock.ts'
export { ManualClock } from './manual-clock.ts'
export type { Readiness, Runnable } from './runnable.ts'

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
export { Informers, type InformerObserver, type InformersOptions, type InformerStats } from './cache/informers.ts'

// The queue
export { WorkQueue, type Priority, type QueueObserver, type WorkQueueOptions } from './queue/work-queue.ts'

// The client
export { KubeClient, type KubeClientOptions } from './client/kube-client.ts'
export { Credentials, type CredentialsOptions, type CredentialState } from './client/credentials.ts'
export { identitySource, type Identity, type IdentitySource } from './client/identity.ts'
export { KubeconfigError, type Access, type Source } from './client/kubeconfig.ts'
export type { RateLimit } from './client/rate-limit.ts'
export type {
  DeleteOptions,
  ListOptions,
  ObjectClient,
  ObjectList,
  PatchType,
  WatchClient,
  WatchEvent,
  WatchOptions as WatchRequestOptions,
  WriteOptions,
} from './client/object-client.ts'
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

// Logs
export { silentLogger, type Logger } from './logging/logger.ts'
