// The words of all of it
export {
  apiVersionOf,
  keyOf,
  keyText,
  type Condition,
  type DeepReadonly,
  type Kind,
  type KubeObject,
  type ObjectKey,
  type ObjectMeta,
  type OwnerReference,
  type Status,
} from '@odfmo/api-types/meta'
export { kind } from './kind.ts'
export { keyFromText } from './key-from-text.ts'

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
export type { IdentityField, Part, View, World } from './derived/world.ts'
export type { State } from './derived/state.ts'
export type { EngineReason } from './derived/engine-reasons.ts'
export { evaluate, type EvaluateOptions, type StateOf } from './derived/evaluate.ts'
export type { Account, AccountReads, LastWrite, ObjectRef } from './derived/account.ts'
export { why, type Accountable, type Wait, type Why, type WhyQuestion } from './derived/why.ts'
export { plan, type PlannedWrite, type PlanOptions } from './derived/plan.ts'
export { planText, whyText } from './derived/why-text.ts'
export { staticCache, type StaticCacheOptions } from './cache/static-cache.ts'
export { Engine } from './derived/engine.ts'
export type { Explanation } from './derived/explanation.ts'
export type { StateCounts } from './derived/count-states.ts'
export type { EngineLogger, EngineObserver, EngineOptions } from './derived/engine-options.ts'

// The cache
export type { CacheEvent, CacheReader, SyncState, WriteObserver } from './cache/cache.ts'
export {
  Informers,
  type InformerObserver,
  type InformersOptions,
  type InformerStats,
} from './cache/informers.ts'
export type { WatchTrouble } from './cache/informer.ts'
export { watchObjects, type ObjectChange, type WatchObjectsOptions } from './cache/watch-objects.ts'

// The queue
export { WorkQueue, type Priority, type QueueObserver, type WorkQueueOptions } from './queue/work-queue.ts'
export {
  controller,
  type ControllerDefinition,
  type ControllerEnvironment,
  type ControllerObserver,
  type ReconcileOutcome,
} from './queue/controller.ts'
export {
  done,
  requeueAfter,
  TerminalError,
  type ReconcileContext,
  type ReconcileResult,
} from './queue/reconcile.ts'
export { source, type Source as ControllerSource } from './queue/source.ts'
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
export { byIndex, byLabel, byOwner, itself, type Mapper } from './queue/mappers.ts'

// The client
export { connect, type ConnectOptions } from './client/connect.ts'
export { KubeClient, type KubeClientOptions } from './client/kube-client.ts'
export { Credentials, type CredentialsOptions, type CredentialState } from './client/credentials.ts'
export { identitySource, type Identity, type IdentitySource } from './client/identity.ts'
export type { Access, BasicAccess, ExecAccess, Impersonation, Source } from './client/access.ts'
export { KubeconfigError } from './client/kubeconfig-error.ts'
export type { BackOff } from './queue/back-off.ts'
export type { DeleteCollectionOptions, KubeRequest, PatchRequestOptions } from './client/request.ts'
export type { RequestObserver } from './client/transport.ts'
export type { RateLimit } from './client/rate-limit.ts'
export type {
  DeleteOptions,
  GetOptions,
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
  type RequestContext,
} from './client/kube-error.ts'

// Writing
export { Applier, type ApplierOptions, type WriteCounter } from './writing/applier.ts'
export type { Writes } from './writing/writes.ts'
export type {
  CreateIntent,
  DeleteIntent,
  FieldsOrEdit,
  Intent,
  IntentOptions,
  PatchIntent,
  StatusIntent,
  StatusOf,
} from './writing/intent.ts'
export type { Applied } from './writing/applied.ts'
export type { FieldPath } from './writing/field-path.ts'
export type { Fields, FieldsOptions } from './writing/fields.ts'
export {
  conditions,
  entries,
  exactly,
  members,
  ownerReferences,
  type Edit,
  type EditContext,
  type EntriesChange,
  type GivenCondition,
  type ListEdit,
} from './writing/list-edit.ts'
export { difference, type DifferenceOptions } from './writing/difference.ts'
export { planWrites, type ForeseenWrite, type Planning, type PlanWritesOptions } from './writing/plan.ts'
export { planReconcile, type PlanReconcileOptions } from './writing/plan-reconcile.ts'
export type { PlanJudge } from './writing/planning-client.ts'
export type { WriteOutcome, WriteRecord } from './writing/writer.ts'

// The process: from flags to exit code
export {
  ConfigError,
  runService,
  type Environment,
  type Service,
  type ServiceProcess,
} from './manager/run-service.ts'
export {
  parseBindAddress,
  parseDuration,
  parseServiceFlags,
  type FlagDefinition,
  type ParsedFlags,
  type ServiceDefinition,
  type ServiceFlags,
  type SharedFlag,
} from './manager/service-flags.ts'
export { createManager, Manager } from './manager/manager.ts'
export type { ManagerOptions } from './manager/manager-options.ts'
export type { Clients } from './manager/clients-by-name.ts'
export { stopSignal, type StoppableProcess } from './manager/stop-signal.ts'
export type { BindAddress } from './manager/http-endpoint.ts'
export { ListenError, type Listener } from './manager/listen-error.ts'
export { LeaderElector, LeadershipLostError, type LeaderElectorOptions } from './manager/leader-elector.ts'
export {
  defaultLeaderTimings,
  type LeaderTimings,
  type LockRecord,
  type LockState,
} from './manager/leader-step.ts'
export { configMapLock, leaseLock, type HeldLock, type Lock, type LockClient } from './manager/locks.ts'
export { leaseHeartbeat, type LeaseHeartbeatOptions } from './manager/lease-heartbeat.ts'
export { settleHeap } from './manager/settle-heap.ts'
export { EventRecorder, type EventNote, type EventRecorderOptions } from './manager/event-recorder.ts'
export { Metrics } from './manager/metrics.ts'
export type { GaugeOptions, Sample } from './manager/gauge.ts'
export { watchDerived } from './manager/derived-gauge.ts'
export { traceEvaluations, traceReconciles, traceRequests, type Tracer } from './tracing.ts'

// Logs
export { silentLogger, type Logger } from './logging/logger.ts'
export { createLogger, logLevels, type CreateLoggerOptions, type LogLevel } from './logging/create-logger.ts'
export { redact } from './logging/redact.ts'
export { SecretValue } from './logging/secret-value.ts'
