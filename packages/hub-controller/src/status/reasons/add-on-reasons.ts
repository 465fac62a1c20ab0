import type { ReasonRow } from './row.ts'

const addOn = '`kubectl describe managedclusteraddon tokenexchange -n <cluster>` on the hub.'

/** What stands between a cluster and its running agent. */
export const addOnReasons = {
  NoAddOn: {
    on: ['AddonsReady'],
    status: 'False',
    meaning: 'There is no ManagedClusterAddOn for the agent yet.',
    acts: 'nobody',
    todo: 'The hub makes it. If it stays: the log of the hub controller.',
  },
  AddOnDeleting: {
    on: ['AddonsReady'],
    status: 'False',
    meaning: 'The ManagedClusterAddOn is being deleted; it is made again when it is gone.',
    acts: 'Open Cluster Management',
    todo: `If it stays, a finalizer holds it: ${addOn}`,
  },
  NoClusterManagementAddOn: {
    on: [],
    status: 'False',
    meaning: 'The ClusterManagementAddOn is not there yet.',
    acts: 'nobody',
    todo: 'The hub makes it.',
  },
  NotOwned: {
    on: ['AddonsReady'],
    status: 'False',
    meaning:
      'The ManagedClusterAddOn has no owner reference to the ClusterManagementAddOn yet; OCM would not take it for ours.',
    acts: 'nobody',
    todo: 'The hub or OCM’s add-on manager writes it. If it stays: the log of the hub controller.',
  },
  NoManagedCluster: {
    on: [],
    status: 'False',
    meaning: 'The ManagedCluster is gone or being deleted: the agent is not registered any more.',
    acts: 'administrator of the hub',
    todo: 'Import the cluster again, or delete the MirrorPeer.',
  },
  NotAccepted: {
    on: [],
    status: 'False',
    meaning: 'The ManagedCluster is not accepted: its agent is not registered.',
    acts: 'administrator of the hub',
    todo: '`kubectl patch managedcluster <cluster> --type merge -p \'{"spec":{"hubAcceptsClient":true}}\'`',
  },
  HubRbacPending: {
    on: ['AddonsReady'],
    status: 'False',
    meaning: 'The agent’s rights on the hub are being written; it is registered after that.',
    acts: 'nobody',
    todo: 'If it stays: the message says which Role or binding.',
  },
  RolePending: {
    on: [],
    status: 'False',
    meaning: 'A binding waits for its role.',
    acts: 'nobody',
    todo: '',
  },
  ReplacementPending: {
    on: [],
    status: 'False',
    meaning: 'The original’s ClusterRoleBinding stays until ours stands, so that no agent is cut off.',
    acts: 'nobody',
    todo: '',
  },
  WorkDeleting: {
    on: [],
    status: 'False',
    meaning: 'The ManifestWork with the agent is being deleted; it is made again when it is gone.',
    acts: 'Open Cluster Management',
    todo: 'Its work agent on the managed cluster takes away what it applied. If it stays, that cluster cannot be reached.',
  },
  HostedMode: {
    on: ['AddonsReady'],
    status: 'False',
    meaning: 'The add-on asks for hosted mode, which is not supported.',
    acts: 'administrator of the hub',
    todo: '`kubectl annotate managedclusteraddon tokenexchange -n <cluster> addon.open-cluster-management.io/hosting-cluster-name-`',
    refusal: true,
  },
  GrpcNotSupported: {
    on: ['AddonsReady'],
    status: 'False',
    meaning: 'The cluster registered with the hub over gRPC, which is not supported for this add-on.',
    acts: 'administrator of the hub',
    todo: 'Register the cluster with the csr or the token driver.',
    refusal: true,
  },
  NotRegistered: {
    on: [],
    status: 'False',
    meaning: 'The agent is deployed when it is registered.',
    acts: 'nobody',
    todo: 'See the add-on’s condition RegistrationApplied.',
  },
  NoConfiguration: {
    on: [],
    status: 'False',
    meaning:
      'The add-on names an AddOnDeploymentConfig that is not there. The agent is not deployed without it.',
    acts: 'administrator of the hub',
    todo: `Create it, or take the reference away: ${addOn}`,
  },
  BadConfiguration: {
    on: [],
    status: 'False',
    meaning:
      'The add-on’s AddOnDeploymentConfig makes no sense; the message names the field. The agent stays as it was.',
    acts: 'administrator of the hub',
    todo: 'Correct the field that the message names.',
  },
  NoRegistrationApplied: {
    on: ['AddonsReady'],
    status: 'False',
    meaning: 'The add-on has no condition RegistrationApplied yet.',
    acts: 'nobody',
    todo: `If it stays: ${addOn}`,
  },
  NoManifestApplied: {
    on: ['AddonsReady'],
    status: 'False',
    meaning: 'The work agent of the cluster has not applied the agent’s manifests.',
    acts: 'Open Cluster Management',
    todo: 'If it stays: is the cluster reachable (`kubectl get managedcluster <cluster>`), and what does `kubectl describe manifestwork -n <cluster>` say.',
  },
  NoAvailable: {
    on: ['AddonsReady'],
    status: 'False',
    meaning: 'The agent has been deployed and has not shown a sign of life.',
    acts: 'administrator of the managed cluster',
    todo: 'On the managed cluster: `kubectl get pods -A -l app=token-exchange-agent`. It can be that the image cannot be pulled or the hub cannot be reached.',
  },
  RegistrationNotApplied: {
    on: ['AddonsReady'],
    status: 'False',
    meaning:
      'The agent cannot be registered; the message repeats what the add-on’s condition RegistrationApplied says.',
    acts: 'administrator of the hub',
    todo: addOn,
  },
  ManifestsNotApplied: {
    on: ['AddonsReady'],
    status: 'False',
    meaning:
      'The agent’s manifests could not be written or applied; the message repeats what the add-on’s condition ManifestApplied says.',
    acts: 'administrator of the hub',
    todo: `${addOn} And \`kubectl describe manifestwork -n <cluster>\`.`,
  },
  AgentNotAvailable: {
    on: ['AddonsReady'],
    status: 'False',
    meaning:
      'Open Cluster Management says that the agent is not alive: its lease is not renewed, or the whole cluster cannot be reached.',
    acts: 'administrator of the managed cluster',
    todo: 'On the hub: `kubectl get managedcluster <cluster>`. On the managed cluster: `kubectl get pods -A -l app=token-exchange-agent`, and the log of the pod.',
  },
} as const satisfies Readonly<Record<string, ReasonRow>>
