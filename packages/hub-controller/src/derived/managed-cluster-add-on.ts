import { apiVersionOf, contract, kinds, keyOf, type ManagedClusterAddOn } from '@odfmo/api-types'
import type { DeepReadonly, OwnerReference } from '@odfmo/api-types/meta'
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
import { clusterState, namespaceProblem } from '../cluster-state.ts'
import type { HubKinds } from '../kinds.ts'
import { partsOf, typeOf } from '../parts.ts'
import {
  hasHubFinalizer,
  holdersOf,
  isDeleting,
  standing,
  waitWhilePaused,
  type MirrorPeerView,
} from '../standing.ts'
import { refOnCluster } from './dr-cluster.ts'
import { waiting } from '../status/waiting.ts'

type AddOnView = DeepReadonly<Pick<ManagedClusterAddOn, 'metadata' | 'spec'>>

/**
 * The add-on of a cluster: where its agent is installed and how it works, by the elder rule, and an owner
 * reference for each MirrorPeer that uses it. Other people's annotations and owners stay.
 */
export const managedClusterAddOn = (hub: HubKinds): Derived<ManagedClusterAddOn> =>
  derived({
    name: 'managed-cluster-add-on',
    kind: hub.ManagedClusterAddOn,
    keys: [
      from(hub.MirrorPeer, (mirrorPeer) => partsOf(mirrorPeer).refs.map(({ addOn }) => addOn)),
      from(hub.ManagedClusterAddOn, (addOn) => [keyOf(addOn)]),
    ],
    wanted(key, world) {
      const clusterName = key.namespace ?? ''
      const live = world.read(hub.ManagedClusterAddOn, key, ['spec', 'meta'])
      // OCM takes it away with the cluster; nothing is made or repaired meanwhile.
      if (live?.metadata.deletionTimestamp !== undefined) {
        return (
          withoutGoing(hub, world, clusterName, live) ?? waiting('AddOnDeleting', addOnDeleting(clusterName))
        )
      }
      const state = clusterState(hub, world, clusterName)
      const holders = state.is === 'missing' ? [] : holdersOf(hub, world, clusterName).by
      const [eldest] = holders
      const homeless =
        live === undefined && eldest !== undefined ? namespaceProblem(hub, world, clusterName) : undefined
      if (homeless !== undefined) return waiting('NoNamespace', homeless)
      if (eldest !== undefined) {
        return state.is === 'usable'
          ? wantedBy(eldest, { holders, going: goingUids(hub, world, clusterName) }, key, live)
          : (withoutGoing(hub, world, clusterName, live) ?? waiting(state.reason, state.message))
      }
      return live === undefined ? leave() : unwanted(hub, world, clusterName, live)
    },
  })

const addOnDeleting = (clusterName: string): string =>
  `the ManagedClusterAddOn ${contract.addon.name} in namespace ${clusterName} is being deleted; it is made again when OCM has taken it away`

const wantedBy = (
  eldest: MirrorPeerView,
  { holders, going }: { readonly holders: readonly MirrorPeerView[]; readonly going: ReadonlySet<string> },
  { namespace, name }: { readonly namespace?: string; readonly name: string },
  live: AddOnView | undefined,
) => {
  const installNamespace = refOnCluster(eldest, namespace ?? '')?.ref.storageClusterRef.namespace ?? ''
  const annotations = { ...live?.metadata.annotations, [contract.annotation.mode]: typeOf(eldest) }
  const owners = live?.metadata.ownerReferences ?? []
  // Without our finalizer on it nobody would remember to take the reference off again.
  const missing = holders
    .filter(hasHubFinalizer)
    .map(ownerOf)
    .filter(({ uid }) => owners.every((owner) => owner.uid !== uid))
  const staying = owners.filter(({ uid }) => !going.has(uid))
  const ownerReferences = [...staying, ...missing]
  if (live === undefined) {
    return present<ManagedClusterAddOn>({
      metadata: { name, ...(namespace === undefined ? {} : { namespace }), annotations, ownerReferences },
      spec: { installNamespace },
    })
  }
  return edited(
    {
      ...live,
      metadata: { ...live.metadata, annotations, ownerReferences },
      spec: { ...live.spec, installNamespace },
    },
    { confirm: staying.length < owners.length },
  )
}

