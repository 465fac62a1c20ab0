import { contract, keyOf, type MirrorPeer } from '@odfmo/api-types'
import { derived, edited, from, leave, type Derived, type World } from '@odfmo/controller-kit'
import type { HubKinds } from '../kinds.ts'
import { leftovers, type LeftoverRules } from '../leftovers.ts'
import { orphanedFinalizers, spokeFinalizerForms, type ManagedClusters } from '../orphaned-finalizers.ts'
import { partsOf } from '../parts.ts'
import { hasHubFinalizer, isDeleting, spokeFinalizersOf, type MirrorPeerView } from '../standing.ts'
import { validationOf } from '../validation.ts'
import { listText } from '../status/list-text.ts'
import { waiting } from '../status/waiting.ts'

/**
 * Our finalizer and the backup label, in one write. On the way out: spoke finalizers that no agent is left to
 * take off, then our own, when a look on fresh reads finds nothing left that only this MirrorPeer wanted.
 */
export const mirrorPeerMetadata = (hub: HubKinds, rules: LeftoverRules): Derived<MirrorPeer> =>
  derived({
    name: 'mirror-peer-metadata',
    kind: hub.MirrorPeer,
    // Nothing is made before it.
    urgent: true,
    keys: [from(hub.MirrorPeer, (mirrorPeer) => [keyOf(mirrorPeer)])],
    wanted(key, world) {
      const mirrorPeer = world.read(hub.MirrorPeer, key, ['spec', 'meta'])
      if (mirrorPeer === undefined) return leave()
      return isDeleting(mirrorPeer)
        ? ending(hub, world, mirrorPeer, rules)
        : beginning(hub, world, mirrorPeer)
    },
  })

const withMetadata = (mirrorPeer: MirrorPeerView, metadata: Partial<MirrorPeer['metadata']>): MirrorPeer => ({
  ...mirrorPeer,
  metadata: { ...mirrorPeer.metadata, ...metadata },
})

const beginning = (hub: HubKinds, world: World, mirrorPeer: MirrorPeerView) => {
  const validation = validationOf(hub, world, mirrorPeer)
  if (validation.is === 'invalid') return waiting(validation.reason, validation.message)
  const { finalizers = [], labels } = mirrorPeer.metadata
  return edited(
    withMetadata(mirrorPeer, {
      finalizers: hasHubFinalizer(mirrorPeer) ? finalizers : [...finalizers, contract.finalizer.hub],
      labels: { ...labels, [contract.label.backup]: contract.backupResource },
    }),
  )
}

const ending = (hub: HubKinds, world: World, mirrorPeer: MirrorPeerView, rules: LeftoverRules) => {
  const { finalizers = [] } = mirrorPeer.metadata
  const orphaned = orphanedFinalizers(mirrorPeer, clustersIn(hub, world))
  const others = finalizers.filter((finalizer) => !orphaned.includes(finalizer))
  if (orphaned.length > 0) return edited(withMetadata(mirrorPeer, { finalizers: others }), { confirm: true })
  const spokes = spokeFinalizersOf(mirrorPeer)
  if (spokes.length > 0) return waiting('AgentsCleaningUp', cleaningUp(mirrorPeer))
  if (!hasHubFinalizer(mirrorPeer)) return leave()
  const left = leftovers(hub, world, mirrorPeer, rules)
  if (left.length > 0) return waiting('CleaningUp', `waiting until these are gone: ${listText(left, ', ')}`)
  return edited(
    withMetadata(mirrorPeer, {
      finalizers: finalizers.filter((finalizer) => finalizer !== contract.finalizer.hub),
    }),
    { confirm: true },
  )
}

/** Who must still do something, by the finalizers that are on. */
const cleaningUp = (mirrorPeer: MirrorPeerView): string => {
  const names = partsOf(mirrorPeer).refs.map(({ ref }) => ref.clusterName)
  return spokeFinalizersOf(mirrorPeer)
    .map((finalizer) => {
      const cluster = names.find((name) => spokeFinalizerForms(name).includes(finalizer))
      return `waiting for finalizer ${finalizer}: ${cluster === undefined ? 'its agent' : `the agent of ${cluster}`} has not cleaned up yet`
    })
    .join('; ')
}

const clustersIn = (hub: HubKinds, world: World): ManagedClusters => ({
  has: (name) => world.meta(hub.ManagedCluster, { name }) !== undefined,
  hasAny: (finalizer) => world.find(hub.clustersByFinalizer, finalizer, []).length > 0,
})
