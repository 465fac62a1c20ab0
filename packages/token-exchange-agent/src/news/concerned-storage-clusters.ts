import { keyText, type MirrorPeer, type ObjectKey, type StorageClass } from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'
import type { CacheReader, Index, WatchedKind } from '@odfmo/controller-kit'
import type { AgentWorld } from '../kinds.ts'
import { partsOf } from '../parts.ts'
import { provisionerNamespace } from '../provisioner.ts'

type Cache = Pick<CacheReader, 'get' | 'find'>

/** The StorageClusters here for whose sake an object is made: those of the MirrorPeers that entail it. */
export const concernedStorageClusters = (
  agent: AgentWorld,
  cache: Cache,
  of: WatchedKind,
  key: ObjectKey,
): readonly ObjectKey[] => storageClustersOf(agent, mirrorPeersFor(agent, cache, of, key))

/** Those that MirrorPeers name here, each once. */
export const storageClustersOf = (
  { scope }: Pick<AgentWorld, 'scope'>,
  mirrorPeers: readonly DeepReadonly<MirrorPeer>[],
): readonly ObjectKey[] => {
  const all = mirrorPeers.flatMap((mirrorPeer) => partsOf(mirrorPeer, scope)?.storageCluster ?? [])
  return [...new Map(all.map((key) => [keyText(key), key])).values()]
}

const mirrorPeersFor = (
  agent: AgentWorld,
  cache: Cache,
  of: WatchedKind,
  key: ObjectKey,
): readonly DeepReadonly<MirrorPeer>[] => {
  const { hub, spoke } = agent
  const by = (index: Index<MirrorPeer>, value = '') => cache.find(index, value)
  switch (of) {
    case hub.MirrorPeer: {
      const mirrorPeer = cache.get(hub.MirrorPeer, key)
      return mirrorPeer === undefined ? [] : [mirrorPeer]
    }
    case hub.Secret:
      return by(agent.mirrorPeersByHubSecret, key.name)
    case spoke.Secret:
      return by(agent.mirrorPeersBySpokeSecret, keyText(key))
    case spoke.StorageCluster:
      return by(agent.mirrorPeersByStorageCluster, keyText(key))
    case spoke.ObjectBucketClaim:
      return by(agent.mirrorPeersByClaim, keyText(key))
    case spoke.VolumeReplicationClass:
      return by(agent.mirrorPeersByClass, key.name)
    case spoke.ConfigMap:
      return by(agent.mirrorPeersByNamespace, key.namespace)
    case spoke.StorageClass: {
      const storageClass = cache.get<StorageClass>(spoke.StorageClass, key)
      return by(agent.mirrorPeersByNamespace, provisionerNamespace(storageClass?.provisioner))
    }
    default:
      return []
  }
}
