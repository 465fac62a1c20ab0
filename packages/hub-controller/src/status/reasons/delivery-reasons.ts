import type { ReasonRow } from './row.ts'

const agentLog =
  'On the managed cluster: `kubectl logs deployment/token-exchange-agent -n <namespace of the StorageCluster>`.'

/** What agents deliver and what is made of it: tokens, buckets, Ramen’s configuration, DRClusters. */
export const deliveryReasons = {
  NoBlueSecret: {
    on: ['SecretsExchanged', 'DRClustersReady'],
    status: 'False',
    meaning: 'The agent has not delivered the peer token of its StorageCluster (async).',
    acts: 'agent of the managed cluster',
    todo: `${agentLog} It takes the token from the secret cluster-peer-token-<StorageCluster>-cephcluster, which Rook makes when mirroring is possible.`,
  },
  InvalidBlueSecret: {
    on: ['SecretsExchanged', 'DRClustersReady'],
    status: 'False',
    meaning:
      'There is a peer token in the cluster’s namespace on the hub that cannot be used; the message names the keys.',
    acts: 'agent of the managed cluster',
    todo: `Delete the secret on the hub, and the agent delivers it again. ${agentLog}`,
    refusal: true,
  },
  ExternalStorage: {
    on: ['SecretsExchanged', 'DRClustersReady'],
    status: 'False',
    meaning: 'A MirrorPeer of type async names a StorageCluster that uses external Ceph.',
    acts: 'author of the MirrorPeer',
    todo: 'Delete the MirrorPeer and create one of type sync, or name a StorageCluster with converged storage.',
    refusal: true,
  },
  ConvergedStorage: {
    on: ['DRClustersReady'],
    status: 'False',
    meaning: 'A MirrorPeer of type sync names a StorageCluster with converged storage.',
    acts: 'author of the MirrorPeer',
    todo: 'Delete the MirrorPeer and create one of type async, or name a StorageCluster that uses external Ceph.',
    refusal: true,
  },
  NoExternalSecret: {
    on: ['DRClustersReady'],
    status: 'False',
    meaning: 'The agent has not delivered the fsid of its external Ceph (sync).',
    acts: 'agent of the managed cluster',
    todo: `${agentLog} It takes it from the secret rook-ceph-mon beside the StorageCluster.`,
  },
  InvalidExternalSecret: {
    on: ['DRClustersReady'],
    status: 'False',
    meaning: 'The secret with the fsid of the external Ceph cannot be used; the message names the keys.',
    acts: 'agent of the managed cluster',
    todo: `Delete the secret on the hub, and the agent delivers it again. ${agentLog}`,
    refusal: true,
  },
  NoFsid: {
    on: ['DRClustersReady'],
    status: 'False',
    meaning: 'The peer token holds no fsid, so the region of the DRCluster is not known.',
    acts: 'agent of the managed cluster',
    todo: `Delete the secret on the hub, and the agent delivers it again. ${agentLog}`,
    refusal: true,
  },
  NoS3Secret: {
    on: ['S3ProfilesSynced', 'DRClustersReady'],
    status: 'False',
    meaning: 'The agent has not delivered the access to its bucket.',
    acts: 'agent of the managed cluster',
    todo: `On the managed cluster: \`kubectl get objectbucketclaims -A\`; NooBaa makes the bucket. ${agentLog}`,
  },
  InvalidS3Secret: {
    on: ['S3ProfilesSynced', 'DRClustersReady'],
    status: 'False',
    meaning:
      'The S3 secret is not that of this peer ref (namespace, StorageCluster or profile name), or a key is missing. It is ignored: no cluster may write another one’s profile.',
    acts: 'agent of the managed cluster',
    todo: `Delete the secret on the hub, and the agent delivers it again. ${agentLog}`,
    refusal: true,
  },
  NoRamenConfig: {
    on: ['S3ProfilesSynced'],
    status: 'False',
    meaning: 'Ramen’s configuration is not there.',
    acts: 'Ramen',
    todo: 'Install Ramen’s hub operator; it makes the ConfigMap ramen-hub-operator-config in the namespace that the message names.',
  },
  RamenConfigUnreadable: {
    on: ['S3ProfilesSynced'],
    status: 'False',
    meaning: 'Ramen’s configuration is no YAML mapping. It is never overwritten.',
    acts: 'administrator of the hub',
    todo: 'Put it right: `kubectl edit configmap ramen-hub-operator-config -n <namespace>`.',
    refusal: true,
  },
  RamenConfigUneditable: {
    on: ['S3ProfilesSynced'],
    status: 'False',
    meaning:
      'The list of S3 profiles is written in a way in which it cannot be changed without touching what others wrote.',
    acts: 'administrator of the hub',
    todo: 'Write s3StoreProfiles as a plain list: `kubectl edit configmap ramen-hub-operator-config -n <namespace>`.',
    refusal: true,
  },
  ProfileTaken: {
    on: ['S3ProfilesSynced'],
    status: 'False',
    meaning: 'Ramen’s configuration has a profile of that name which is somebody else’s. It is kept.',
    acts: 'administrator of the hub',
    todo: 'Remove or rename that profile to have ours in its place.',
    refusal: true,
  },
  KeysNotDelivered: {
    on: ['S3ProfilesSynced'],
    status: 'False',
    meaning:
      'Ramen knows the bucket of one MirrorPeer, its keys are not in Ramen’s namespace (they are gone, or those of the other bucket are there), and the agent delivers the bucket of another MirrorPeer on the same StorageCluster.',
    acts: 'agent of the managed cluster',
    todo: `Take the profile out of Ramen’s configuration to have the delivered bucket published. ${agentLog}`,
  },
  ProfileFirst: {
    on: [],
    status: 'False',
    meaning: 'A secret for Ramen is to go, and a profile still refers to it: the profile goes first.',
    acts: 'nobody',
    todo: 'If it stays, see what keeps Ramen’s configuration from being written.',
  },
  DRClusterDeleting: {
    on: ['DRClustersReady'],
    status: 'False',
    meaning: 'The DRCluster is being deleted. It is made again when it is gone.',
    acts: 'Ramen',
    todo: 'If it stays: `kubectl describe drcluster <cluster>`. Ramen’s finalizer is on until no DRPolicy needs it.',
  },
  DRClusterRefused: {
    on: ['DRClustersReady'],
    status: 'False',
    meaning:
      'Region or S3 profile of the DRCluster are to change, and Ramen’s rules make them immutable. It is not tried again with the same values.',
    acts: 'administrator of the hub',
    todo: 'When no DRPolicy uses it: `kubectl delete drcluster <cluster>`; it is made again with the right values.',
    refusal: true,
  },
  NoNamespace: {
    on: ['AddonsReady', 'SecretsExchanged'],
    status: 'False',
    meaning: 'The cluster’s namespace on the hub is not there (yet), or is being deleted.',
    acts: 'Open Cluster Management',
    todo: 'It makes the namespace for each ManagedCluster. If it stays: `kubectl get namespace <cluster>`, and who holds it.',
  },
} as const satisfies Readonly<Record<string, ReasonRow>>
