/**
 * The wire contract: every name, key and value that other software sees or goes by. None may change: the original's
 * hubs and agents, Ramen, Rook, NooBaa and the OpenShift console depend on them.
 */
export const contract = {
  group: 'multicluster.odf.openshift.io',
  version: 'v1alpha1',
  apiVersion: 'multicluster.odf.openshift.io/v1alpha1',

  mirrorPeer: {
    type: { async: 'async', sync: 'sync' },
    defaultType: 'async',
    defaultSchedulingIntervals: ['5m'],
    phase: {
      exchangingSecret: 'ExchangingSecret',
      exchangedSecret: 'ExchangedSecret',
      s3ProfileSyncing: 'S3ProfileSyncing',
      s3ProfileSynced: 'S3ProfileSynced',
      deleting: 'Deleting',
    },
    condition: {
      ready: 'Ready',
      validated: 'Validated',
      addonsReady: 'AddonsReady',
      secretsExchanged: 'SecretsExchanged',
      s3ProfilesSynced: 'S3ProfilesSynced',
      drClustersReady: 'DRClustersReady',
      intervalShared: 'IntervalShared',
    },
  },

  finalizer: {
    hub: 'hub.multicluster.odf.openshift.io',
    /** What follows the cluster's name: `spokeFinalizer` of @odfmo/secret-naming. */
    spokeSuffix: '.spoke.multicluster.odf.openshift.io',
  },

  label: {
    /** On hub secrets: one of `secretKind`. */
    secretType: 'multicluster.odf.openshift.io/secret-type',
    /** On what we make from something else: one of `createdBy`. */
    createdBy: 'multicluster.odf.openshift.io/created-by',
    /** On MirrorPeers; value `backupResource`. */
    backup: 'cluster.open-cluster-management.io/backup',
    /** On VolumeReplicationClasses: the replication id. */
    replicationId: 'ramendr.openshift.io/replicationid',
    /** On RBD and CephFS StorageClasses: the fsid of their cluster. */
    storageId: 'ramendr.openshift.io/storageid',
  },

  /** Values of the label `secretType`. */
  secretKind: {
    /** Taken from a spoke, in that spoke's namespace on the hub. */
    blue: 'BLUE',
    /** The copy of another cluster's blue secret, in the receiver's namespace on the hub. */
    green: 'GREEN',
    /** For the hub itself: S3 access of a spoke, or the fsid of external Ceph. */
    internal: 'INTERNAL',
  },

  /** Values of the label `createdBy`. */
  createdBy: {
    /** A spoke secret made from a green one. */
    tokenExchange: 'tokenexchange',
    /** A hub secret made from an internal one. */
    mirrorPeerSecret: 'mirrorpeersecret',
    /** A DRCluster that we created. */
    mirrorPeer: 'mirrorpeer',
  },

  /** Value of the label `backup`. */
  backupResource: 'resource',

  annotation: {
    /** On the ManagedClusterAddOn: `async` or `sync`. */
    mode: 'multicluster.openshift.io/mode',
    /** On the ManagedClusterAddOn: becomes the agent's `ODR_NAMESPACE`. */
    odrNamespace: 'multicluster.odf.openshift.io/odr-namespace',
    /** On blue and internal secrets: uid of the namespace kube-system of the spoke that wrote them. */
    agentClusterUid: 'multicluster.odf.openshift.io/agent-cluster-uid',
    /** On the console's Service, for OpenShift's certificate signer. */
    servingCertSecretName: 'service.alpha.openshift.io/serving-cert-secret-name',
  },

  /** `type` of Secrets on the hub. */
  secretType: {
    /** Of what an agent writes. */
    agent: 'multicluster.odf.openshift.io/secret-type',
    /** Of what the hub writes. */
    hub: 'Opaque',
  },

  /** Keys in the `data` of a hub secret. */
  hubSecretKey: {
    namespace: 'namespace',
    storageClusterName: 'storage-cluster-name',
    secretOrigin: 'secret-origin',
    secretData: 'secret-data',
    clusterType: 'cluster_type',
  },
  /**
   * The most that a hub secret may have of data, labels and annotations, as it stands in JSON. Tokens and access keys take one
   * to two KiB; nobody is to fill the memory of hub and agents with more, or etcd.
   */
  hubSecretBytes: 64 * 1024,
  /** Values of `secret-origin`. */
  secretOrigin: { rook: 'rook', s3: 'S3' },
  /** Values of `cluster_type`. */
  clusterType: { converged: 'Converged', external: 'External' },

  /** Keys in `secret-data` of an S3 secret. */
  s3Key: {
    accessKeyId: 'AWS_ACCESS_KEY_ID',
    secretAccessKey: 'AWS_SECRET_ACCESS_KEY',
    bucket: 's3Bucket',
    endpoint: 's3CompatibleEndpoint',
    profileName: 's3ProfileName',
    region: 's3Region',
  },
  /** Keys of a converged peer token secret; `token` is base64 (again) of a JSON object. */
  peerTokenKey: { token: 'token', cluster: 'cluster' },
  /** Keys of `rook-ceph-mon`. */
  cephMonKey: {
    fsid: 'fsid',
    cephUsername: 'ceph-username',
    cephSecret: 'ceph-secret',
    monSecret: 'mon-secret',
  },
  /** Keys of the ConfigMap that NooBaa leaves beside a bucket claim. */
  bucketConfigKey: { bucketName: 'BUCKET_NAME', bucketRegion: 'BUCKET_REGION' },
  defaultBucketRegion: 'noobaa',

  prefix: {
    bucket: 'odrbucket-',
    volumeReplicationClass: 'rbd-volumereplicationclass-',
    s3Profile: 's3profile-',
    /** First part of what an S3 secret's name is hashed from. */
    s3Secret: 's3profile',
    peerTokenSecret: 'cluster-peer-token-',
  },
  suffix: {
    peerTokenSecret: '-cephcluster',
    bucketStorageClass: '.noobaa.io',
    rbdProvisioner: '.rbd.csi.ceph.com',
    cephFsProvisioner: '.cephfs.csi.ceph.com',
  },

  /** On the spoke. */
  spoke: {
    externalCephSecret: 'rook-ceph-mon',
    s3Route: 's3',
    rookOperatorConfig: 'rook-ceph-operator-config',
    omapGeneratorKey: 'CSI_ENABLE_OMAP_GENERATOR',
    /** Its uid tells one spoke from another. */
    uidNamespace: 'kube-system',
    /** Lease of ours and ConfigMap of the original's: one agent at a time. */
    lock: 'tokenexchange-lock',
  },

  /** Parameters of a VolumeReplicationClass. */
  replicationParameter: {
    mirroringMode: 'mirroringMode',
    schedulingInterval: 'schedulingInterval',
    secretName: 'replication.storage.openshift.io/replication-secret-name',
    secretNamespace: 'replication.storage.openshift.io/replication-secret-namespace',
  },
  mirroringModeSnapshot: 'snapshot',
  replicationSecretName: 'rook-csi-rbd-provisioner',

  addon: {
    /** Of the ManagedClusterAddOn, the ClusterManagementAddOn and the agent's health lease. */
    name: 'tokenexchange',
    hubKubeconfigSecret: 'tokenexchange-hub-kubeconfig',
    /** Role, RoleBinding, ClusterRole and ClusterRoleBinding of the agents on the hub. */
    hubRbac: 'open-cluster-management:token-exchange:agent',
    /** The original's ClusterRoleBinding, removed on take-over. */
    originalClusterRoleBinding: 'spoke-clusterrole-bindings',
  },

  ramen: {
    configMap: 'ramen-hub-operator-config',
    configKey: 'ramen_manager_config.yaml',
    fsidKey: 'fsid',
  },

  console: {
    /** Of the Deployment, the Service and the ConsolePlugin. */
    name: 'odf-multicluster-console',
    displayName: 'ODF Multicluster Plugin',
    port: 9001,
    portName: 'console-port',
    label: 'app.kubernetes.io/name',
    servingCertSecret: 'odf-multicluster-console-serving-cert',
    basePath: '/',
    proxy: {
      alias: 'acm-thanos-querier',
      name: 'rbac-query-proxy',
      namespace: 'open-cluster-management-observability',
      port: 8443,
    },
  },

  webhook: {
    mutatePath: '/mutate-multicluster-odf-openshift-io-v1alpha1-mirrorpeer',
    validatePath: '/validate-multicluster-odf-openshift-io-v1alpha1-mirrorpeer',
    mutatingName: 'mmirrorpeer.kb.io',
    validatingName: 'vmirrorpeer.kb.io',
    port: 9443,
  },

  /** Of the hub controller; seconds are in its flags. */
  hubLease: '1d19c724.odf.openshift.io',

  env: {
    podNamespace: 'POD_NAMESPACE',
    tokenExchangeImage: 'TOKEN_EXCHANGE_IMAGE',
    odrNamespace: 'ODR_NAMESPACE',
    tokenSourceMatch: 'TOKEN_EXCHANGE_SOURCE_SECRET_STRING_MATCH',
    s3SourceMatch: 'S3_EXCHANGE_SOURCE_SECRET_STRING_MATCH',
  },
  /** What the two `…SourceMatch` variables are when unset. */
  defaultSourceMatch: { token: 'cluster-peer-token', s3: 'odrbucket' },
} as const
