import { apiVersionOf, type DeepReadonly, type KubeObject } from '@odfmo/api-types/meta'
import type { CacheReader, WriteObserver } from '../cache/cache.ts'
import { selectedBy } from '../cache/selector.ts'
import { isForbidden, isNotFound } from '../client/kube-error.ts'
import { isKept, mergePatch, type Json } from '../writing/merge-patch.ts'
import { immutableDifference, targetOf } from '../writing/target.ts'
import type { WriteOutcome, Writer, WriteTarget } from '../writing/writer.ts'
import type { FreshReads } from './confirm.ts'
import type { Evaluation } from './evaluate.ts'
import type { Node } from './node.ts'
import type { State } from './state.ts'
import type { Edited, Present, Wanted } from './wanted.ts'

/** What is needed to bring one key to what its rule wants. */
export interface Step {
  readonly cache: CacheReader & WriteObserver
  readonly fresh: FreshReads
  readonly writer: Writer
  readonly evaluate: (node: Node, view: CacheReader) => Evaluation<KubeObject>
  /** Resolves when the writes that are under way for keys which read this key's object have been answered. */
  readonly writesOfReaders: (node: Node) => Promise<void>
}

/** The new state, and whether the key is tried again by itself (with back-off) or only when something changes. */
export interface Realised {
  readonly state: State
  readonly retry: 'no' | 'later'
}

type Live = DeepReadonly<KubeObject>

const settled = (state: State): Realised => ({ state, retry: 'no' })
const again = (message: string): Realised => ({ state: { is: 'writing', message }, retry: 'later' })
const failed = (reason: string, message: string, retry: Realised['retry'] = 'later'): Realised => ({
  state: { is: 'failed', reason, message },
  retry,
})

/** Compares what is wanted with what is there and does at most one write. Throws what the server or the rule threw. */
export const realise = async (node: Node, result: Evaluation<KubeObject>, step: Step): Promise<Realised> => {
  switch (result.is) {
    case 'unsynced':
      return settled(
        result.forbidden
          ? { is: 'failed', reason: 'Forbidden', message: result.message }
          : { is: 'pending', message: result.message },
      )
    case 'threw':
      throw result.error
    case 'answered':
      break
  }
  const { wanted } = result
  if (wanted.is === 'waiting')
    return settled({ is: 'waiting', reason: wanted.reason, message: wanted.message })
  if (wanted.is === 'leave') return settled({ is: 'left' })
  // The object itself is read too, by the comparison: what is not known yet must not be taken for missing.
  const known = step.cache.sync(node.derived.kind, node.key.namespace)
  if (known.is === 'syncing') return settled({ is: 'pending', message: known.why })
  if (known.is === 'forbidden') return settled({ is: 'failed', reason: 'Forbidden', message: known.why })
  const live = step.cache.get(node.derived.kind, node.key)
  switch (wanted.is) {
    case 'absent':
      return makeAbsent(node, live, step)
    case 'edited':
      return live === undefined ? settled({ is: 'absent' }) : makeEdited(node, wanted, live, step)
    case 'present':
      return makePresent(node, wanted, live, step)
  }
}

const makeAbsent = async (node: Node, live: Live | undefined, step: Step): Promise<Realised> => {
  if (live === undefined) return settled({ is: 'absent' })
  if (!isOurs(node, live)) return settled({ is: 'left' })
  if (isGoing(live)) return settled(goingState(live))
  const confirmed = await confirm(node, step)
  if (confirmed.wanted?.is !== 'absent')
    return again('looked again before deleting: it is wanted, or not to be judged yet')
  if (confirmed.live === undefined) return settled({ is: 'absent' })
  if (!isOurs(node, confirmed.live)) return settled({ is: 'left' })
  if (isGoing(confirmed.live)) return settled(goingState(confirmed.live))
  return deleteLive(node, confirmed.live, step)
}

