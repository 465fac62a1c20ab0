import { contract, keyOf, type VolumeReplicationClass } from '@odfmo/api-types'
import {
  absent,
  derived,
  from,
  leave,
  present,
  waiting,
  type Derived,
  type View,
  type World,
} from '@odfmo/controller-kit'
import { replicationId, volumeReplicationClassName } from '@odfmo/secret-naming'
import { ownFsid, peerFsid } from '../fsids.ts'
import type { AgentWorld } from '../kinds.ts'
import { asyncOnly, claimants, live, pairings, type Pairing } from '../mirror-peer/pairing.ts'
import { isOfAnotherDriver, ownClassNamespace } from '../own-class.ts'
import { partsOf } from '../parts.ts'

const { replicationParameter: parameter, suffix, label } = contract

/** How volumes are mirrored at one interval. The eldest MirrorPeer with the interval owns it; its spec cannot be changed. */
export const volumeReplicationClass = (agent: AgentWorld): Derived<VolumeReplicationClass> => {
  const { hub, spoke, scope } = agent
  return derived({
    name: 'volume-replication-class',
    kind: spoke.VolumeReplicationClass,
    keys: [
      from(
        hub.MirrorPeer,
        (mirrorPeer) => partsOf(mirrorPeer, scope)?.replicationClasses.map(({ key }) => key) ?? [],
      ),
      from(spoke.VolumeReplicationClass, (there) =>
        ownClassNamespace(there) === undefined ? [] : [keyOf(there)],
      ),
    ],
    wanted(key, world) {
      const there = (): View<VolumeReplicationClass, 'spec' | 'meta'> | undefined =>
        world.read(spoke.VolumeReplicationClass, key, ['spec', 'meta'])
      const users = live(asyncOnly(pairings(world, agent, agent.mirrorPeersByClass, key.name)))
      if (users.length === 0) {
        const left = there()
        return left === undefined || ownClassNamespace(left) !== undefined ? absent() : leave()
      }
      const [owner] = claimants(users)
      if (owner?.standing !== 'inForce') {
        return waiting('NotInForce', `the eldest MirrorPeer with the class ${key.name} is not in force yet`)
      }
      const interval = owner.replicationClasses.find((each) => each.key.name === key.name)?.interval
      const fsids = fsidsOf(world, agent, owner)
      if (interval === undefined || fsids.missing !== undefined) {
        // What a MirrorPeer of another StorageCluster had here nobody wants any more, however long this one waits.
        const left = there()
        const leftBy = left === undefined ? undefined : ownClassNamespace(left)
        if (leftBy !== undefined && leftBy !== owner.namespace) return absent()
        return waiting(
          'NoFsid',
          `VolumeReplicationClass ${key.name} waits for the fsids of both sides: ${fsids.missing}`,
        )
      }
      return present(classOf(owner, interval, replicationId(fsids.all)), {
        exact: ['spec.parameters'],
        immutable: ['spec'],
      })
    },
    // Whatever else differs in one that has our name, it is made again; but not what another driver serves.
    ours: (there, _key, wanted) => wanted === undefined || !isOfAnotherDriver(there),
  })
}

const fsidsOf = (
  world: World,
  agent: AgentWorld,
  { own, opposites }: Pairing,
): { readonly all: readonly string[]; readonly missing?: string } => {
  const fsids = [
    ownFsid(world, agent, own),
    ...opposites.map((opposite) => peerFsid(world, agent, own, opposite)),
  ]
  const missing = fsids.flatMap((fsid) => (fsid.is === 'missing' ? [fsid.message] : []))
  return {
    all: fsids.flatMap((fsid) => (fsid.is === 'known' ? [fsid.fsid] : [])),
    ...(missing.length === 0 ? {} : { missing: missing.join(', ') }),
  }
}

const classOf = ({ namespace }: Pairing, interval: string, id: string): VolumeReplicationClass => ({
  metadata: { name: volumeReplicationClassName(interval), labels: { [label.replicationId]: id } },
  spec: {
    provisioner: namespace + suffix.rbdProvisioner,
    parameters: {
      [parameter.mirroringMode]: contract.mirroringModeSnapshot,
      [parameter.schedulingInterval]: interval,
      [parameter.secretName]: contract.replicationSecretName,
      [parameter.secretNamespace]: namespace,
    },
  },
})
