import { contract, type PeerRef } from '@odfmo/api-types'
import type { Random } from '../../../packages/hub-controller/chaos/random.ts'
import { peerRef } from '../../../packages/hub-controller/src/test/builders.ts'

/** A StorageCluster on a spoke as Rook, NooBaa and the router have it. */
export interface StorageTruth {
  readonly ref: PeerRef
  readonly external: boolean
  /** Changes when Ceph is installed anew. */
  fsid: string
  /** Goes up with every rotation. */
  key: number
  bucketKey: number
  /** Of the Route, which changes its host. */
  host: number
  /** What there is at present. */
  has: { cluster: boolean; token: boolean; route: boolean }
}

/** What somebody else than us has on a spoke, and keeps. */
export interface UsersThings {
  /** A peer of the first StorageCluster that was named by hand. */
  readonly peerSecretName: string | undefined
  readonly replicationClass: string | undefined
}

export interface SpokeTruth {
  readonly name: string
  readonly storages: readonly StorageTruth[]
  readonly users: UsersThings
  /** Nothing runs on its node: no agent, no klusterlet. */
  isDown: boolean
  /** Nothing of it reaches the hub, and the hub hears nothing of it. */
  isCutOff: boolean
  /** How often the whole cluster was made anew. */
  installation: number
}

/** The inputs of a fleet that are not readable from its clusters. */
export interface FleetTruth {
  readonly spokes: readonly SpokeTruth[]
  readonly ramenText: string
  /** Names that are free to be given. */
  nextName: number
}

export const storageText = ({ clusterName, storageClusterRef }: PeerRef): string =>
  `${clusterName}/${storageClusterRef.namespace}/${storageClusterRef.name}`

/** Bears every secret's content: must be seen nowhere else. */
export const hidden = 'hidden'

/** The fleet of a seed before anything happened in it: so many clusters with storage of one sort or two. */
export const newFleetTruth = (random: Random, clusters: number): FleetTruth => {
  const hasExternal = random.chance(0.3)
  return {
    spokes: Array.from({ length: clusters }, (_, place) =>
      spokeTruth(random, `cluster${place + 1}`, hasExternal),
    ),
    ramenText: 'kind: RamenConfig\ns3StoreProfiles: []\n',
    nextName: 1,
  }
}

const spokeTruth = (random: Random, name: string, hasExternal: boolean): SpokeTruth => {
  const storage = (ref: PeerRef, external = false): StorageTruth => ({
    ref,
    external,
    fsid: `${storageText(ref).replaceAll('/', '-')}-0`,
    key: 0,
    bucketKey: 0,
    host: 0,
    has: { cluster: true, token: true, route: true },
  })
  return {
    name,
    storages: [
      storage(peerRef(name)),
      ...(random.chance(0.25)
        ? [storage(peerRef(name, { namespace: 'second-storage', name: 'second' }))]
        : []),
      ...(hasExternal
        ? [storage(peerRef(name, { namespace: 'external-storage', name: 'external' }), true)]
        : []),
    ],
    users: {
      peerSecretName: random.chance(0.3) ? 'peer-of-a-user' : undefined,
      replicationClass: random.chance(0.3) ? 'class-of-a-user' : undefined,
    },
    isDown: false,
    isCutOff: false,
    installation: 0,
  }
}

/** Where the agents of a cluster are installed by default. */
export const namespacesOf = ({ storages }: SpokeTruth): readonly string[] => [
  ...new Set(storages.map(({ ref }) => ref.storageClusterRef.namespace)),
]

export const tokenName = (storageCluster: string): string =>
  `${contract.defaultSourceMatch.token}-${storageCluster}-cephcluster`
