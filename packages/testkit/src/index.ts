export { startCluster } from './start-cluster.ts'
export type {
  Cluster,
  ClusterEvent,
  ClusterOptions,
  ControllerOptions,
  Credentials,
  KindRef,
  ObjectKey,
  UserIdentity,
} from './cluster.ts'
export type { ObjectSource } from './fixtures.ts'
export type { KubeObject, ObjectMeta, OwnerReference } from './kube-object.ts'
export { eventually, EventuallyError } from './eventually.ts'
export type { EventuallyOptions } from './eventually.ts'
export { sameState } from './same-state.ts'
export type { Difference, SameStateOptions } from './same-state.ts'
export type { Snapshot } from './snapshot.ts'
export type { Journal, RequestFilter, RequestRecord } from './journal.ts'
export type { Fault, FaultMatch, FaultRule, Faults } from './faults.ts'
export { systemClock } from './clock/clock.ts'
export type { Clock } from './clock/clock.ts'
export { manualClock } from './clock/manual-clock.ts'
export type { ManualClock, ManualClockOptions } from './clock/manual-clock.ts'

// Simulators: they play the real world against a cluster's public API, on any provider
export type { Simulator, SimulatorOptions } from './simulators/simulator.ts'
export { ocmHub } from './simulators/ocm-hub/ocm-hub.ts'
export type { OcmHubOptions } from './simulators/ocm-hub/ocm-hub.ts'
export { klusterletGroup, klusterletUser } from './simulators/ocm-hub/klusterlet-rbac.ts'
export { ocmSpoke } from './simulators/ocm-spoke/ocm-spoke.ts'
export type { OcmSpokeOptions } from './simulators/ocm-spoke/ocm-spoke.ts'
export { storage } from './simulators/storage/storage.ts'
export type { StorageOptions, StorageSimulator } from './simulators/storage/storage.ts'
export { ramen } from './simulators/ramen/ramen.ts'
export type { RamenOptions } from './simulators/ramen/ramen.ts'
export { hubCrds, spokeCrds } from './simulators/crds/crds.ts'
export { kubelet } from './simulators/kubelet/kubelet.ts'
export type { Kubelet, KubeletOptions } from './simulators/kubelet/kubelet.ts'
export type { ContainerEvent, ContainerName } from './simulators/kubelet/node-pods.ts'
export type { ImageProgram } from './simulators/kubelet/container-command.ts'

// Fixtures with sensible defaults, overridable at any depth
export {
  drCluster,
  drPolicy,
  managedCluster,
  managedClusterAddOn,
  mirrorPeer,
  namespace,
  peerRef,
  secret,
  storageCluster,
} from './builders/builders.ts'
export type { Overrides } from './builders/deep-merge.ts'
