/** The StorageCluster that async MirrorPeers name, on each spoke. */
export const convergedRef = { name: 'ocs-storagecluster', namespace: 'openshift-storage' }

/** The one that a sync MirrorPeer names: its Ceph is outside of the cluster. */
export const externalRef = {
  name: 'ocs-external-storagecluster',
  namespace: 'openshift-storage-extended',
}
