import type { Json } from '../writing/merge-patch.ts'
import type { FreshReads } from './confirm.ts'
import type { Contest, Contests, Rival } from './contests.ts'
import type { Realised } from './decide.ts'
import type { EngineReason } from './engine-reasons.ts'
import { managerOf } from './field-manager.ts'
import type { Node } from './node.ts'

/** What is needed to deal with others who set our fields back. */
export interface Referee {
  readonly contests: Contests
  readonly fresh: FreshReads
  /** Under which name we write. */
  readonly fieldManager: string
  /** Called once when a contest is found out, and once when it is over. */
  readonly onContest: (what: 'begins' | 'over', contest: Contest) => void
}

/** What keeps a write from being sent now; undefined: it may be. `patch` undefined: the object is to be made. */
export const restOf = async (
  node: Node,
  patch: Json | undefined,
  { contests, fresh, fieldManager, onContest }: Referee,
): Promise<Realised | undefined> => {
  const verdict = contests.judge(node, patch)
  switch (verdict.is) {
    case 'free':
      return undefined
    case 'held':
      return resting(verdict)
    case 'suspected': {
      const { path, rule } = verdict
      const rival: Rival =
        rule === undefined
          ? // The caches keep no field managers: asked only now.
            rivalOf(managerOf(await fresh.view().unselected(node.derived.kind, node.key), path, fieldManager))
          : { is: 'rule', name: rule }
      const begun = contests.begin(node, path, rival)
      onContest('begins', begun.contest)
      return resting(begun)
    }
  }
}

/** A write was stored; undefined: the object was made. */
export const noteWrite = (node: Node, patch: Json | undefined, { contests, onContest }: Referee): void => {
  for (const ended of contests.wrote(node, patch)) onContest('over', ended)
}

/** The outcome as it stands beside a contest: what is as wanted now may be set back in a moment. */
export const withContest = (node: Node, outcome: Realised, { contests, onContest }: Referee): Realised => {
  switch (outcome.state.is) {
    case 'present': {
      const settled = contests.settled(node)
      if (settled.is === 'watched') return resting(settled)
      if (settled.is === 'over') onContest('over', settled.contest)
      return outcome
    }
    case 'absent':
    case 'left':
    case 'waiting': {
      const ended = contests.forget(node)
      if (ended !== undefined) onContest('over', ended)
      return outcome
    }
    case 'pending':
    case 'writing':
    case 'going':
    case 'failed':
      return outcome
  }
}

export const resting = ({
  contest,
  waitMs,
}: {
  readonly contest: Contest
  readonly waitMs: number
}): Realised => ({
  state: { is: 'failed', reason: 'Contested' satisfies EngineReason, message: contest.message },
  retry: { afterMs: waitMs },
})

const rivalOf = (manager: string | undefined): Rival =>
  manager === undefined ? { is: 'unknown' } : { is: 'manager', name: manager }
