import { contract, type MirrorPeer, type PeerRef } from '@odfmo/api-types'
import { hubSecretName, volumeReplicationClassName } from '@odfmo/secret-naming'
import type { Expectation } from './expectation.ts'
import { at, textAt } from './seen.ts'

const { label, spoke, suffix } = contract

/** What makes the storage of one peer ref mirror to the other. */
export function mirroringSteps(mirrorPeer: MirrorPeer, own: PeerRef, other: PeerRef): Expectation[] {
  const { clusterName: cluster, storageClusterRef: storage } = own
  const peerSecret = hubSecretName(other)
  const onSpoke = { about: cluster, cluster }
  const storageCluster = { ...onSpoke, object: `storageclusters ${storage.namespace}/${storage.name}` }
  return [
    {
      ...storageCluster,
      step: 'peer known',
      why: 'Rook mirrors to the clusters in this list',
      shows: (seen) => {
        const live = seen.get(cluster, 'storageclusters', storage.name, storage.namespace)
        const names = at(live, 'spec', 'mirroring', 'peerSecretNames')
        return Array.isArray(names) && names.includes(peerSecret)
          ? `peerSecretNames has ${peerSecret}`
          : undefined
      },
    },
    {
      ...storageCluster,
      step: 'mirroring on',
      why: 'every peer is known',
      shows: (seen) => {
        const live = seen.get(cluster, 'storageclusters', storage.name, storage.namespace)
        return at(live, 'spec', 'mirroring', 'enabled') === true ? 'mirroring.enabled: true' : undefined
      },
    },
    {
      ...onSpoke,
      step: 'OMAP generator on',
      object: `configmaps ${storage.namespace}/${spoke.rookOperatorConfig}`,
      why: 'images keep their names on the other side',
      shows: (seen) => {
        const config = seen.get(cluster, 'configmaps', spoke.rookOperatorConfig, storage.namespace)
        const value = textAt(config, 'data', spoke.omapGeneratorKey)
        return value === 'true' ? `${spoke.omapGeneratorKey}: "true"` : undefined
      },
    },
    ...(mirrorPeer.spec.schedulingIntervals ?? []).map((interval) => replicationClass(cluster, interval)),
    storageClasses(cluster, storage.namespace + suffix.rbdProvisioner),
    storageClasses(cluster, storage.namespace + suffix.cephFsProvisioner),
  ]
}

function replicationClass(cluster: string, interval: string): Expectation {
  const name = volumeReplicationClassName(interval)
  return {
    about: cluster,
    cluster,
    step: 'replication class',
    object: `volumereplicationclasses ${name}`,
    why: `the scheduling interval ${interval}`,
    shows: (seen) => {
      const id = seen.get(cluster, 'volumereplicationclasses', name)?.metadata.labels?.[label.replicationId]
      return id === undefined ? undefined : `replicationid ${id}`
    },
  }
}

function storageClasses(cluster: string, provisioner: string): Expectation {
  return {
    about: cluster,
    cluster,
    step: 'storage classes labelled',
    object: `storageclasses of ${provisioner}`,
    why: 'Ramen matches storage by this label',
    shows: (seen) => {
      const classes = seen
        .list(cluster, 'storageclasses')
        .filter((one) => at(one, 'provisioner') === provisioner)
      const texts = classes.map(
        ({ metadata: { name, labels } }) => [name, labels?.[label.storageId]] as const,
      )
      if (texts.length === 0 || texts.some(([, id]) => id === undefined)) return undefined
      return texts.map(([name, id]) => `${name}: storageid ${id}`).join(', ')
    },
  }
}
