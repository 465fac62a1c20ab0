import { readFileSync } from 'node:fs'
import {
  apiVersionOf,
  contract,
  kinds,
  type CephCluster,
  type ConfigMap,
  type MirrorPeer,
  type Namespace,
  type ObjectBucketClaim,
  type ObjectKey,
  type PeerRef,
  type Route,
  type Secret,
  type StorageClass,
  type StorageCluster,
  type VolumeReplicationClass,
} from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import { evaluate, staticCache, type SyncState, type WatchedKind, type Wanted } from '@odfmo/controller-kit'
import { handlers } from '@odfmo/secret-exchange'
import { hubSecretName } from '@odfmo/secret-naming'
import { parse } from 'yaml'
import { agentApp } from '../src/app.ts'
import type { AgentScope } from '../src/agent-scope.ts'

export const namespace = 'openshift-storage'
export const storageClusterName = 'ocs-storagecluster'
export const uid = 'uid-of-cluster1'

export const refOf = (
  clusterName: string,
  storageClusterRef = { name: storageClusterName, namespace },
): PeerRef => ({ clusterName, storageClusterRef })

export const scopeOf = (scope: Partial<AgentScope> = {}): AgentScope => ({
  clusterName: 'cluster1',
  installNamespace: namespace,
  odrNamespace: undefined,
  match: contract.defaultSourceMatch,
  handlers,
  ...scope,
})

export const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')

/** An object as the original left it on real clusters, by its file's name. */
export const golden = <T extends KubeObject>(file: string): T =>
  parse(readFileSync(new URL(`../../../fixtures/golden/${file}.yaml`, import.meta.url), 'utf8')) as T

/** Without what a server adds. */
export const bare = ({ apiVersion: _version, kind: _kind, ...object }: KubeObject): object => {
  const {
    creationTimestamp: _created,
    resourceVersion: _resource,
    uid: _uid,
    generation: _generation,
    ...metadata
  } = object.metadata
  return { ...object, metadata }
}

interface MirrorPeerCase extends Partial<MirrorPeer['spec']> {
  readonly name?: string
  readonly created?: string
  readonly deleting?: boolean
  readonly finalizers?: readonly string[]
}

export const hubFinalizer = contract.finalizer.hub
export const ownFinalizer = 'cluster1.spoke.multicluster.odf.openshift.io'

/** In force for cluster1 unless told otherwise. */
export const mirrorPeer = ({
  name = 'mp',
  created = '2026-01-01T00:00:00Z',
  deleting = false,
  finalizers = [hubFinalizer, ownFinalizer],
  ...spec
}: MirrorPeerCase = {}): MirrorPeer => ({
  metadata: {
    name,
    uid: `uid-of-${name}`,
    creationTimestamp: created,
    finalizers,
    ...(deleting ? { deletionTimestamp: '2026-02-01T00:00:00Z' } : {}),
  },
  spec: {
    items: [refOf('cluster1'), refOf('cluster2')],
    type: 'async',
    schedulingIntervals: ['5m'],
    ...spec,
  },
})

export const token = (fsid: string): Record<string, string> => ({
  token: base64(
    base64(
      JSON.stringify({
        fsid,
        client_id: 'rbd-mirror-peer',
        key: 'AQDkey==',
        mon_host: '[v2:10.0.0.1:3300]',
        namespace,
      }),
    ),
  ),
  cluster: base64('ceph'),
})

const owner = (kind: string, name: string) => [{ apiVersion: 'x/v1', kind, name, uid: `uid-of-${name}` }]

export const ownTokenSecret = (fsid = 'fsid-1', metadata: Partial<Secret['metadata']> = {}): Secret => ({
  metadata: {
    namespace,
    name: `cluster-peer-token-${storageClusterName}-cephcluster`,
    ownerReferences: owner('CephCluster', `${storageClusterName}-cephcluster`),
    ...metadata,
  },
  type: 'kubernetes.io/rook',
  data: token(fsid),
})

export const cephCluster = (): CephCluster => ({
  metadata: {
    namespace,
    name: `${storageClusterName}-cephcluster`,
    ownerReferences: owner('StorageCluster', storageClusterName),
  },
})

export const storageCluster = (
  spec: StorageCluster['spec'] = {},
  metadata: Partial<StorageCluster['metadata']> = {},
): StorageCluster => ({
  apiVersion: apiVersionOf(kinds.StorageCluster),
  kind: 'StorageCluster',
  metadata: { namespace, name: storageClusterName, ...metadata },
  spec,
})

