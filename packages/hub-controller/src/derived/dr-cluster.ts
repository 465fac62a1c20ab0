import { contract, type DRCluster } from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'
import {
  absent,
  derived,
  edited,
  from,
  leave,
  present,
  type Derived,
  type World,
} from '@odfmo/controller-kit'
import { clusterGone } from '../cluster-state.ts'
import { refusedValues } from '../dr-cluster-refusal.ts'
import { fsidOf, s3Access, type Found } from '../hub-secret.ts'
import type { HubKinds } from '../kinds.ts'
import { partsOf, typeOf, type RefParts } from '../parts.ts'
import { isDeleting, waitWhilePaused, wishesOf, type MirrorPeerView, type Wishes } from '../standing.ts'
import { waiting } from '../status/waiting.ts'

/** Region and profile of a cluster, as Ramen should have them. */
export interface DRClusterValues {
  readonly region: string
  readonly s3ProfileName: string
}

export const isOurDRCluster = ({ metadata }: Pick<DeepReadonly<DRCluster>, 'metadata'>): boolean =>
  metadata.labels?.[contract.label.createdBy] === contract.createdBy.mirrorPeer

/** The cluster as Ramen sees it. A user's own is changed in nothing but region and profile, and never deleted. */
export const drCluster = (hub: HubKinds): Derived<DRCluster> =>
  derived({
    name: 'dr-cluster',
    kind: hub.DRCluster,
    ours: isOurDRCluster,
    // Newer Ramen makes both fields immutable.
    refusedOnce: true,
    keys: [
      from(hub.MirrorPeer, (mirrorPeer) => partsOf(mirrorPeer).refs.map(({ drCluster: key }) => key)),
      from(hub.DRCluster, (live) => (isOurDRCluster(live) ? [{ name: live.metadata.name ?? '' }] : [])),
    ],
    wanted({ name }, world) {
      const { by, paused } = drClusterWishes(hub, world, name)
      const [first] = by
      const live = world.read(hub.DRCluster, { name }, ['spec', 'meta'])
      if (first === undefined) {
        if (paused) return waitWhilePaused()
        if (live === undefined || !isOurDRCluster(live)) return leave()
        return isInPolicy(hub, world, name) || isPerhapsRestored(hub, world, live) ? leave() : absent()
      }
      const gone = clusterGone(hub, world, name)
      if (gone !== undefined) return waiting(gone.reason, gone.message)
      const values = drClusterValues(hub, world, first, name)
      if (values.is !== 'found') return waiting(values.reason, values.message)
      const { region, s3ProfileName } = values.value
      if (live === undefined) {
        const labels = { [contract.label.createdBy]: contract.createdBy.mirrorPeer }
        return present({ metadata: { name, labels }, spec: { region, s3ProfileName } })
      }
      if (live.metadata.deletionTimestamp !== undefined) {
        return waiting(
          'DRClusterDeleting',
          `DRCluster ${name} is being deleted; it is made again when it is gone`,
        )
      }
      if (live.spec?.region !== region || live.spec.s3ProfileName !== s3ProfileName) {
        // Each of them says so, and any may be the one that is left.
        const refused = by
          .map(({ metadata }) => world.status(hub.MirrorPeer, { name: metadata.name ?? '' })?.status)
          .map((status) => refusedValues(status, name))
          .find((values) => values?.region === region && values.s3ProfileName === s3ProfileName)
        if (refused !== undefined) return waiting('DRClusterRefused', refused.message)
      }
      return edited({ ...live, spec: { ...live.spec, region, s3ProfileName } })
    },
  })

/** A restore brings DRClusters before the DRPolicies and MirrorPeers that need them, and may take its time. */
const restoreMs = 3_600_000

/**
 * Whether a DRCluster that nobody wants came so lately that a restore from a backup may still be bringing who does: with
 * its last one, Ramen takes down what it protects. While a MirrorPeer that names it is being deleted, we know better.
 */
const isPerhapsRestored = (
  hub: HubKinds,
  world: World,
  { metadata: { name = '', creationTimestamp } }: Pick<DeepReadonly<DRCluster>, 'metadata'>,
): boolean => {
  const named = world.find(hub.mirrorPeersByCluster, name, ['spec', 'meta'])
  if (creationTimestamp === undefined || named.some(isDeleting)) return false
  return !world.passed(Date.parse(creationTimestamp) + restoreMs)
}

/** The MirrorPeers that name the cluster, of either type and with and without manageS3. */
export const drClusterWishes = (hub: HubKinds, world: World, clusterName: string): Wishes =>
  wishesOf(hub, world, world.find(hub.mirrorPeersByCluster, clusterName, ['spec', 'meta']))

/** Known as soon as the S3 secret of the peer ref and its fsid are. */
export const drClusterValues = (
  hub: HubKinds,
  world: World,
  mirrorPeer: MirrorPeerView,
  clusterName: string,
): Found<DRClusterValues> => {
  const parts = refOnCluster(mirrorPeer, clusterName)
  const type = typeOf(mirrorPeer)
  if (parts === undefined || type === 'unknown') {
    const message = `MirrorPeer ${mirrorPeer.metadata.name ?? ''} is invalid: it says nothing for DRCluster ${clusterName}`
    return { is: 'refused', reason: 'InvalidSpec', message }
  }
  const fsid = fsidOf(hub, world, parts, type)
  if (fsid.is !== 'found') return fsid
  const access = s3Access(hub, world, parts)
  if (access.is !== 'found') return access
  return { is: 'found', value: { region: fsid.value, s3ProfileName: access.value.profile.s3ProfileName } }
}

/** The one peer ref of a valid MirrorPeer that is on this cluster. */
export const refOnCluster = (
  mirrorPeer: Pick<MirrorPeerView, 'spec'>,
  clusterName: string,
): RefParts | undefined => partsOf(mirrorPeer).refs.find(({ ref }) => ref.clusterName === clusterName)

export const isInPolicy = (hub: HubKinds, world: World, clusterName: string): boolean =>
  world.find(hub.policiesByCluster, clusterName, []).length > 0
