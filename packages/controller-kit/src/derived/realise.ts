import type { KubeObject } from '@odfmo/api-types/meta'
import type { CacheReader, WriteObserver } from '../cache/cache.ts'
import { selectedBy } from '../cache/selector.ts'
import { sharing } from '../cache/sharing.ts'
import { isForbidden, isNotFound } from '../client/kube-error.ts'
import { isKept, type Json } from '../writing/merge-patch.ts'
import type { WriteOutcome, Writer, WriteTarget } from '../writing/writer.ts'
import { noteWrite, resting, restOf, withContest, type Referee } from './contested.ts'
import type { Contests } from './contests.ts'
import {
  again,
  decide,
  decidePresent,
  failed,
  goingState,
  isGoing,
  notKeptMessage,
  settled,
  type Decision,
  type Live,
  type Realised,
} from './decide.ts'
import type { EngineReason } from './engine-reasons.ts'
import type { Evaluation } from './evaluate.ts'
import { keptOf } from './fresh-view.ts'
import { lookAgain, type Looker } from './look-again.ts'
import type { Node } from './node.ts'
import type { Present } from './wanted.ts'

/** What is needed to bring one key to what its rule wants. */
export interface Step extends Looker, Referee {
  readonly cache: CacheReader & WriteObserver
  readonly writer: Writer
}

/** Compares what is wanted with what is there and does at most one write. Throws what the server or the rule threw. */
export const realise = async (node: Node, result: Evaluation<KubeObject>, step: Step): Promise<Realised> => {
  const decision = decide(node, result, step.cache)
  const held = heldBy(node, decision, step.contests)
  if (held !== undefined) return resting(held)
  const sure = isDestructive(decision) ? await confirm(node, result, step) : decision
  return withContest(node, await perform(node, sure, step), step)
}

/** What holds back the write that a decision asks for, without a look at the server. */
export const heldBy = (
  node: Node,
  decision: Decision,
  contests: Contests,
): ReturnType<Contests['heldBy']> => {
  switch (decision.is) {
    case 'create':
      return contests.heldBy(node, undefined)
    case 'patch':
      return contests.heldBy(node, decision.patch)
    case 'settled':
    case 'delete':
      return undefined
  }
}

const isDestructive = (decision: Decision): boolean =>
  decision.is === 'delete' || (decision.is === 'patch' && decision.confirm)

/** Decides once more on fresh reads; only the same answer of the rule counts. */
const confirm = async (node: Node, before: Evaluation<KubeObject>, step: Step): Promise<Decision> => {
  const { result, view } = await lookAgain(node, step)
  const asked = before.is === 'answered' ? before.wanted.is : undefined
  const answer = result.is === 'answered' ? result.wanted.is : undefined
  const live = view.get(node.derived.kind, node.key)
  if (asked === 'edited' && live === undefined) return { is: 'settled', as: settled({ is: 'absent' }) }
  return asked !== answer || (asked === 'present' && live === undefined)
    ? notSure
    : decide(node, result, view)
}

/** The same for an object outside of our selection, which fresh reads do not show to the rule either. */
const confirmFound = async (node: Node, live: Live, step: Step): Promise<Decision> => {
  const { result } = await lookAgain(node, step)
  return result.is === 'answered' && result.wanted.is === 'present'
    ? decidePresent(node, result.wanted, live)
    : notSure
}

const notSure: Decision = {
  is: 'settled',
  as: again('looked again before taking something away: it is wanted, or not to be judged yet'),
}

const perform = async (node: Node, decision: Decision, step: Step): Promise<Realised> => {
  switch (decision.is) {
    case 'settled':
      return decision.as
    case 'create':
      return (await restOf(node, undefined, step)) ?? createNow(node, decision, step)
    case 'patch':
      return (
        (await restOf(node, decision.patch, step)) ?? patchLive(node, decision.live, decision.patch, step)
      )
    case 'delete':
      return deleteLive(node, decision.live, step)
  }
}

const createNow = async (
  node: Node,
  { object, wanted }: Extract<Decision, { readonly is: 'create' }>,
  step: Step,
): Promise<Realised> => {
  try {
    const outcome = await underWay(node, step.writer.create(writeTarget(node), object))
    if (outcome.is === 'exists') return await adopt(node, wanted, step)
    if (outcome.is === 'stored') noteWrite(node, undefined, step)
    return afterWrite(node, outcome, step)
  } catch (error) {
    if (
      isForbidden(error) &&
      (error.details?.causes ?? []).some((cause) => cause.reason === 'NamespaceTerminating')
    ) {
      return {
        state: {
          is: 'waiting',
          reason: 'NamespaceTerminating' satisfies EngineReason,
          message: error.message,
        },
        retry: 'later',
      }
    }
    if (isNotFound(error)) return failed('NamespaceOrKindMissing', error.message)
    throw error
  }
}

