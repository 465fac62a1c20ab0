import type { Cluster } from './cluster.ts'
import type { Journal } from './journal.ts'

/**
 * What was asked of a cluster so far, all of it: a real server writes its journal a moment after its answers, and is
 * waited for. Throws TypeError for a cluster that keeps none (provider `existing`).
 */
export const journalOf = async ({
  name,
  provider,
  requests,
}: Pick<Cluster, 'name' | 'provider' | 'requests'>): Promise<Journal> => {
  if (requests === undefined)
    throw new TypeError(`${name}: a cluster of provider ${provider} does not tell what is asked of it`)
  return requests.upToNow()
}