const makeEdited = async (
  node: Node,
  wanted: Edited<KubeObject>,
  live: Live,
  step: Step,
): Promise<Realised> => {
  const { object, options } = wanted
  if (
    object.metadata.uid !== live.metadata.uid ||
    object.metadata.resourceVersion !== live.metadata.resourceVersion
  ) {
    throw new TypeError(
      `${node.derived.name}: an edited object must carry the uid and resourceVersion of the live one`,
    )
  }
  const patch = patchOf(live, object as unknown as Json)
  if (patch === undefined) return settled({ is: 'present' })
  if (options.confirm !== true) return patchLive(node, live, patch, step)
  const confirmed = await confirm(node, step)
  if (confirmed.live === undefined) return settled({ is: 'absent' })
  if (confirmed.wanted?.is !== 'edited') return again('looked again before taking something away: not now')
  const confirmedPatch = patchOf(confirmed.live, confirmed.wanted.object as unknown as Json)
  if (confirmedPatch === undefined) return settled({ is: 'present' })
  return patchLive(node, confirmed.live, confirmedPatch, step)
}

const makePresent = async (
  node: Node,
  wanted: Present<KubeObject>,
  live: Live | undefined,
  step: Step,
): Promise<Realised> => {
  const { kind, subresource } = node.derived
  if (live === undefined) {
    if (subresource !== undefined) return settled({ is: 'absent' })
    if (step.cache.sync(kind, node.key.namespace).is === 'notServed') return settled(notServed(node))
    return createNow(node, wanted, step)
  }
  const change = changeOf(node, wanted, live)
  if (change.is === 'settled') return change.as
  if (change.is === 'patch' && wanted.options.confirm !== true)
    return patchLive(node, live, change.patch, step)
  const confirmed = await confirm(node, step)
  if (confirmed.live === undefined || confirmed.wanted?.is !== 'present')
    return again('looked again: not now')
  const now = changeOf(node, confirmed.wanted, confirmed.live)
  switch (now.is) {
    case 'settled':
      return now.as
    case 'patch':
      return patchLive(node, confirmed.live, now.patch, step)
    case 'recreate':
      return deleteLive(node, confirmed.live, step)
  }
}

type Change =
  | { readonly is: 'settled'; readonly as: Realised }
  | { readonly is: 'patch'; readonly patch: Json }
  /** A field that cannot change differs: it goes, and is made again when it is gone. */
  | { readonly is: 'recreate' }

const changeOf = (node: Node, wanted: Present<KubeObject>, live: Live): Change => {
  if (!isOurs(node, live, wanted.object))
    return { is: 'settled', as: failed('NotOurs', notOursMessage(node), 'no') }
  if (isGoing(live) && node.derived.subresource === undefined)
    return { is: 'settled', as: settled(goingState(live)) }
  const target = targetOf(live, wanted.object, wanted.options)
  if (immutableDifference(live, target, wanted.options) !== undefined) return { is: 'recreate' }
  const patch = patchOf(live, target)
  return patch === undefined ? { is: 'settled', as: settled({ is: 'present' }) } : { is: 'patch', patch }
}

const createNow = async (node: Node, wanted: Present<KubeObject>, step: Step): Promise<Realised> => {
  const { kind } = node.derived
  const object = { apiVersion: apiVersionOf(kind.kind), kind: kind.kind.kind, ...wanted.object }
  try {
    const outcome = await underWay(node, step.writer.create(writeTarget(node), object))
    if (outcome.is === 'exists') return await adopt(node, wanted, step)
    return afterWrite(node, outcome, step)
  } catch (error) {
    if (
      isForbidden(error) &&
      (error.details?.causes ?? []).some((cause) => cause.reason === 'NamespaceTerminating')
    ) {
      return {
        state: { is: 'waiting', reason: 'NamespaceTerminating', message: error.message },
        retry: 'later',
      }
    }
    if (isNotFound(error)) return failed('NamespaceOrKindMissing', error.message)
    throw error
  }
}

/** It is there and was not in the cache: not arrived yet, or without the label we select by. */
const adopt = async (node: Node, wanted: Present<KubeObject>, step: Step): Promise<Realised> => {
  const live = await step.fresh.view().unselected(node.derived.kind, node.key)
  if (live === undefined) return again('it went while it was looked at')
  // In the selection it is in the cache by now, and the rule has to see it: what it asks for of an object that is
  // there may be less than what it makes of one that is not.
  if (selectedBy(node.derived.kind)(live)) return again('it is there already')
  const change = changeOf(node, wanted, live)
  switch (change.is) {
    case 'settled':
      // The cache may not tell when this changes: it is looked at again.
      return { ...change.as, retry: 'later' }
    case 'patch':
      return patchLive(node, live, change.patch, step)
    case 'recreate':
      return deleteLive(node, live, step)
  }
}

