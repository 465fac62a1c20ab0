import { contract, keyOf, type StorageClass } from '@odfmo/api-types'
import { derived, edited, from, leave, waiting, type Derived, type View } from '@odfmo/controller-kit'
import { ownFsid } from '../fsids.ts'
import type { AgentWorld } from '../kinds.ts'
import { notTakenOver } from '../mirror-peer/not-taken-over.ts'
import { asyncOnly, claimants, leaving, live, pairings } from '../mirror-peer/pairing.ts'
import { provisionerNamespace } from '../provisioner.ts'

const { storageId } = contract.label

/** Ramen's label on the RBD and CephFS StorageClasses: which Ceph their volumes are in. Other labels are others'. */
export const storageClassLabels = (agent: AgentWorld): Derived<StorageClass> => {
  const { spoke } = agent
  return derived({
    name: 'storage-class-labels',
    kind: spoke.StorageClass,
    keys: [
      from(spoke.StorageClass, (storageClass) =>
        provisionerNamespace(storageClass.provisioner) === undefined ? [] : [keyOf(storageClass)],
      ),
    ],
    wanted(key, world) {
      const storageClass = world.read(spoke.StorageClass, key, ['spec', 'meta'])
      const namespace = provisionerNamespace(storageClass?.provisioner)
      if (storageClass === undefined || namespace === undefined) return leave()
      const all = asyncOnly(pairings(world, agent, agent.mirrorPeersByNamespace, namespace))
      const [owner] = claimants(all)
      const value = storageClass.metadata.labels?.[storageId]
      if (owner !== undefined) {
        if (owner.standing !== 'inForce') {
          return (
            (value === undefined
              ? undefined
              : notTakenOver(`the label ${storageId} of StorageClass ${key.name}`, all)) ??
            waiting('NotInForce', `the eldest MirrorPeer of namespace ${namespace} is not in force yet`)
          )
        }
        const fsid = ownFsid(world, agent, owner.own)
        if (fsid.is === 'missing')
          return waiting('NoFsid', `StorageClass ${key.name} waits for the fsid of its Ceph: ${fsid.message}`)
        return value === fsid.fsid ? leave() : edited(withLabel(storageClass, fsid.fsid))
      }
      if (value === undefined) return leave()
      if (live(all).length > 0)
        return notTakenOver(`the label ${storageId} of StorageClass ${key.name}`, all) ?? leave()
      if (leaving(all).length === 0) return leave()
      return edited(withLabel(storageClass, undefined), { confirm: true })
    },
  })
}

const withLabel = (
  storageClass: View<StorageClass, 'spec' | 'meta'>,
  value: string | undefined,
): StorageClass => {
  const { labels: before = {}, ...metadata } = storageClass.metadata
  const { [storageId]: _old, ...others } = before
  const labels = value === undefined ? others : { ...others, [storageId]: value }
  return {
    ...storageClass,
    metadata: { ...metadata, ...(Object.keys(labels).length === 0 ? {} : { labels }) },
  }
}
