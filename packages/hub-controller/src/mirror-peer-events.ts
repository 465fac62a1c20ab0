import { apiVersionOf, contract, kinds, type Condition, type MirrorPeer } from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'
import type { CacheReader, EventNote, EventRecorder, Runnable } from '@odfmo/controller-kit'
import type { HubKinds } from './kinds.ts'
import { orphanedFinalizers, type ManagedClusters } from './orphaned-finalizers.ts'
import { isReason, reasons, type Reason } from './status/reasons/reasons.ts'
import { hasHubFinalizer, isDeleting, spokeFinalizersOf } from './standing.ts'

type Peer = DeepReadonly<MirrorPeer>

/** What is asked of the hub to know what happened. */
export interface EventsContext {
  readonly clusters: ManagedClusters
  /** Whether nothing is left on the hub that only this MirrorPeer wanted. */
  readonly isCleanedUp: (mirrorPeer: Peer) => boolean
}

/**
 * What happened between two stored states of a MirrorPeer (undefined: it is gone): a condition's status moved, or a finalizer
 * went that nobody but the hub was left to take off. The stored status is compared, so a restart tells nothing twice.
 */
export const eventsBetween = (
  old: Peer,
  now: Peer | undefined,
  { clusters, isCleanedUp }: EventsContext,
): readonly EventNote[] => {
  const ended = hasEnded(old, now) && isCleanedUp(old) ? [cleanedUp] : []
  if (now === undefined) return ended
  const removed = isDeleting(now)
    ? orphanedFinalizers(old, clusters).filter((finalizer) => !spokeFinalizersOf(now).includes(finalizer))
    : []
  const conditions = now.status?.conditions ?? []
  return [
    ...withoutRepeats(
      conditions
        .filter((condition) => !isRepeat(condition, conditions))
        .flatMap((one) => transition(old, one)),
    ),
    ...removed.map((finalizer): EventNote => ({
      type: 'Warning',
      reason: 'SpokeFinalizerRemoved',
      action: 'RemoveFinalizer',
      note: `finalizer ${finalizer} was removed: its cluster is no ManagedCluster any more, so no agent is left to clean up there`,
    })),
    ...ended,
  ]
}

/**
 * Our finalizer is off, usually the last one: the object goes with it. A person may have taken it off too, so what is left must
 * be asked for beside this.
 */
const hasEnded = (old: Peer, now: Peer | undefined): boolean =>
  isDeleting(old) &&
  hasHubFinalizer(old) &&
  spokeFinalizersOf(old).length === 0 &&
  (now === undefined || !hasHubFinalizer(now))

/** Ready that is False only repeats what another condition says, and that one has its own Event. */
const isRepeat = (
  { type, status, reason }: DeepReadonly<Condition>,
  all: readonly DeepReadonly<Condition>[],
): boolean =>
  type === contract.mirrorPeer.condition.ready &&
  status === 'False' &&
  all.some((other) => ours.has(other.type) && other.type !== type && isSameCause(other, { status, reason }))

const isSameCause = (one: DeepReadonly<Condition>, other: Pick<Condition, 'status' | 'reason'>): boolean =>
  one.status === other.status && one.reason === other.reason

/** One cause can stand on several conditions in the same words. */
const withoutRepeats = (notes: readonly EventNote[]): readonly EventNote[] =>
  notes.filter(
    (note, place) =>
      place === notes.findIndex(({ reason, note: text }) => reason === note.reason && text === note.note),
  )

/**
 * The MirrorPeer as Events tell of it: a condition that is False for what passes by itself stays as it was before. `old` is
 * what was told last, so that what comes after is compared with that.
 */
export const withoutPassing = (old: Peer | undefined, now: Peer): Peer => {
  const conditions = now.status?.conditions
  if (conditions === undefined || !conditions.some(isPassing)) return now
  const before = old?.status?.conditions ?? []
  return {
    ...now,
    status: {
      ...now.status,
      conditions: conditions.flatMap((condition) =>
        isPassing(condition) ? before.filter(({ type }) => type === condition.type) : [condition],
      ),
    },
  }
}

const isPassing = ({ type, status, reason }: DeepReadonly<Condition>): boolean =>
  ours.has(type) &&
  status === 'False' &&
  reason !== deleting &&
  isReason(reason) &&
  reasons[reason].acts === 'nobody'

const deleting: Reason = 'Deleting'

const cleanedUp: EventNote = {
  type: 'Normal',
  reason: 'CleanedUp',
  action: 'RemoveFinalizer',
  note: 'everything that only this MirrorPeer wanted is gone from the hub',
}

const ours = new Set<string>(Object.values(contract.mirrorPeer.condition))

/** Reasons that nobody but a person can do something about: told also when the condition was False before. */
const isRefusal = (reason: string): boolean => isReason(reason) && reasons[reason].refusal === true

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
  const isRefused = status === 'False' && type !== ready && isRefusal(reason) && before?.reason !== reason
  if (!isNews && !isRefused) return []
  const good = type === intervalShared ? 'False' : 'True'
  // Somebody asked for its deletion: that it is not ready then is as wanted.
  const isNormal = status === good || reason === deleting
  return [{ type: isNormal ? 'Normal' : 'Warning', reason, action: type, note: message }]
}

export interface MirrorPeerEventsOptions {
  readonly hub: HubKinds
  readonly cache: CacheReader
  readonly isCleanedUp: EventsContext['isCleanedUp']
  readonly recorder: Pick<EventRecorder, 'record'>
  /** Whether this replica leads at this moment: one that was paused wakes up with news that another has told. */
  readonly leads: () => boolean
}

/** Tells of each transition as an Event; the leader only, else each replica would. */
export const mirrorPeerEvents = ({
  hub,
  cache,
  isCleanedUp,
  recorder,
  leads,
}: MirrorPeerEventsOptions): Runnable => ({
  name: 'mirror-peer-events',
  needsLeadership: true,
  async start(signal) {
    const clusters: ManagedClusters = {
      has: (name) => cache.get(hub.ManagedCluster, { name }) !== undefined,
      hasAny: (finalizer) => cache.find(hub.clustersByFinalizer, finalizer).length > 0,
    }
    const context: EventsContext = { clusters, isCleanedUp }
    // By uid, where it is not the stored state: while something passes by itself.
    const toldLast = new Map<string, Peer>()
    const unsubscribe = cache.onEvent(({ of, old, object }) => {
      if (of !== hub.MirrorPeer || old === undefined) return
      const { uid = '' } = old.metadata
      const before = toldLast.get(uid) ?? (old as Peer)
      const now = object === undefined ? undefined : withoutPassing(before, object as Peer)
      if (now === undefined || now === object) toldLast.delete(uid)
      else toldLast.set(uid, now)
      if (!leads()) return
      const { metadata } = now ?? before
      for (const note of eventsBetween(
        { ...before, spec: (old as Peer).spec, metadata: old.metadata },
        now,
        context,
      )) {
        recorder.record(
          { apiVersion: apiVersionOf(kinds.MirrorPeer), kind: kinds.MirrorPeer.kind, metadata },
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
