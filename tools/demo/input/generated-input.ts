import {
  apiVersionOf,
  contract,
  kinds,
  type DefaultedMirrorPeer,
  type ManagedCluster,
} from '@odfmo/api-types'

const storageClusterRef = { name: 'ocs-storagecluster', namespace: 'openshift-storage' }

/** cluster1 … clusterN. */
export const generatedNames = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `cluster${index + 1}`)

export const generatedCluster = (name: string): ManagedCluster => ({
  apiVersion: apiVersionOf(kinds.ManagedCluster),
  kind: kinds.ManagedCluster.kind,
  metadata: { name },
  spec: { hubAcceptsClient: true },
})

/** Neighbours mirror each other; an odd one at the end mirrors its predecessor, which then has two partners. */
export function generatedMirrorPeers(names: readonly string[]): DefaultedMirrorPeer[] {
  const firsts = names.flatMap((_, index) => (index % 2 === 0 ? [Math.min(index, names.length - 2)] : []))
  const digits = String(firsts.length).length
  return firsts.map((first, index) => ({
    apiVersion: contract.apiVersion,
    kind: kinds.MirrorPeer.kind,
    metadata: {
      name:
        firsts.length === 1 ? 'mirrorpeer-sample' : `mirrorpeer-${String(index + 1).padStart(digits, '0')}`,
    },
    spec: {
      type: 'async',
      manageS3: true,
      schedulingIntervals: ['5m'],
      items: names.slice(first, first + 2).map((clusterName) => ({ clusterName, storageClusterRef })),
    },
  }))
}
