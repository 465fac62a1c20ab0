import { apiVersionOf, kinds } from '@odfmo/api-types'
import type { CephCluster, ConfigMap, Route, Secret, StorageClass, StorageCluster } from '@odfmo/api-types'
import type { Kind, KubeObject, OwnerReference } from '@odfmo/api-types/meta'
import { extraKinds } from '../extra-kinds.ts'
import type { CephBlockPool } from '../extra-kinds.ts'
import type { CephIdentity } from './ceph-identity.ts'

export const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')

/** A controller's reference to what it owns. */
export const controllerOf = (kind: Kind, { metadata }: KubeObject): OwnerReference => ({
  apiVersion: apiVersionOf(kind),
  kind: kind.kind,
  name: metadata.name ?? '',
  uid: metadata.uid ?? '',
  controller: true,
  blockOwnerDeletion: true,
})

const typed = (kind: Kind): { apiVersion: string; kind: string } => ({
  apiVersion: apiVersionOf(kind),
  kind: kind.kind,
})

export const isExternal = ({ spec }: Pick<StorageCluster, 'spec'>): boolean =>
  spec?.externalStorage?.enable === true

const cephClusterName = (storageCluster: string): string => `${storageCluster}-cephcluster`

export const cephCluster = (owner: StorageCluster): CephCluster => {
  const { name = '', namespace } = owner.metadata
  return {
    ...typed(kinds.CephCluster),
    metadata: {
      name: cephClusterName(name),
      namespace,
      labels: { app: name },
      ownerReferences: [controllerOf(kinds.StorageCluster, owner)],
    },
    spec: { external: { enable: isExternal(owner) } },
  }
}

/** The token by which another Ceph may become a mirroring peer of this one. */
export const peerToken = ({ fsid, key, monHost }: CephIdentity, namespace: string): string =>
  base64(JSON.stringify({ fsid, client_id: 'rbd-mirror-peer', key, mon_host: monHost, namespace }))

export const peerTokenSecret = (owner: CephCluster, identity: CephIdentity): Secret => {
  const { name = '', namespace = '' } = owner.metadata
  return {
    ...typed(kinds.Secret),
    metadata: {
      name: `cluster-peer-token-${name}`,
      namespace,
      ownerReferences: [controllerOf(kinds.CephCluster, owner)],
    },
    type: 'kubernetes.io/rook',
    data: { token: base64(peerToken(identity, namespace)), cluster: base64('ceph') },
  }
}

/** How an external Ceph is reached. */
export const rookCephMonSecret = (owner: StorageCluster, identity: CephIdentity): Secret => ({
  ...typed(kinds.Secret),
  metadata: {
    name: 'rook-ceph-mon',
    namespace: owner.metadata.namespace,
    ownerReferences: [controllerOf(kinds.StorageCluster, owner)],
  },
  type: 'Opaque',
  data: {
    fsid: base64(identity.fsid),
    'ceph-username': base64('client.healthchecker'),
    'ceph-secret': base64(identity.key),
    'mon-secret': base64(identity.monSecret),
  },
})

/** Block, file and object storage; cluster scoped, so nobody owns them. */
export const storageClasses = ({ metadata }: Pick<StorageCluster, 'metadata'>): StorageClass[] => {
  const { name = '', namespace = '' } = metadata
  const storageClass = (suffix: string, provisioner: string): StorageClass => ({
    ...typed(kinds.StorageClass),
    metadata: { name: suffix },
    provisioner,
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'Immediate',
  })
  return [
    storageClass(`${name}-ceph-rbd`, `${namespace}.rbd.csi.ceph.com`),
    storageClass(`${name}-cephfs`, `${namespace}.cephfs.csi.ceph.com`),
    storageClass(`${namespace}.noobaa.io`, `${namespace}.noobaa.io/obc`),
  ]
}

export const rookConfig = (namespace: string): ConfigMap => ({
  ...typed(kinds.ConfigMap),
  metadata: { name: 'rook-ceph-operator-config', namespace },
  data: { ROOK_LOG_LEVEL: 'INFO' },
})

export const s3Route = (namespace: string, domain: string): Route => ({
  ...typed(kinds.Route),
  metadata: { name: 's3', namespace, labels: { app: 'noobaa' } },
  spec: {
    host: `s3-${namespace}.${domain}`,
    to: { kind: 'Service', name: 's3', weight: 100 },
    port: { targetPort: 's3-https' },
    tls: { termination: 'reencrypt' },
  },
})

/** The pool whose images are mirrored; `undefined` mirroring takes it off again. */
export const blockPool = (owner: StorageCluster): CephBlockPool => {
  const { name = '', namespace } = owner.metadata
  return {
    ...typed(extraKinds.CephBlockPool),
    metadata: {
      name: `${name}-cephblockpool`,
      namespace,
      ownerReferences: [controllerOf(kinds.StorageCluster, owner)],
    },
    spec: {},
  }
}
