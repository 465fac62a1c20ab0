import { keyOf, keyText, type PeerRef, type Secret } from '@odfmo/api-types'
import type { View, World } from '@odfmo/controller-kit'
import type { AgentWorld } from '../kinds.ts'

type Source = View<Secret, 'spec' | 'meta'>

const ownersOf = (
  object: { readonly metadata: View<Secret, 'meta'>['metadata'] },
  kind: string,
): readonly string[] =>
  (object.metadata.ownerReferences ?? []).filter((owner) => owner.kind === kind).map(({ name }) => name)

/**
 * Whether a source may be this StorageCluster's, but what leads to it is missing: the CephCluster that owns the Secret, or
 * the StorageCluster itself. Somebody is making them again, perhaps: the source is not gone.
 */
export const isAstray = (
  world: World,
  { spoke }: Pick<AgentWorld, 'spoke'>,
  { storageClusterRef }: PeerRef,
  source: Source,
): boolean => {
  const { namespace } = source.metadata
  if (namespace !== storageClusterRef.namespace) return false
  const cephClusters = ownersOf(source, 'CephCluster').map((name) =>
    world.meta(spoke.CephCluster, { namespace, name }),
  )
  if (cephClusters.includes(undefined)) return true
  const storageClusters = [
    ...ownersOf(source, 'StorageCluster'),
    ...cephClusters.flatMap((cephCluster) =>
      cephCluster === undefined ? [] : ownersOf(cephCluster, 'StorageCluster'),
    ),
  ]
  return (
    storageClusters.includes(storageClusterRef.name) &&
    world.meta(spoke.StorageCluster, storageClusterRef) === undefined
  )
}

export const noOwnerMessage = ({ storageClusterRef }: PeerRef, source: Source): string =>
  `Secret ${keyText(keyOf(source))} is there, but not what it belongs to: its CephCluster or the ` +
  `StorageCluster ${keyText(storageClusterRef)}`
