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
export {
  Engine,
  type EngineLogger,
  type EngineObserver,
  type EngineOptions,
  type Explanation,
} from './derived/engine.ts'

// The cache
export type { CacheEvent, CacheReader, SyncState, WriteObserver } from './cache/cache.ts'
export {
  Informers,
  type InformerObserver,
  type InformersOptions,
  type InformerStats,
} from './cache/informers.ts'

// The queue
export { WorkQueue, type Priority, type QueueObserver, type WorkQueueOptions } from './queue/work-queue.ts'
export {
  controller,
  done,
  requeueAfter,
  source,
  TerminalError,
  type ControllerDefinition,
  type ControllerEnvironment,
  type ControllerObserver,
  type ReconcileContext,
  type ReconcileResult,
  type Source as ControllerSource,
} from './queue/controller.ts'
export {
  allOf,
  annotationsChanged,
  anyOf,
  deletionChanged,
  finalizersChanged,
  generationChanged,
  labelsChanged,
  not,
  type EventFilter,
} from './queue/event-filter.ts'
export { byIndex, byLabel, byOwner, itself } from './queue/mappers.ts'

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
  isHeld,
  isInvalid,
  isNotFound,
  isUnauthorized,
  KubeError,
} from './client/kube-error.ts'

// Writing
export type { WriteOutcome, WriteRecord } from './writing/writer.ts'

// The process: from flags to exit code
export { ConfigError, runService, type Service, type ServiceProcess } from './manager/run-service.ts'
export {
  parseBindAddress,
  parseDuration,
  parseServiceFlags,
  type FlagDefinition,
  type ParsedFlags,
  type ServiceDefinition,
  type ServiceFlags,
} from './manager/service-flags.ts'
export { createManager, Manager, type ManagerOptions } from './manager/manager.ts'
export type { BindAddress } from './manager/http-endpoint.ts'
export { LeaderElector, LeadershipLostError, type LeaderElectorOptions } from './manager/leader-elector.ts'
export { defaultLeaderTimings, type LeaderTimings } from './manager/leader-step.ts'
export { configMapLock, leaseLock, type Lock } from './manager/locks.ts'
export { leaseHeartbeat, type LeaseHeartbeatOptions } from './manager/lease-heartbeat.ts'
export { EventRecorder, type EventNote, type EventRecorderOptions } from './manager/event-recorder.ts'
export { Metrics } from './manager/metrics.ts'

// Logs
export { silentLogger, type Logger } from './logging/logger.ts'
export { createLogger, logLevels, type CreateLoggerOptions, type LogLevel } from './logging/create-logger.ts'
export { redact } from './logging/redact.ts'
export { SecretValue } from './logging/secret-value.ts'
