export { startCluster } from './start-cluster.ts'
export { startControlPlane } from './control-plane/start-control-plane.ts'
export type { ControlPlane, ControlPlaneCluster, ControlPlaneOptions } from './control-plane/control-plane.ts'
export { findBinaries as findControlPlaneBinaries, pinnedStoreFolder } from './control-plane/binaries.ts'
export type { Binaries as ControlPlaneBinaries, BinaryPlaces } from './control-plane/binaries.ts'
export { ControlPlaneError } from './control-plane/control-plane-error.ts'
export type { ControlPlaneErrorCode } from './control-plane/control-plane-error.ts'
export { useExisting } from './existing/use-existing.ts'
export type { ExistingClusters, ExistingOptions } from './existing/use-existing.ts'
export { startTestCluster } from './start-test-cluster.ts'
export type { TestClusterOptions } from './start-test-cluster.ts'
export type {
  Cluster,
  ClusterEvent,
  ClusterOptions,
  ControllerOptions,
  Credentials,
  InMemoryCluster,
  InstallCrdsOptions,
  KindRef,
  MaybePromise,
  ObjectKey,
  Provider,
  TokenRequest,
  UserIdentity,
} from './cluster.ts'
export type { ObjectSource } from './fixtures.ts'
export { startConversionServer } from './conversion/start-conversion-server.ts'
export type {
  ConversionHandler,
  ConversionServer,
  ConversionServerOptions,
  RecordedConversion,
} from './conversion/start-conversion-server.ts'
export type { ConversionAddress } from './conversion/point-conversions.ts'
export type { KubeObject, ObjectMeta, OwnerReference } from './kube-object.ts'
export { eventually, EventuallyError } from './eventually.ts'
export type { EventuallyOptions } from './eventually.ts'
export { waitForCondition, waitForNoObject, waitForObject, waitForState } from './checks/wait-for-object.ts'
export type { ExpectedCondition, ExpectedObject } from './checks/wait-for-object.ts'
export { sameState } from './same-state.ts'
export type { Difference, SameStateOptions } from './same-state.ts'
export type { Snapshot } from './snapshot.ts'
export { testCrashConsistency } from './crash/test-crash-consistency.ts'
export type {
  CrashableService,
  CrashCluster,
  CrashOptions,
  CrashPoint,
  CrashSample,
} from './crash/crash-options.ts'
export type { CrashMode, CrashReport, CrashRun, CrashWrite } from './crash/crash-report.ts'
export type { ArrivedRequest, ArrivedWrite, Interceptor } from './faults/interceptor.ts'
export type { Journal, RequestFilter, RequestRecord } from './journal.ts'
export { journalOf } from './journal-of.ts'
export type { Faults } from './faults.ts'
export type { ActiveFault, Fault, FaultMatch, FaultRule } from './faults/fault-rule.ts'
export type { Handshake } from './faults/faulty-watch.ts'
export { startFaultProxy } from './fault-proxy/start-fault-proxy.ts'
export type { FaultProxy, FaultProxyOptions } from './fault-proxy/start-fault-proxy.ts'
export { startWebhookServer } from './admission/start-webhook-server.ts'
export type {
  AdmissionAnswer,
  AdmissionHandler,
  RecordedReview,
  WebhookServer,
  WebhookServerOptions,
} from './admission/start-webhook-server.ts'
export type { AdmissionRequest } from './admission/admission-review.ts'
export { installWebhooks } from './admission/install-webhooks.ts'
export type { ServiceKey } from './admission/service-routes.ts'
export { systemClock } from './clock/clock.ts'
export type { Clock } from './clock/clock.ts'
export { manualClock } from './clock/manual-clock.ts'
export type { ManualClock, ManualClockOptions } from './clock/manual-clock.ts'

// Simulators: they play the real world against a cluster's public API, on any provider
export type { Simulator, SimulatorOptions, SimulatorWork } from './simulators/simulator.ts'
export type { KubeconfigSource } from './access/cluster-client.ts'
export { simulator } from './simulators/own/simulator.ts'
export type { ReconcileResult, SimulatorDefinition, SimulatorWatch } from './simulators/own/simulator.ts'
export type { ReconcileContext, WantedObject } from './simulators/own/reconcile-context.ts'
export { ocmHub } from './simulators/ocm-hub/ocm-hub.ts'
export type { OcmHubOptions } from './simulators/ocm-hub/ocm-hub.ts'
export { klusterletGroup, klusterletUser } from './simulators/ocm-hub/klusterlet-rbac.ts'
export { ocmSpoke } from './simulators/ocm-spoke/ocm-spoke.ts'
export type { OcmSpoke, OcmSpokeOptions } from './simulators/ocm-spoke/ocm-spoke.ts'
export { storage } from './simulators/storage/storage.ts'
export type { StorageOptions, StorageSimulator } from './simulators/storage/storage.ts'
export { ramen } from './simulators/ramen/ramen.ts'
export type { RamenOptions, RamenSimulator } from './simulators/ramen/ramen.ts'
export { hubCrds, spokeCrds } from './simulators/crds/crds.ts'
export { kubelet } from './simulators/kubelet/kubelet.ts'
export type { Kubelet, KubeletOptions } from './simulators/kubelet/kubelet.ts'
export type { ContainerEvent, ContainerName } from './simulators/kubelet/node-pods.ts'
export type { ImageProgram } from './simulators/kubelet/container-command.ts'

// Fixtures with sensible defaults, overridable at any depth
export {
  clusterManagementAddOn,
  drCluster,
  drPolicy,
  managedCluster,
  managedClusterAddOn,
  manifestWork,
  mirrorPeer,
  namespace,
  objectBucketClaim,
  peerRef,
  secret,
  storageCluster,
} from './builders/builders.ts'
export {
  clusterRole,
  clusterRoleBinding,
  configMap,
  container,
  deployment,
  lease,
  role,
  roleBinding,
  service,
  serviceAccount,
} from './builders/kubernetes.ts'
export { crd } from './builders/crd.ts'
export type { CrdOptions } from './builders/crd.ts'
export type { Overrides } from './builders/deep-merge.ts'