const patchLive = async (node: Node, live: Live, patch: Json, step: Step): Promise<Realised> => {
  const text = JSON.stringify(patch)
  if (node.refused?.text === text) return failed('Refused', node.refused.message, 'no')
  if (node.notKept?.text === text && node.notKept.resourceVersion === live.metadata.resourceVersion) {
    return failed('WriteNotKept', notKeptMessage(node), 'no')
  }
  const outcome = await underWay(node, step.writer.patch(writeTarget(node), live, patch))
  if (outcome.is === 'stored' && !isKept(patch, outcome.object)) {
    // Writing it again would go on for ever; whatever changes the object next is reason enough to look again.
    node.notKept = { text, resourceVersion: outcome.object.metadata.resourceVersion ?? '' }
    step.cache.wrote(node.derived.kind, outcome.object)
    return failed('WriteNotKept', notKeptMessage(node), 'no')
  }
  if (outcome.is === 'refused' && node.derived.refusedOnce === true) {
    node.refused = { text, message: outcome.message }
    return failed('Refused', outcome.message, 'no')
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

const deleteLive = async (node: Node, live: Live, step: Step): Promise<Realised> =>
  afterWrite(node, await underWay(node, step.writer.delete(writeTarget(node), live)), step, live)

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

interface Confirmed {
  readonly wanted: Wanted<KubeObject> | undefined
  readonly live: Live | undefined
}

/** Rounds of reading until a rule has seen everything fresh; a rule that needs more reads something new each time. */
const confirmRounds = 10

/**
 * Runs the rule on fresh reads. Writes that were decided while this object still looked otherwise are waited for
 * first: an entry on its way into somebody's document would else arrive after the finalizer that remembers it.
 */
const confirm = async (node: Node, step: Step): Promise<Confirmed> => {
  await step.writesOfReaders(node)
  const own = { of: node.derived.kind, key: node.key }
  const view = step.fresh.view()
  let reads = node.reads
  let result: Evaluation<KubeObject> | undefined
  for (let round = 0; round < confirmRounds; round += 1) {
    const fetched = await view.fetch(reads, own)
    if (!fetched && result !== undefined) {
      return { wanted: result.is === 'answered' ? result.wanted : undefined, live: view.get(own.of, own.key) }
    }
    result = step.evaluate(node, view)
    reads = result.reads
  }
  throw new Error(
    `${node.derived.name}: still reads something new after ${confirmRounds} rounds of fresh reads`,
  )
}

/** kind and apiVersion are missing from list items of built-in kinds and never change. */
const patchOf = (live: Live, target: Json): Json | undefined => {
  const { apiVersion: _a, kind: _k, ...before } = live as unknown as Json
  const { apiVersion: _b, kind: _l, ...after } = target
  return mergePatch(before, after)
}

const writeTarget = ({ derived, key }: Node): WriteTarget => ({
  by: derived.name,
  of: derived.kind,
  key,
  ...(derived.subresource === undefined ? {} : { subresource: derived.subresource }),
})

const isOurs = ({ derived, key }: Node, live: Live, wanted?: KubeObject): boolean =>
  derived.ours?.(live, key, wanted) ?? true

const isGoing = (live: Live): boolean => live.metadata.deletionTimestamp !== undefined

const goingState = (live: Live): State => ({
  is: 'going',
  message: `being deleted; held by ${(live.metadata.finalizers ?? ['nothing']).join(', ')}`,
})

const notServed = ({ derived }: Node): State => ({
  is: 'waiting',
  reason: 'KindNotServed',
  message: `cluster ${derived.kind.cluster} does not serve ${derived.kind.kind.plural}.${derived.kind.kind.group} yet`,
})

const notKeptMessage = ({ derived }: Node): string =>
  `${derived.name}: cluster ${derived.kind.cluster} accepted a change of this ${derived.kind.kind.kind} and did not keep it`

const notOursMessage = ({ derived, key }: Node): string =>
  `${derived.kind.kind.kind} ${key.namespace === undefined ? '' : `${key.namespace}/`}${key.name} in cluster ` +
  `${derived.kind.cluster} is there and was not made by us: rename or remove it`
