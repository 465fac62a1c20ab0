import type { MirrorPeer } from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'
import { originalSpokeFinalizer, spokeFinalizer } from '@odfmo/secret-naming'

/**
 * The finalizers on a MirrorPeer that stand for this cluster's agent: ours, and the original's short form when no other
 * item has the same one (two long names may share it).
 */
export const ownFinalizers = (
  { metadata, spec }: Pick<DeepReadonly<MirrorPeer>, 'metadata' | 'spec'>,
  clusterName: string,
): readonly string[] => {
  const short = originalSpokeFinalizer(clusterName)
  const isShared = spec.items.some(
    (item) => item.clusterName !== clusterName && originalSpokeFinalizer(item.clusterName) === short,
  )
  const ours = new Set([spokeFinalizer(clusterName), ...(isShared ? [] : [short])])
  return (metadata.finalizers ?? []).filter((finalizer) => ours.has(finalizer))
}
