import { keyOf } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import type { Clock, EventNote, EventRecorder } from '@odfmo/controller-kit'
import { aboutStorageCluster, repeatMs } from './storage-cluster-news.ts'

/** What is needed to tell of a hub that this agent has never seen. */
export interface NewsWithoutHubOptions {
  /** Whether the hub has ever said which MirrorPeers there are. */
  readonly isHubKnown: () => boolean
  /** The Event that is worth telling on every StorageCluster now, if there is one. */
  readonly ofAll: () => EventNote | undefined
  /** Those beside which the agent lives, from the server. */
  readonly storageClusters: () => Promise<readonly KubeObject[]>
  readonly recorder: Pick<EventRecorder, 'record'>
  readonly clock: Clock
}

/**
 * Tells what holds for all StorageClusters while no MirrorPeer is known that would name them: an agent that is started when its
 * credentials have ended, as after a long rest of its cluster, sees nothing of the hub. To be called every few seconds.
 */
export const newsWithoutHub = ({
  isHubKnown,
  ofAll,
  storageClusters,
  recorder,
  clock,
}: NewsWithoutHubOptions): (() => void) => {
  let told: { readonly reason: string; readonly at: number } | undefined
  const tell = async (note: EventNote): Promise<void> => {
    for (const found of await storageClusters())
      recorder.record(aboutStorageCluster(keyOf(found), found.metadata.uid), note)
  }
  return () => {
    const note = isHubKnown() ? undefined : ofAll()
    const now = clock.monotonic()
    if (note === undefined || (told?.reason === note.reason && now - told.at < repeatMs)) return
    told = { reason: note.reason, at: now }
    // The log says it in any case; a server that does not answer is asked the next time.
    void tell(note).catch(() => (told = undefined))
  }
}
