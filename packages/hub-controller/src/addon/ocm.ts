/** Names of Open Cluster Management that its klusterlet, work agent and add-on manager go by (OCM 0.11 to today). */
export const ocm = {
  addonGroup: 'addon.open-cluster-management.io',
  clusterNameLabel: 'open-cluster-management.io/cluster-name',
  addonNameLabel: 'open-cluster-management.io/addon-name',
  /** On works that belong to an add-on of another namespace (hosted mode): never ours. */
  addonNamespaceLabel: 'open-cluster-management.io/addon-namespace',
  lifecycleAnnotation: 'addon.open-cluster-management.io/lifecycle',
  hostingClusterAnnotation: 'addon.open-cluster-management.io/hosting-cluster-name',
  configSpecHashAnnotation: 'open-cluster-management.io/config-spec-hash',
  clientSigner: 'kubernetes.io/kube-apiserver-client',
  /** Who asks on behalf of klusterlets that registered over gRPC. */
  grpcRequester: 'system:serviceaccount:open-cluster-management-hub:grpc-server-sa',
  /** On such a request: the user that asked. Set by that server, whatever the klusterlet sent. */
  grpcUserAnnotation: 'open-cluster-management.io/csr-user',
} as const
