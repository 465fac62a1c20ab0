import { futureRevision } from '../verbs/list-options.ts'
import type { ListOptions } from '../verbs/list-options.ts'
import type { Api } from '../verbs/api.ts'
import type { Exchange } from './exchange.ts'

/**
 * Which past a read sees because of a fault; undefined for the present. Throws the 504 of a version that the past does not
 * have yet. Of a past that history no longer has, the oldest that it has is seen.
 */
export const pastOf = (
  { store }: Api,
  { staleness }: Pick<Exchange, 'staleness'>,
  { revision, match, continueToken }: Pick<ListOptions, 'revision' | 'match' | 'continueToken'>,
): number | undefined => {
  if (staleness === undefined || match === 'Exact' || continueToken !== '') return undefined
  if (revision === undefined && staleness.reads === 'cached') return undefined
  const past = Math.max(staleness.visible, store.compactedRevision)
  if (past >= store.revision) return undefined
  if (revision !== undefined && revision > past) throw futureRevision(revision, past)
  return past
}
