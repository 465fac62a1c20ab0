import { contract, type Condition, type MirrorPeer } from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'
import type { CacheReader, Metrics, Sample } from '@odfmo/controller-kit'
import type { HubKinds } from './kinds.ts'
import { isReason } from './status/reasons/reasons.ts'

type Peer = DeepReadonly<MirrorPeer>

export interface MirrorPeerMetricsOptions {
  readonly metrics: Pick<Metrics, 'watchGauge'>
  readonly hub: HubKinds
  readonly cache: CacheReader
  /** Wall clock, milliseconds. */
  readonly now: () => number
}

/** What is worth an alarm about MirrorPeers, from their stored status; as many series as phases and reasons, not as MirrorPeers. */
export const watchMirrorPeers = ({ metrics, hub, cache, now }: MirrorPeerMetricsOptions): void => {
  const all = (): readonly Peer[] => cache.list(hub.MirrorPeer)
  metrics.watchGauge(
    { name: 'odfmo_mirrorpeers', help: 'MirrorPeers by phase and by Ready', labels: ['phase', 'ready'] },
    () => byPhase(all()),
  )
  metrics.watchGauge(
    {
      name: 'odfmo_mirrorpeers_not_ready',
      help: 'MirrorPeers whose Ready is not True, by its reason',
      labels: ['reason'],
    },
    () => byReason(all()),
  )
  metrics.watchGauge(
    {
      name: 'odfmo_mirrorpeers_longest_not_ready_seconds',
      help: 'Time for which that MirrorPeer is not ready which is so for longest; 0: all are',
      labels: [],
    },
    () => [[{}, longestNotReadyMs(all(), now()) / 1000]],
  )
}

/** Undefined also for conditions that are none: they may have been stored before there was a schema. */
const readyOf = ({ status }: Peer): DeepReadonly<Condition> | undefined => {
  const conditions: unknown = status?.conditions
  if (!Array.isArray(conditions)) return undefined
  const all = conditions as readonly (DeepReadonly<Condition> | null)[]
  return all.find((one) => one?.type === contract.mirrorPeer.condition.ready) ?? undefined
}

const phases = new Set<string>(Object.values(contract.mirrorPeer.phase))
const statuses = new Set(['True', 'False', 'Unknown'])

/** Whoever may write a status may write anything: what is no word of ours is one word. */
const among = (known: ReadonlySet<string>, text: string | undefined): string =>
  text === undefined ? '' : known.has(text) ? text : 'other'

const byPhase = (all: readonly Peer[]): readonly Sample<'phase' | 'ready'>[] =>
  counted(
    all.map((peer) => ({
      phase: among(phases, peer.status?.phase),
      ready: among(statuses, readyOf(peer)?.status),
    })),
  )

const byReason = (all: readonly Peer[]): readonly Sample<'reason'>[] =>
  counted(
    all.flatMap((peer) => {
      const ready = readyOf(peer)
      if (ready?.status === 'True') return []
      const { reason } = ready ?? { reason: '' }
      return [{ reason: reason === '' || isReason(reason) ? reason : 'other' }]
    }),
  )

const counted = <L extends string>(labels: readonly Readonly<Record<L, string>>[]): readonly Sample<L>[] => {
  const counts = new Map<string, Sample<L>>()
  for (const one of labels) {
    const id = JSON.stringify(one)
    counts.set(id, [one, (counts.get(id)?.[1] ?? 0) + 1])
  }
  return [...counts.values()]
}

const longestNotReadyMs = (all: readonly Peer[], now: number): number => {
  const since = all.flatMap((peer) => {
    const ready = readyOf(peer)
    if (ready?.status === 'True') return []
    const from = Date.parse(ready?.lastTransitionTime ?? peer.metadata.creationTimestamp ?? '')
    return Number.isNaN(from) ? [] : [now - from]
  })
  return Math.max(0, ...since)
}
