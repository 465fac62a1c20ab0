import type { MirrorPeer, PeerRef } from '../src/kinds/mirror-peer.ts'

/** A peer ref with the usual StorageCluster. */
export const ref = (
  clusterName: string,
  name = 'ocs-storagecluster',
  namespace = 'openshift-storage',
): PeerRef => ({
  clusterName,
  storageClusterRef: { name, namespace },
})

/** A valid MirrorPeer; members of spec given replace its own, whatever they are. */
export const mirrorPeer = (
  spec: Readonly<Record<string, unknown>> = {},
  metadata: MirrorPeer['metadata'] = {},
): MirrorPeer => ({
  apiVersion: 'multicluster.odf.openshift.io/v1alpha1',
  kind: 'MirrorPeer',
  metadata: { name: 'mp', ...metadata },
  spec: { items: [ref('c1'), ref('c2')], ...spec },
})
