import { apiVersionOf, keyText, kinds, type MirrorPeer, type ObjectKey } from '@odfmo/api-types'
import type {
  CacheReader,
  Clock,
  Derived,
  EventNote,
  EventRecorder,
  Explanation,
} from '@odfmo/controller-kit'
import type { AgentWorld } from '../kinds.ts'
import { concernedStorageClusters, storageClustersOf } from './concerned-storage-clusters.ts'
import { needsAdministrator } from './needs-administrator.ts'

/** What is needed to tell administrators of the spoke what waits for them. */
export interface StorageClusterNewsOptions {
  readonly agent: AgentWorld
  /** The rules that states are of. */
  readonly derived: readonly Derived[]
  readonly cache: Pick<CacheReader, 'get' | 'find' | 'list'>
  /** The Event that is worth telling on every StorageCluster now, if there is one. */
  readonly ofAll: () => EventNote | undefined
  readonly recorder: Pick<EventRecorder, 'record'>
  readonly clock: Clock
}

/** Twice within the hour that a server keeps Events: one that gets lost does not end what `kubectl describe` shows. */
export const repeatMs = 30 * 60_000

interface News {
  readonly storageCluster: ObjectKey
  readonly note: EventNote
}

/**
 * Tells of states that only an administrator can put right, as Events on the StorageClusters that they are about: the agent
 * has no status of its own here, and none to write on the hub. Told when it begins, and kept alive while it lasts; nothing is
 * written while all is well. The answer is to be called with all states, every few seconds.
 */
export const storageClusterNews = (
  options: StorageClusterNewsOptions,
): ((explanations: readonly Explanation[]) => void) => {
  const { agent, cache, recorder, clock } = options
  /** When each piece of news was told last, by the monotonic clock. */
  let told = new Map<string, number>()
  return (explanations) => {
    const now = clock.monotonic()
    const lasting = new Map<string, number>()
    for (const { storageCluster, note } of newsOf(explanations, options)) {
      const id = [keyText(storageCluster), note.reason, note.action, note.note].join('\n')
      const live = cache.get(agent.spoke.StorageCluster, storageCluster)
      // One cause may stand on many objects. Where there is no StorageCluster there is nothing to tell it on yet.
      if (lasting.has(id) || live === undefined) continue
      const toldAt = told.get(id)
      const isDue = toldAt === undefined || now - toldAt >= repeatMs
      lasting.set(id, isDue ? now : toldAt)
      if (isDue) recorder.record(aboutStorageCluster(storageCluster, live.metadata.uid), note)
    }
    told = lasting
  }
}

const newsOf = (
  explanations: readonly Explanation[],
  { agent, derived, cache, ofAll }: StorageClusterNewsOptions,
): readonly News[] => {
  const ofObjects = explanations.flatMap(({ derived: name, key, state }): readonly News[] => {
    const rule = derived.find((one) => one.name === name)
    if (rule === undefined || !('reason' in state) || !needsAdministrator(state)) return []
    const { reason, message } = state
    // The same for all objects: what holds all of them back is one Event.
    const note: EventNote = { type: 'Warning', reason, action: 'Reconcile', note: message, lasting: true }
    return concernedStorageClusters(agent, cache, rule.kind, key).map((storageCluster) => ({
      storageCluster,
      note,
    }))
  })
  const note = ofAll()
  if (note === undefined) return ofObjects
  const all = storageClustersOf(agent, cache.list<MirrorPeer>(agent.hub.MirrorPeer))
  return [...ofObjects, ...all.map((storageCluster) => ({ storageCluster, note }))]
}

/** What an Event on it is about: `kubectl describe` looks for the uid too. */
export const aboutStorageCluster = ({ namespace = '', name }: ObjectKey, uid: string | undefined) => ({
  apiVersion: apiVersionOf(kinds.StorageCluster),
  kind: kinds.StorageCluster.kind,
  metadata: { namespace, name, ...(uid === undefined ? {} : { uid }) },
})
