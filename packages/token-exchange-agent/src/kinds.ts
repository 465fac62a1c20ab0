/**
 * What the agent watches, all of it selected on the server: on the hub the MirrorPeers, and by their label the Secrets of its
 * own cluster's namespace; on the spoke what lies in the namespaces of StorageClusters that MirrorPeers name here, in
 * the install namespace and in ODR_NAMESPACE (runnables/follow-namespaces.ts), and what has no namespace. The rights it
 * needs follow from this file and from derived/; they are `agentRights` of api-types, and test/shipped-role.test.ts
 * proves that they are neither more nor less.
 */
import {
  contract,
  keyText,
  kinds,
  type MirrorPeer,
  type Secret,
  type StorageClass,
  type StorageCluster,
  type VolumeReplicationClass,
} from '@odfmo/api-types'
import { cluster, index, watch, type Index, type WatchedKind } from '@odfmo/controller-kit'
import { keptHubSecret, type KeptHubSecret } from '@odfmo/secret-exchange'
import type { AgentScope } from './agent-scope.ts'
import { keptData } from './kept-data.ts'
import { writerUid, written } from './mirror-peer/cluster-uid.ts'
import { ownClassNamespace } from './own-class.ts'
import { partsOf } from './parts.ts'
import { provisionerNamespace } from './provisioner.ts'

const watches = ({ clusterName, handlers, match }: AgentScope) => ({
  hub: cluster('hub', {
    MirrorPeer: watch(kinds.MirrorPeer),
    /** Blue, green and internal ones of this cluster; the agent may read no other namespace. */
    Secret: watch<KeptHubSecret>(kinds.Secret, {
      namespaces: [clusterName],
      labelSelector: contract.label.secretType,
      transform: keptHubSecret,
    }),
  }),
  spoke: cluster('spoke', {
    Secret: watch(kinds.Secret, { namespaces: 'dynamic', transform: keptData({ handlers, match }).secret }),
    ConfigMap: watch(kinds.ConfigMap, {
      namespaces: 'dynamic',
      transform: keptData({ handlers, match }).configMap,
    }),
    ObjectBucketClaim: watch(kinds.ObjectBucketClaim, { namespaces: 'dynamic' }),
    Route: watch(kinds.Route, {
      namespaces: 'dynamic',
      fieldSelector: `metadata.name=${contract.spoke.s3Route}`,
    }),
    StorageCluster: watch(kinds.StorageCluster, { namespaces: 'dynamic' }),
    CephCluster: watch(kinds.CephCluster, { namespaces: 'dynamic' }),
    StorageClass: watch(kinds.StorageClass),
    VolumeReplicationClass: watch(kinds.VolumeReplicationClass),
    /**
     * The uid of kube-system tells this spoke from a clone of it. All are watched, because what is refused in a namespace
     * that is gone looks like what is refused in one that is there.
     */
    Namespace: watch(kinds.Namespace, {
      transform: ({ metadata: { name, uid, resourceVersion } }) => ({
        metadata: { name, uid, resourceVersion },
      }),
    }),
  }),
})

/** Everything the rules read, and how they find it. */
export const agentWorld = (scope: AgentScope) => {
  const { hub, spoke } = watches(scope)
  const mirrorPeersBy = (
    name: string,
    values: (parts: NonNullable<ReturnType<typeof partsOf>>) => readonly string[],
  ) =>
    index(hub.MirrorPeer, name, (mirrorPeer: MirrorPeer) => {
      const parts = partsOf(mirrorPeer, scope)
      return parts === undefined ? [] : [...new Set(values(parts))]
    })
  const indexes = {
    /** By `namespace/name` of its StorageCluster here. */
    mirrorPeersByStorageCluster: mirrorPeersBy('byStorageCluster', ({ storageCluster }) => [
      keyText(storageCluster),
    ]),
    /** By the namespace of its StorageCluster here. */
    mirrorPeersByNamespace: mirrorPeersBy('byNamespace', ({ namespace }) => [namespace]),
    /** By the names of the hub secrets that handlers make of its peer ref. */
    mirrorPeersByHubSecret: mirrorPeersBy('byHubSecret', (parts) =>
      parts.hubSecrets.map(({ key }) => key.name),
    ),
    /** By `namespace/name` of the Secrets that come from the other side. */
    mirrorPeersBySpokeSecret: mirrorPeersBy('bySpokeSecret', (parts) =>
      parts.spokeSecrets.map(({ key }) => keyText(key)),
    ),
    /** By the names of its VolumeReplicationClasses. */
    mirrorPeersByClass: mirrorPeersBy('byClass', (parts) =>
      parts.replicationClasses.map(({ key }) => key.name),
    ),
    /** By `namespace/name` of its bucket claim, in both orders of its items. */
    mirrorPeersByClaim: mirrorPeersBy('byClaim', (parts) => parts.bucketClaims.map(keyText)),
    /** Hub secrets that tell which spoke's agent wrote them, all in one bucket. */
    writtenSecrets: index(hub.Secret, 'written', (secret: Secret) =>
      writerUid(secret) === undefined ? [] : [written],
    ),
    /** Spoke Secrets that a handler takes, by `handler namespace`. */
    sources: index(spoke.Secret, 'sources', (secret: Secret) =>
      scope.handlers
        .filter((handler) => handler.takes('Secret', secret, scope.match))
        .map((handler) => sourcesOf(handler.name, secret.metadata.namespace ?? '')),
    ),
    /** By `namespace/name` of the Secrets that they take peers' tokens from. */
    storageClustersByPeerSecret: index(
      spoke.StorageCluster,
      'byPeerSecret',
      ({ metadata, spec }: StorageCluster) => [
        ...new Set(
          (spec?.mirroring?.peerSecretNames ?? []).map((name) =>
            keyText({ namespace: metadata.namespace, name }),
          ),
        ),
      ],
    ),
    /** Those that an agent made, by the namespace of the StorageCluster that they are of. */
    ownClassesByNamespace: index(
      spoke.VolumeReplicationClass,
      'ownByNamespace',
      (replicationClass: VolumeReplicationClass) => {
        const namespace = ownClassNamespace(replicationClass)
        return namespace === undefined ? [] : [namespace]
      },
    ),
    /** Ceph's, by the namespace in their provisioner's name. */
    storageClassesByNamespace: index(spoke.StorageClass, 'byNamespace', ({ provisioner }: StorageClass) => {
      const namespace = provisionerNamespace(provisioner)
      return namespace === undefined ? [] : [namespace]
    }),
  }
  return { scope, hub, spoke, ...indexes }
}

export type AgentWorld = ReturnType<typeof agentWorld>

/** Bucket of the index `sources`. */
export const sourcesOf = (handler: string, namespace: string): string => `${handler} ${namespace}`

/** All that is watched and indexed, for the caches. */
export const watchedBy = (
  world: AgentWorld,
): { readonly watches: readonly WatchedKind[]; readonly indexes: readonly Index[] } => {
  const { scope: _scope, hub, spoke, ...indexes } = world
  return {
    watches: [...Object.values(hub), ...Object.values(spoke)] as readonly WatchedKind[],
    indexes: Object.values(indexes) as readonly Index[],
  }
}
