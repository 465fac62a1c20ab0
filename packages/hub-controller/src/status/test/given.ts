import { contract, type ManagedClusterAddOn, type ManifestWork, type MirrorPeer } from '@odfmo/api-types'
import type { Condition, KubeObject } from '@odfmo/api-types/meta'
import type { WatchedKind } from '@odfmo/controller-kit'
import { addOn, blue, managedCluster, mirrorPeer, peerRef, s3 } from '../../test/builders.ts'
import { ramenConfigMap } from '../../test/hub-world.ts'
import { hub, type Contents } from './settled-hub.ts'

export const [one, two] = [peerRef('cluster1'), peerRef('cluster2')]

export const condition = (
  type: string,
  status: Condition['status'] = 'True',
  reason: string = type,
  message = '',
): Condition => ({ type, status, reason, message, lastTransitionTime: '2026-01-01T00:00:00Z' })

/** The add-on of a cluster, as OCM leaves it: alive. */
export const addOnOf = (
  clusterName: string,
  conditions: readonly Condition[] = [condition('Available')],
  metadata: ManagedClusterAddOn['metadata'] = {},
): ManagedClusterAddOn => ({
  ...addOn(clusterName, { metadata: { annotations: { [contract.annotation.mode]: 'async' }, ...metadata } }),
  status: { conditions: [...conditions] },
})

/** The work with its agent, as the work agent of a cluster leaves it: applied. */
export const workOf = (
  clusterName: string,
  conditions: readonly Condition[] = [condition('Applied')],
): ManifestWork => ({
  metadata: {
    name: `addon-${contract.addon.name}-deploy-0`,
    namespace: clusterName,
    labels: { 'open-cluster-management.io/addon-name': contract.addon.name },
  },
  status: { conditions: [...conditions] },
})

export const namespaceOf = (name: string, deleting = false): KubeObject => ({
  metadata: { name, ...(deleting ? { deletionTimestamp: '2026-02-01T00:00:00Z' } : {}) },
})

export const mondayPeer = (spec: Partial<MirrorPeer['spec']> = {}): MirrorPeer =>
  mirrorPeer({ name: 'mirrorpeer-monday', spec })

/** Everything that users, OCM, Ramen and the agents bring for one MirrorPeer of type async with manageS3. */
const complete = {
  MirrorPeer: [mirrorPeer()] as readonly KubeObject[],
  ManagedCluster: [managedCluster('cluster1'), managedCluster('cluster2')] as readonly KubeObject[],
  Namespace: [namespaceOf('cluster1'), namespaceOf('cluster2')] as readonly KubeObject[],
  Secret: [blue(one), blue(two), s3(one), s3(two)] as readonly KubeObject[],
  RamenSecret: [] as readonly KubeObject[],
  RamenConfig: [ramenConfigMap('s3StoreProfiles: []\n')] as readonly KubeObject[],
  ManagedClusterAddOn: [addOnOf('cluster1'), addOnOf('cluster2')] as readonly KubeObject[],
  ManifestWork: [workOf('cluster1'), workOf('cluster2')] as readonly KubeObject[],
  DRCluster: [] as readonly KubeObject[],
  DRPolicy: [] as readonly KubeObject[],
  CertificateSigningRequest: [] as readonly KubeObject[],
  OriginalClusterRoleBinding: [] as readonly KubeObject[],
  AddOnDeploymentConfig: [] as readonly KubeObject[],
}

/** What differs from everything being there. */
export type Given = Partial<typeof complete>

export const contentsOf = (given: Given): Contents =>
  new Map<WatchedKind, readonly KubeObject[]>(
    Object.entries({ ...complete, ...given }).map(([name, objects]) => [
      hub[name as keyof typeof complete] as WatchedKind,
      objects.map((object) => ({
        ...object,
        metadata: {
          ...object.metadata,
          uid:
            object.metadata.uid ??
            `uid-of-${name}-${object.metadata.namespace ?? ''}-${object.metadata.name ?? ''}`,
        },
      })),
    ]),
  )
