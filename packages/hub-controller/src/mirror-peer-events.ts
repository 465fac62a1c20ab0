import { apiVersionOf, contract, kinds, type Condition, type MirrorPeer } from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'
import type { CacheReader, EventNote, EventRecorder, Runnable } from '@odfmo/controller-kit'
import type { HubKinds } from './kinds.ts'
import { orphanedFinalizers, type ManagedClusters } from './orphaned-finalizers.ts'
import { hasHubFinalizer, isDeleting, spokeFinalizersOf } from './standing.ts'

type Peer = DeepReadonly<MirrorPeer>

/**
 * What happened between two stored states of a MirrorPeer: a condition's status moved, or a finalizer went that
 * nobody but the hub was left to take off. The stored status is compared, so a restart tells nothing twice.
 */
export const eventsBetween = (old: Peer, now: Peer, clusters: ManagedClusters): readonly EventNote[] => {
  const removed = isDeleting(now)
    ? orphanedFinalizers(old, clusters).filter((finalizer) => !spokeFinalizersOf(now).includes(finalizer))
    : []
  return [
    ...(now.status?.conditions ?? []).flatMap((condition) => transition(old, condition)),
    ...removed.map((finalizer): EventNote => ({
      type: 'Warning',
      reason: 'SpokeFinalizerRemoved',
      action: 'RemoveFinalizer',
      note: `finalizer ${finalizer} was removed: its cluster is no ManagedCluster any more, so no agent is left to clean up there`,
    })),
    ...(hasHubFinalizer(old) && !hasHubFinalizer(now) && isDeleting(now) ? [cleanedUp] : []),
  ]
}

const cleanedUp: EventNote = {
  type: 'Normal',
  reason: 'CleanedUp',
  action: 'RemoveFinalizer',
  note: 'everything that only this MirrorPeer wanted is gone from the hub',
}

const ours = new Set<string>(Object.values(contract.mirrorPeer.condition))

/** Reasons that nobody but a person can do something about: told also when the condition was False before. */
const refusals = new Set([
  'InvalidSpec',
  'InvalidBlueSecret',
  'InvalidS3Secret',
  'InvalidExternalSecret',
  'ExternalStorage',
  'ConvergedStorage',
  'NoFsid',
  'ProfileTaken',
  'RamenConfigUnreadable',
  'RamenConfigUneditable',
  'DRClusterRefused',
  'NotOurs',
])

const transition = (
  old: Peer,
  { type, status, reason, message }: DeepReadonly<Condition>,
): readonly EventNote[] => {
  const before = old.status?.conditions?.find((condition) => condition.type === type)
  const { ready, validated, intervalShared } = contract.mirrorPeer.condition
  if (!ours.has(type) || status === 'Unknown') return []
  const moved = before?.status !== status
  // On the way to ready for the first time, what is still missing is no news; what is invalid is.
  const isNews = moved && (status === 'True' || before?.status === 'True' || type === validated)
  // Ready only repeats what the other conditions say.
  const isRefusal = status === 'False' && type !== ready && refusals.has(reason) && before?.reason !== reason
  if (!isNews && !isRefusal) return []
  const good = type === intervalShared ? 'False' : 'True'
  return [{ type: status === good ? 'Normal' : 'Warning', reason, action: type, note: message }]
}

export interface MirrorPeerEventsOptions {
  readonly hub: HubKinds
  readonly cache: CacheReader
  readonly recorder: Pick<EventRecorder, 'record'>
}

/** Tells of each transition as an Event; the leader only, else each replica would. */
export const mirrorPeerEvents = ({ hub, cache, recorder }: MirrorPeerEventsOptions): Runnable => ({
  name: 'mirror-peer-events',
  needsLeadership: true,
  async start(signal) {
    const clusters: ManagedClusters = {
      has: (name) => cache.get(hub.ManagedCluster, { name }) !== undefined,
      hasAny: (finalizer) => cache.find(hub.clustersByFinalizer, finalizer).length > 0,
    }
    const unsubscribe = cache.onEvent(({ of, old, object }) => {
      if (of !== hub.MirrorPeer || old === undefined || object === undefined) return
      const now = object as Peer
      for (const note of eventsBetween(old as Peer, now, clusters)) {
        recorder.record(
          { apiVersion: apiVersionOf(kinds.MirrorPeer), kind: kinds.MirrorPeer.kind, metadata: now.metadata },
          note,
        )
      }
    })
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      else signal.addEventListener('abort', () => resolve(), { once: true })
    })
    unsubscribe()
  },
})