/** The MirrorPeers on this cluster that are deleting and hold nothing any more: their references go while they are still there. */
const goingUids = (hub: HubKinds, world: World, clusterName: string): ReadonlySet<string> =>
  new Set(
    world
      .find(hub.mirrorPeersByCluster, clusterName, ['spec', 'meta'])
      .filter((mirrorPeer) => isDeleting(mirrorPeer) && standing(hub, world, mirrorPeer) === 'none')
      .flatMap(({ metadata: { uid } }) => (uid === undefined ? [] : [uid])),
  )

/**
 * Nothing but the references of MirrorPeers that are done, where nothing else may be written: else they would have to
 * wait for whatever becomes of the cluster and of others. Undefined: there are none.
 */
const withoutGoing = (hub: HubKinds, world: World, clusterName: string, live: AddOnView | undefined) => {
  const going = goingUids(hub, world, clusterName)
  const owners = live?.metadata.ownerReferences ?? []
  const ownerReferences = owners.filter(({ uid }) => !going.has(uid))
  if (live === undefined || ownerReferences.length === owners.length) return undefined
  return edited({ ...live, metadata: { ...live.metadata, ownerReferences } }, { confirm: true })
}

/** A plain owner: OCM's add-on manager is the controller. */
const ownerOf = ({ metadata: { name = '', uid = '' } }: MirrorPeerView): OwnerReference => ({
  apiVersion: apiVersionOf(kinds.MirrorPeer),
  kind: kinds.MirrorPeer.kind,
  name,
  uid,
})

const unwanted = (hub: HubKinds, world: World, clusterName: string, live: AddOnView) => {
  const end = endOfAddOn(hub, world, clusterName, live)
  switch (end.is) {
    case 'starting':
      return waitWhilePaused()
    case 'goes':
      return absent()
    case 'stays': {
      const metadata = { ...live.metadata, ownerReferences: end.ownerReferences }
      return edited({ ...live, metadata }, { confirm: true })
    }
  }
}

type EndOfAddOn =
  | { readonly is: 'starting' }
  | { readonly is: 'goes' }
  /** Somebody else owns it, or a suspended MirrorPeer has it: only what deleting MirrorPeers have on it is taken away. */
  | { readonly is: 'stays'; readonly ownerReferences: readonly DeepReadonly<OwnerReference>[] }

/**
 * What becomes of an add-on that nobody holds: it goes when no owner but OCM's is left. A reference bears no
 * label: that of a MirrorPeer which is not deleting stays, whatever is wrong with that one.
 */
export const endOfAddOn = (
  hub: HubKinds,
  world: World,
  clusterName: string,
  { metadata }: Pick<AddOnView, 'metadata'>,
): EndOfAddOn => {
  const candidates = world.find(hub.mirrorPeersByCluster, clusterName, ['spec', 'meta'])
  const standings = new Set(candidates.map((mirrorPeer) => standing(hub, world, mirrorPeer)))
  if (standings.has('starting')) return { is: 'starting' }
  const owners = metadata.ownerReferences ?? []
  const uids = (those: readonly MirrorPeerView[]): ReadonlySet<string> =>
    new Set(those.flatMap(({ metadata: { uid } }) => (uid === undefined ? [] : [uid])))
  const there = uids(candidates)
  const going = uids(candidates.filter(isDeleting))
  // A MirrorPeer that is not there any more owns nothing; its reference is the garbage collector's.
  const others = owners.filter(
    (owner) =>
      !isClusterManagementAddOn(owner) &&
      !(isMirrorPeer(owner) && (going.has(owner.uid) || !there.has(owner.uid))),
  )
  if (others.length === 0 && !standings.has('suspended') && isOurs({ metadata })) return { is: 'goes' }
  return { is: 'stays', ownerReferences: owners.filter(({ uid }) => !going.has(uid)) }
}

const groupOf = ({ apiVersion }: DeepReadonly<OwnerReference>): string => apiVersion.split('/')[0] ?? ''

const isMirrorPeer = (owner: DeepReadonly<OwnerReference>): boolean =>
  groupOf(owner) === contract.group && owner.kind === kinds.MirrorPeer.kind

const isClusterManagementAddOn = (owner: DeepReadonly<OwnerReference>): boolean =>
  groupOf(owner) === kinds.ClusterManagementAddOn.group && owner.kind === kinds.ClusterManagementAddOn.kind

/** Made for a MirrorPeer once: one of a user that no MirrorPeer ever used is left alone. */
const isOurs = ({ metadata }: Pick<AddOnView, 'metadata'>): boolean =>
  metadata.annotations?.[contract.annotation.mode] !== undefined ||
  (metadata.ownerReferences ?? []).some(isMirrorPeer)
