import type { ReasonRow } from './row.ts'

/** The spec, the clusters it names, and the MirrorPeer’s own life. */
export const lifeReasons = {
  InvalidSpec: {
    on: ['Validated'],
    status: 'False',
    meaning:
      'The spec breaks a rule; the message names each field. The webhook refuses such a spec, so it was down or not installed when this one was stored.',
    acts: 'author of the MirrorPeer',
    todo: 'Correct the fields: `kubectl edit mirrorpeer <name>`. Type and items cannot be changed: delete the MirrorPeer and create it anew.',
    refusal: true,
  },
  ClusterNotFound: {
    on: ['Validated'],
    status: 'False',
    meaning: 'The hub has no ManagedCluster of that name.',
    acts: 'administrator of the hub',
    todo: 'Import the cluster, or correct the name: `kubectl get managedclusters`.',
    refusal: true,
  },
  ClusterNotAccepted: {
    on: ['Validated'],
    status: 'False',
    meaning: 'The cluster has asked to join the hub, and nobody has accepted it.',
    acts: 'administrator of the hub',
    todo: '`kubectl patch managedcluster <cluster> --type merge -p \'{"spec":{"hubAcceptsClient":true}}\'`',
    refusal: true,
  },
  ClusterDeleting: {
    on: ['Validated'],
    status: 'False',
    meaning:
      'The cluster is being detached. Nothing is made for it any more, and nothing of the other cluster is taken away.',
    acts: 'administrator of the hub',
    todo: 'Delete the MirrorPeer too, or import the cluster again under the same name.',
    refusal: true,
  },
  NotInForce: {
    on: [],
    status: 'False',
    meaning:
      'Every MirrorPeer that wants this object is starting or has a cluster that cannot be worked for: it is neither made nor taken away.',
    acts: 'nobody',
    todo: 'If it stays, see the condition Validated of the other MirrorPeers that name the cluster: `kubectl get mirrorpeers -o wide`.',
  },
  DecidedByElder: {
    on: ['AddonsReady', 'SecretsExchanged', 'S3ProfilesSynced', 'DRClustersReady'],
    status: 'False',
    meaning:
      'Two MirrorPeers want different things of one object, and the elder one decides. On AddonsReady it is no obstacle: one agent serves both, and the condition stays True.',
    acts: 'author of the MirrorPeer',
    todo: 'Let both name the same StorageCluster on that cluster, or delete the elder one when it is not needed any more.',
  },
  Starting: {
    on: [],
    status: 'Unknown',
    meaning:
      'The hub controller has just started and has not looked at everything yet. Nothing is written meanwhile.',
    acts: 'nobody',
    todo: '',
  },
  Deleting: {
    on: ['Ready'],
    status: 'False',
    meaning: 'The MirrorPeer is being deleted; the message says what is still waited for.',
    acts: 'nobody',
    todo: 'If it stays: see what the message names. An agent that cannot be reached holds its finalizer until the cluster is back or its ManagedCluster is deleted.',
  },
  AgentsCleaningUp: {
    on: [],
    status: 'False',
    meaning: 'Being deleted: an agent has not taken away what it made on its cluster.',
    acts: 'agent of the managed cluster',
    todo: '`kubectl logs deployment/token-exchange-agent -n <namespace of the StorageCluster>` on that cluster. Of a cluster that is lost for good delete the ManagedCluster: the hub then removes the finalizer.',
  },
  CleaningUp: {
    on: [],
    status: 'False',
    meaning: 'Being deleted: objects on the hub that only this MirrorPeer wanted are still there.',
    acts: 'nobody',
    todo: 'If it stays, look at what the message names: somebody’s finalizer may hold it.',
  },
  Writing: {
    on: ['AddonsReady', 'SecretsExchanged', 'S3ProfilesSynced', 'DRClustersReady'],
    status: 'False',
    meaning: 'The object is being written, or a write is tried again in a moment.',
    acts: 'nobody',
    todo: 'If it stays for minutes: the log of the hub controller.',
  },
  Missing: {
    on: ['AddonsReady', 'SecretsExchanged', 'S3ProfilesSynced', 'DRClustersReady'],
    status: 'False',
    meaning: 'The object went a moment ago; it is made again.',
    acts: 'nobody',
    todo: '',
  },
  BeingDeleted: {
    on: ['AddonsReady', 'SecretsExchanged', 'S3ProfilesSynced', 'DRClustersReady'],
    status: 'False',
    meaning: 'Somebody deleted the object and a finalizer holds it. It is made again when it is gone.',
    acts: 'administrator of the hub',
    todo: 'Look at whose finalizer it is; the message names it.',
  },
} as const satisfies Readonly<Record<string, ReasonRow>>
