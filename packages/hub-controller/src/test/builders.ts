import {
  contract,
  kinds,
  type DRCluster,
  type ManagedCluster,
  type ManagedClusterAddOn,
  type MirrorPeer,
  type PeerRef,
  type Secret,
} from '@odfmo/api-types'
import { apiVersionOf, type Kind, type KubeObject, type ObjectMeta } from '@odfmo/api-types/meta'
import { rookHubSecret } from '@odfmo/secret-exchange'
import { hubSecretName, s3ProfileName, s3SecretName, spokeFinalizer } from '@odfmo/secret-naming'

export const podNamespace = 'openshift-operators'

/** An object as manifests carry it. */
const of = <T extends KubeObject>(kind: Kind<T>, object: Omit<T, 'apiVersion' | 'kind'>): T =>
  ({ apiVersion: apiVersionOf(kind), kind: kind.kind, ...object }) as T

const base64 = (text: string): string => Buffer.from(text).toString('base64')
export const textOf = (base64Text: string | undefined): string =>
  Buffer.from(base64Text ?? '', 'base64').toString()

export const peerRef = (
  clusterName: string,
  storageCluster: Partial<PeerRef['storageClusterRef']> = {},
): PeerRef => ({
  clusterName,
  storageClusterRef: { name: 'ocs-storagecluster', namespace: 'openshift-storage', ...storageCluster },
})

export interface MirrorPeerOverrides {
  readonly name?: string
  readonly spec?: Partial<MirrorPeer['spec']>
  readonly metadata?: ObjectMeta
  readonly status?: MirrorPeer['status']
  /** Clusters whose agents hold a finalizer. */
  readonly agents?: readonly string[]
  readonly deleting?: boolean
  readonly hubFinalizer?: boolean
}

const deletionTimestamp = '2026-02-01T00:00:00Z'

/** In force, from cluster1 and cluster2, with manageS3. */
export const mirrorPeer = (overrides: MirrorPeerOverrides = {}): MirrorPeer => {
  const { name = 'mirrorpeer-sample', agents = [], deleting = false, hubFinalizer = true } = overrides
  return of(kinds.MirrorPeer, {
    metadata: {
      name,
      uid: `uid-of-${name}`,
      creationTimestamp: '2026-01-01T00:00:00Z',
      generation: 1,
      labels: { [contract.label.backup]: contract.backupResource },
      finalizers: [...(hubFinalizer ? [contract.finalizer.hub] : []), ...agents.map(spokeFinalizer)],
      ...(deleting ? { deletionTimestamp } : {}),
      ...overrides.metadata,
    },
    spec: {
      type: 'async',
      manageS3: true,
      schedulingIntervals: ['5m'],
      items: [peerRef('cluster1'), peerRef('cluster2')],
      ...overrides.spec,
    },
    ...(overrides.status === undefined ? {} : { status: overrides.status }),
  })
}

export const managedCluster = (
  name: string,
  overrides: { readonly accepted?: boolean; readonly deleting?: boolean } = {},
): ManagedCluster =>
  of(kinds.ManagedCluster, {
    metadata: { name, ...(overrides.deleting === true ? { deletionTimestamp, finalizers: ['x/y'] } : {}) },
    spec: { hubAcceptsClient: overrides.accepted ?? true },
  })

/** What the agent of a cluster delivers for the other side. */
export const blue = (ref: PeerRef, { key = 'AQB+/z==', fsid = fsidOf(ref.clusterName) } = {}): Secret =>
  rookHubSecret({
    ref,
    external: false,
    secret: {
      data: {
        cluster: base64('ceph'),
        token: base64(base64(JSON.stringify({ fsid, client_id: 'rbd-mirror-peer', key }))),
      },
    },
  })

/** What the agent of a cluster with external Ceph delivers. */
export const external = (ref: PeerRef, fsid = fsidOf(ref.clusterName)): Secret =>
  rookHubSecret({
    ref,
    external: true,
    secret: {
      data: {
        fsid: base64(fsid),
        'ceph-username': base64('admin'),
        'ceph-secret': base64('hidden'),
        'mon-secret': base64('hidden2'),
      },
    },
  })

export const fsidOf = (clusterName: string): string => `00000000-aaaa-4aaa-8aaa-${clusterName}`

/** S3 access of a peer ref. */
export const s3 = (ref: PeerRef, overrides: Partial<Record<string, string>> = {}): Secret => {
  const values: Record<string, string> = {
    AWS_ACCESS_KEY_ID: `access-${ref.clusterName}`,
    AWS_SECRET_ACCESS_KEY: `secret-${ref.clusterName}`,
    s3Bucket: 'odrbucket-b1b922184baf',
    s3CompatibleEndpoint: `https://s3-openshift-storage.apps.${ref.clusterName}.example`,
    s3ProfileName: s3ProfileName(ref),
    s3Region: 'noobaa',
    ...(overrides as Record<string, string>),
  }
  const data = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, base64(value)]))
  return of(kinds.Secret, {
    metadata: {
      name: s3SecretName(ref),
      namespace: ref.clusterName,
      labels: { [contract.label.secretType]: contract.secretKind.internal },
    },
    type: contract.secretType.agent,
    data: {
      namespace: base64(ref.storageClusterRef.namespace),
      'storage-cluster-name': base64(ref.storageClusterRef.name),
      'secret-origin': base64('S3'),
      'secret-data': base64(JSON.stringify(data)),
    },
  })
}

export const addOn = (
  clusterName: string,
  overrides: { readonly metadata?: ObjectMeta; readonly installNamespace?: string } = {},
): ManagedClusterAddOn =>
  of(kinds.ManagedClusterAddOn, {
    metadata: { name: contract.addon.name, namespace: clusterName, ...overrides.metadata },
    spec: { installNamespace: overrides.installNamespace ?? 'openshift-storage' },
  })

export const drCluster = (
  name: string,
  { ours = true, ...spec }: DRCluster['spec'] & { readonly ours?: boolean } = {},
): DRCluster =>
  of(kinds.DRCluster, {
    metadata: {
      name,
      ...(ours ? { labels: { [contract.label.createdBy]: contract.createdBy.mirrorPeer } } : {}),
    },
    spec,
  })

export const ownerOf = ({ metadata: { name = '', uid = '' } }: MirrorPeer) => ({
  apiVersion: contract.apiVersion,
  kind: 'MirrorPeer',
  name,
  uid,
})

export const greenKey = (source: PeerRef, receiver: PeerRef) => ({
  namespace: receiver.clusterName,
  name: hubSecretName(source),
})
