import { keyText, type StorageCluster } from '@odfmo/api-types'
import {
  derived,
  edited,
  from,
  leave,
  waiting,
  type Derived,
  type View,
  type Waiting,
} from '@odfmo/controller-kit'
import type { AgentWorld } from '../kinds.ts'
import { notTakenOver } from '../mirror-peer/not-taken-over.ts'
import { asyncOnly, inForce, leaving, live, pairings, type Pairing } from '../mirror-peer/pairing.ts'
import { partsOf } from '../parts.ts'
import { isDelivered } from './spoke-secret.ts'

/**
 * Our part of a StorageCluster: the names of its peers' tokens, each after its Secret is there, and mirroring on as soon
 * as all of them are named. Taken away (names and `enabled` in one patch, before the Secrets) only by a deleting
 * MirrorPeer that names it: entries bear no mark, a user's own stay.
 *
 * "Unless another MirrorPeer uses the peer ref" is read as: another of type async. One of type sync mirrors nothing, so it
 * keeps neither mirroring nor the OMAP generator alive.
 */
export const storageClusterMirroring = (agent: AgentWorld): Derived<StorageCluster> => {
  const { hub, spoke, scope } = agent
  return derived({
    name: 'storage-cluster-mirroring',
    kind: spoke.StorageCluster,
    keys: [
      from(hub.MirrorPeer, (mirrorPeer) => {
        const parts = partsOf(mirrorPeer, scope)
        return parts?.isAsync === true ? [parts.storageCluster] : []
      }),
    ],
    wanted(key, world) {
      const all = asyncOnly(pairings(world, agent, agent.mirrorPeersByStorageCluster, keyText(key)))
      const users = inForce(all)
      const storageCluster = world.read(spoke.StorageCluster, key, ['spec', 'meta'])
      if (storageCluster === undefined) {
        return users.length === 0
          ? leave()
          : waiting('NoStorageCluster', `there is no StorageCluster ${keyText(key)} on ${scope.clusterName}`)
      }
      const wishes = storageCluster.metadata.deletionTimestamp === undefined ? users : []
      const { mirroring = {} } = storageCluster.spec ?? {}
      const { peerSecretNames = [], enabled } = mirroring
      const removed = namesToRemove(all).filter((name) => peerSecretNames.includes(name))
      const added = namesOf(wishes).filter(
        (name) => !peerSecretNames.includes(name) && isDelivered(world, agent, key.namespace ?? '', name),
      )
      const names = [...peerSecretNames.filter((name) => !removed.includes(name)), ...added]
      const switchedOn = wishes.some((pairing) =>
        pairing.peerSecretNames.every((name) => names.includes(name)),
      )
      const switchedOff = leaving(all).length > 0 && live(all).length === 0
      const change: MirroringChange = {
        ...(removed.length + added.length === 0 ? {} : { names }),
        ...(switchedOn && enabled !== true ? { enabled: true } : {}),
        ...(switchedOff && enabled === true ? { enabled: false } : {}),
      }
      if (Object.keys(change).length > 0) {
        return edited(withMirroring(storageCluster, change), {
          confirm: removed.length > 0 || change.enabled === false,
        })
      }
      const kept = notTakenOverHere(all, mirroring)
      if (kept !== undefined) return kept
      const missing = namesOf(wishes).filter((name) => !names.includes(name))
      return missing.length === 0
        ? leave()
        : waiting(
            'NoPeerSecret',
            `mirroring of StorageCluster ${keyText(key)} waits for the Secrets ${missing.join(', ')} of its peers`,
          )
    },
  })
}

type Mirroring = NonNullable<View<StorageCluster, 'spec'>['spec']>['mirroring'] & object

interface MirroringChange {
  readonly names?: readonly string[]
  readonly enabled?: boolean
}

const namesOf = (all: readonly Pairing[]): readonly string[] => [
  ...new Set(all.flatMap(({ peerSecretNames }) => peerSecretNames)),
]

/** Those that deleting MirrorPeers name, but for pairs that another live one connects too. */
const namesToRemove = (all: readonly Pairing[]): readonly string[] => {
  const kept = new Set(namesOf(live(all)))
  return namesOf(leaving(all)).filter((name) => !kept.has(name))
}

/** The first thing in a StorageCluster that only MirrorPeers keep which would not take it away again. */
const notTakenOverHere = (
  all: readonly Pairing[],
  { enabled, peerSecretNames = [] }: Mirroring,
): Waiting | undefined => {
  const ofNames = namesOf(leaving(all))
    .filter((name) => peerSecretNames.includes(name))
    .map((name) =>
      notTakenOver(
        `the name ${name} in peerSecretNames`,
        all.filter((pairing) => pairing.peerSecretNames.includes(name)),
      ),
    )
  const ofAll = enabled === true ? notTakenOver('mirroring', all) : undefined
  return [...ofNames, ofAll].find((each) => each !== undefined)
}

/** What we put in is taken out again without a trace: an empty list, `false` and `{}` mean the same as nothing. */
const withMirroring = (
  storageCluster: View<StorageCluster, 'spec' | 'meta'>,
  { names, enabled }: MirroringChange,
): StorageCluster => {
  const { mirroring: before = {}, ...spec } = storageCluster.spec ?? {}
  const { peerSecretNames: namesBefore, enabled: enabledBefore, ...others } = before
  const namesAfter = names ?? namesBefore
  const enabledAfter = enabled ?? enabledBefore
  const mirroring = {
    ...others,
    ...(namesAfter === undefined || (names !== undefined && names.length === 0)
      ? {}
      : { peerSecretNames: namesAfter }),
    ...(enabledAfter === undefined || enabled === false ? {} : { enabled: enabledAfter }),
  }
  return {
    ...storageCluster,
    spec: { ...spec, ...(Object.keys(mirroring).length === 0 ? {} : { mirroring }) },
  }
}
