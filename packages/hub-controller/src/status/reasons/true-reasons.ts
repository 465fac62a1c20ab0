import type { ReasonRow } from './row.ts'

/** Why a condition is True (or not looked at). */
export const trueReasons = {
  Valid: {
    on: ['Validated'],
    status: 'True',
    meaning: 'The spec keeps to all rules, and both clusters are accepted ManagedClusters.',
    acts: 'nobody',
    todo: '',
  },
  AgentsRunning: {
    on: ['AddonsReady'],
    status: 'True',
    meaning: 'The agents of both clusters are registered, deployed and alive.',
    acts: 'nobody',
    todo: '',
  },
  Exchanged: {
    on: ['SecretsExchanged'],
    status: 'True',
    meaning: 'Each cluster’s namespace on the hub holds the peer token of the other one.',
    acts: 'nobody',
    todo: '',
  },
  Synced: {
    on: ['S3ProfilesSynced'],
    status: 'True',
    meaning: 'The S3 profiles of both clusters and their keys are in Ramen’s namespace.',
    acts: 'nobody',
    todo: '',
  },
  DRClustersReady: {
    on: ['DRClustersReady'],
    status: 'True',
    meaning: 'Both clusters are DRClusters with the right region and S3 profile.',
    acts: 'nobody',
    todo: '',
  },
  Ready: {
    on: ['Ready'],
    status: 'True',
    meaning: 'Everything on the hub is in place for disaster recovery between the two clusters.',
    acts: 'nobody',
    todo: '',
  },
  ElderOwnsInterval: {
    on: ['IntervalShared'],
    status: 'True',
    meaning:
      'An elder MirrorPeer has the same scheduling interval on one of the clusters. Replication classes are named by their interval, so the two share the class, and its replication id is the elder’s.',
    acts: 'author of the MirrorPeer',
    todo: 'Use another interval in spec.schedulingIntervals of one of the two, if their volumes are to be told apart.',
  },
  NotValidated: {
    on: ['AddonsReady', 'SecretsExchanged', 'S3ProfilesSynced', 'DRClustersReady'],
    status: 'Unknown',
    meaning: 'Not looked at while Validated is False.',
    acts: 'author of the MirrorPeer',
    todo: 'See the condition Validated.',
  },
} as const satisfies Readonly<Record<string, ReasonRow>>