/** It is there and was not in the cache: not arrived yet, without the label we select by, or nothing that is kept. */
const adopt = async (node: Node, wanted: Present<KubeObject>, step: Step): Promise<Realised> => {
  const live = await step.fresh.view().unselected(node.derived.kind, node.key)
  if (live === undefined) return again('it went while it was looked at')
  // In the selection it is in the cache by now, and the rule has to see it: what it asks for of an object that is
  // there may be less than what it makes of one that is not.
  const { kind } = node.derived
  if (selectedBy(kind)(live) && keptOf(kind, live) !== undefined) return again('it is there already')
  const found = decidePresent(node, wanted, live)
  const decision = isDestructive(found) ? await confirmFound(node, live, step) : found
  // The cache may not tell when this changes: it is looked at again.
  return decision.is === 'settled' ? { ...decision.as, retry: 'later' } : perform(node, decision, step)
}

const patchLive = async (node: Node, live: Live, patch: Json, step: Step): Promise<Realised> => {
  const outcome = await underWay(node, step.writer.patch(writeTarget(node), live, patch))
  if (outcome.is === 'stored' && !isKept(patch, outcome.object)) {
    // Writing it again would go on for ever; whatever changes the object next is reason enough to look again.
    const { resourceVersion = '' } = outcome.object.metadata
    node.notKept = { text: JSON.stringify(patch), resourceVersion }
    step.cache.wrote(node.derived.kind, outcome.object)
    return failed('WriteNotKept', notKeptMessage(node), 'no')
  }
  if (outcome.is === 'stored') {
    step.cache.wrote(node.derived.kind, outcome.object)
    // It is remembered for a while: made of what the cache keeps of the answer, for the most part.
    noteWrite(node, sharing(patch, step.cache.get(node.derived.kind, node.key)), step)
  }
  if (outcome.is === 'refused' && node.derived.refusedOnce === true) {
    node.refused = { text: JSON.stringify(patch), message: outcome.message }
    return failed('Refused', outcome.message, 'no')
  }
  return afterWrite(node, outcome, step, live)
}

const deleteLive = async (node: Node, live: Live, step: Step): Promise<Realised> => {
  const outcome = await underWay(node, step.writer.delete(writeTarget(node), live))
  if (outcome.is === 'gone' || outcome.is === 'stored') {
    const ended = step.contests.deleted(node)
    if (ended !== undefined) step.onContest('over', ended)
  }
  return afterWrite(node, outcome, step, live)
}

/** Marks the key as writing until the answer is there. */
const underWay = async (node: Node, write: Promise<WriteOutcome>): Promise<WriteOutcome> => {
  const ended = write.then(
    () => undefined,
    () => undefined,
  )
  node.writing = ended
  try {
    return await write
  } finally {
    if (node.writing === ended) node.writing = undefined
  }
}

/** Takes a write's answer into the cache at once; what it changes there wakes whoever read it, this key included. */
const afterWrite = async (node: Node, outcome: WriteOutcome, step: Step, live?: Live): Promise<Realised> => {
  const { kind } = node.derived
  switch (outcome.is) {
    case 'stored':
      step.cache.wrote(kind, outcome.object)
      return isGoing(outcome.object) && node.derived.subresource === undefined
        ? settled(goingState(outcome.object))
        : settled({ is: 'present' })
    case 'gone':
      if (live?.metadata.uid !== undefined) step.cache.deleted(kind, node.key, live.metadata.uid)
      return again('it is gone')
    case 'missing': {
      // What is gone leaves the cache by this look; a 404 about something else must not bury what is there.
      const there = await step.fresh.view().unselected(kind, node.key)
      return there === undefined ? again('it is gone') : failed('NotFound', outcome.message)
    }
    case 'conflict':
      // The cache is behind: what is there now is got live, so that the next look is not at the same old thing.
      await step.fresh.view().unselected(kind, node.key)
      return again('somebody was faster')
    case 'exists':
      return again('it is there already')
    case 'refused':
      return failed('Refused', outcome.message)
    case 'held':
      return again('writes are held')
  }
}

const writeTarget = ({ derived, key }: Node): WriteTarget => ({
  by: derived.name,
  of: derived.kind,
  key,
  ...(derived.subresource === undefined ? {} : { subresource: derived.subresource }),
})