export const exchangedSecret = (
  opposite = refOf('cluster2'),
  fsid = 'fsid-2',
  metadata: Partial<Secret['metadata']> = {},
): Secret => ({
  metadata: {
    namespace,
    name: hubSecretName(opposite),
    labels: { [contract.label.createdBy]: contract.createdBy.tokenExchange },
    ...metadata,
  },
  type: 'Opaque',
  data: token(fsid),
})

export const claim = (
  name: string,
  metadata: Partial<ObjectBucketClaim['metadata']> = {},
): ObjectBucketClaim => ({
  metadata: { namespace, name, ...metadata },
  spec: { bucketName: name, storageClassName: `${namespace}.noobaa.io` },
})

export const bucketSecret = (
  name: string,
  data: Record<string, string> = {
    AWS_ACCESS_KEY_ID: base64('access'),
    AWS_SECRET_ACCESS_KEY: base64('secret'),
  },
): Secret => ({
  metadata: { namespace, name, ownerReferences: owner('ObjectBucketClaim', name) },
  data,
})

export const bucketConfigMap = (
  name: string,
  data: Record<string, string> = { BUCKET_NAME: name },
): ConfigMap => ({
  metadata: { namespace, name, ownerReferences: owner('ObjectBucketClaim', name) },
  data,
})

export const route = (host = 's3.example'): Route => ({ metadata: { namespace, name: 's3' }, spec: { host } })

/** What there is on the two clusters; everything left out is empty, but for the namespace kube-system. */
export interface Clusters {
  readonly mirrorPeers?: readonly MirrorPeer[]
  readonly hubSecrets?: readonly Secret[]
  readonly secrets?: readonly Secret[]
  readonly configMaps?: readonly ConfigMap[]
  readonly claims?: readonly ObjectBucketClaim[]
  readonly routes?: readonly Route[]
  readonly storageClusters?: readonly StorageCluster[]
  readonly cephClusters?: readonly CephCluster[]
  readonly storageClasses?: readonly StorageClass[]
  readonly classes?: readonly VolumeReplicationClass[]
  readonly namespaces?: readonly Namespace[]
  /** Of the spoke: nothing may be read there. */
  readonly forbidden?: readonly string[]
  /** The hub answers 404 for MirrorPeers as a kind. */
  readonly mirrorPeersNotServed?: boolean
}

const app = agentApp(scopeOf())

/** What the rule of this name answers for a key. */
export const wantedOf = (
  name: string,
  key: ObjectKey,
  clusters: Clusters,
  { world, derived } = app,
): Wanted<KubeObject> => {
  const rule = derived.find((each) => each.name === name)
  if (rule === undefined)
    throw new Error(`no rule ${name}; there are ${derived.map((each) => each.name).join(', ')}`)
  const { hub, spoke } = world
  const contents: readonly (readonly [WatchedKind, readonly KubeObject[] | undefined])[] = [
    [hub.MirrorPeer, clusters.mirrorPeers],
    [hub.Secret, clusters.hubSecrets],
    [spoke.Secret, clusters.secrets],
    [spoke.ConfigMap, clusters.configMaps],
    [spoke.ObjectBucketClaim, clusters.claims],
    [spoke.Route, clusters.routes],
    [spoke.StorageCluster, clusters.storageClusters],
    [spoke.CephCluster, clusters.cephClusters],
    [spoke.StorageClass, clusters.storageClasses],
    [spoke.VolumeReplicationClass, clusters.classes],
    [
      spoke.Namespace,
      clusters.namespaces ?? [
        { metadata: { name: 'kube-system', uid } },
        ...[namespace, 'elsewhere', 'odr'].map((name) => ({ metadata: { name } })),
      ],
    ],
  ]
  const cache = staticCache(contents.map(([of, objects = []]) => [of, objects] as const))
  const { forbidden = [], mirrorPeersNotServed } = clusters
  const sync = (of: WatchedKind, at?: string): SyncState => {
    if (mirrorPeersNotServed === true && of.name === hub.MirrorPeer.name) return { is: 'notServed' }
    const isKept = of.namespaces !== 'dynamic' || !forbidden.some((each) => at === undefined || at === each)
    return isKept ? { is: 'synced' } : { is: 'forbidden', why: `forbidden in ${at ?? forbidden.join()}` }
  }
  return evaluate(rule, key, { ...cache, sync }).wanted
}

/** The object that a rule wants; throws when it wants none. */
export const objectOf = <T extends KubeObject>(wanted: Wanted<KubeObject>): T => {
  if (wanted.is !== 'present' && wanted.is !== 'edited')
    throw new Error(`expected an object, got ${JSON.stringify(wanted)}`)
  return wanted.object as T
}

export { agentApp, app }
