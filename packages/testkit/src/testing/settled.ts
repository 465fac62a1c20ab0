import { expect } from 'vitest'
import type { Cluster } from '../cluster.ts'
import { eventually } from '../eventually.ts'
import { sameState } from '../same-state.ts'
import type { Snapshot } from '../snapshot.ts'

/** The state of a cluster that is the same when it is looked at again: its own controllers have come to an end. */
export const settled = (cluster: Cluster): Promise<Snapshot> =>
  eventually(cluster, async () => {
    const one = await cluster.snapshot()
    expect(sameState(one, await cluster.snapshot())).toEqual([])
    return one
  })
