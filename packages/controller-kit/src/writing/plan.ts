import type { CacheReader } from '../cache/cache.ts'
import { systemClock } from '../clock.ts'
import { Applier, type ApplierOptions } from './applier.ts'
import { plannedCache } from './planned-cache.ts'
import { PlanningClient, type PlanJudge } from './planning-client.ts'
import type { WriteRecord } from './writer.ts'
import type { Writes } from './writes.ts'

/** Whose writes, compared with what, and who says what would come of them. */
export interface PlanWritesOptions extends Pick<ApplierOptions, 'clients' | 'clock'> {
  /** Who writes; in the records. */
  readonly name: string
  readonly cache: CacheReader
  /** Default: `nobody`, nothing is sent but reads. */
  readonly judge?: PlanJudge
}

/** A write that would be sent: names and paths, never values. */
export interface ForeseenWrite extends WriteRecord {
  /** `refused`: the server judged that it will not have it. */
  readonly outcome: 'stored' | 'gone' | 'refused'
}

/** What a plan is made in: the cache as it would be, and the writes that are only noted. */
export interface Planning {
  readonly cache: CacheReader
  readonly write: Writes
}

/**
 * Runs what would write, by the code that writes, and answers the list of its writes instead: nothing changes in any
 * cluster or cache. Throws what `run` throws; reads, and with `judge: 'server'` dry runs, fail as requests do.
 */
export const planWrites = async (
  { name, cache, clients, clock = systemClock, judge = 'nobody' }: PlanWritesOptions,
  run: (planning: Planning) => Promise<unknown>,
  signal: AbortSignal = new AbortController().signal,
): Promise<readonly ForeseenWrite[]> => {
  const writes: ForeseenWrite[] = []
  const planned = plannedCache(cache)
  const applier = new Applier({
    name,
    cache: planned,
    clients: Object.fromEntries(
      Object.entries(clients).map(([cluster, client]) => [
        cluster,
        new PlanningClient({ client, cluster, judge, clock }),
      ]),
    ),
    clock,
    observer: {
      wrote(record, outcome) {
        if (outcome === 'stored' || outcome === 'gone' || outcome === 'refused')
          writes.push({ ...record, outcome })
      },
    },
  })
  await run({ cache: planned, write: { apply: (intent) => applier.apply(intent, signal) } })
  return writes
}
