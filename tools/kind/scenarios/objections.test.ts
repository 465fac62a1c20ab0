import { managedCluster, mirrorPeer, namespace, startCluster, storageCluster } from '@odfmo/testkit'
import { expect, it } from 'vitest'
import { objections } from './objections.ts'
import { parts } from './parts.ts'

/** Tables as a snapshot has them, of objects that this program wrote. */
const found = (table: string, manager: string, ...objects: readonly { readonly metadata: object }[]) => ({
  name: 'cluster hub',
  snapshot: {
    tables: {
      [table]: objects.map(({ metadata, ...object }) => ({
        ...object,
        metadata: { ...metadata, managedFields: [{ manager }] },
      })),
    },
  } as unknown as Parameters<typeof objections>[0]['snapshot'],
})

it.each([
  [
    'real storage',
    found('ocs.openshift.io/storageclusters', 'ocs-operator', storageCluster()),
    'cluster hub has OpenShift Data Foundation (storageclusters openshift-storage/ocs-storagecluster): take storage out of --play',
  ],
  [
    'a real fleet',
    found(
      'cluster.open-cluster-management.io/managedclusters',
      'registration',
      ...['a', 'b', 'c', 'd'].map((name) => managedCluster({ metadata: { name } })),
    ),
    'cluster hub has Open Cluster Management (managedclusters a, managedclusters b, managedclusters c, …): take ocm out of --play',
  ],
  [
    'nodes',
    found('/nodes', 'kubelet', namespace('node')),
    'cluster hub has nodes: take kubelet out of --play',
  ],
  [
    'a MirrorPeer',
    found('multicluster.odf.openshift.io/mirrorpeers', 'kubectl', mirrorPeer()),
    'cluster hub has the MirrorPeer mirrorpeer-sample: delete it first, it would be mixed up with those that are tried',
  ],
])('%s: everything is played, and that is refused', (_what, cluster, objection) => {
  expect(objections(cluster, parts)).toEqual([objection])
})

it('objects to nothing that is not played, nor to what simulators have left', () => {
  const storage = storageCluster()
  const table = 'ocs.openshift.io/storageclusters'
  expect(objections(found(table, 'ocs-operator', storage), ['ramen'])).toEqual([])
  expect(objections(found(table, 'odfmo-simulator', storage), parts)).toEqual([])
})

it('objects to nothing on a cluster that has nothing', async () => {
  const cluster = await startCluster({ name: 'empty' })
  expect(objections({ name: 'empty', snapshot: cluster.snapshot() }, parts)).toEqual([])
  await cluster.stop()
})
