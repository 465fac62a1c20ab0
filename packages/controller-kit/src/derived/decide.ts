import { apiVersionOf, type DeepReadonly, type KubeObject } from '@odfmo/api-types/meta'
import type { CacheReader } from '../cache/cache.ts'
import { mergePatch, type Json } from '../writing/merge-patch.ts'
import { immutableDifference, targetOf } from '../writing/target.ts'
import type { EngineReason } from './engine-reasons.ts'
import type { Evaluation } from './evaluate.ts'
import { notSelected, otherObject, outsideNamespaces, type Mistake } from './mistake.ts'
import type { Node } from './node.ts'
import type { State } from './state.ts'
import type { Edited, Present, Wanted } from './wanted.ts'

/** A live object, as a cache or a fresh read has it. */
export type Live = DeepReadonly<KubeObject>

/** The new state, and whether the key is tried again by itself (with back-off, or then) or only when something changes. */
export interface Realised {
  readonly state: State
  readonly retry: 'no' | 'later' | { readonly afterMs: number }
}

/** What is to be done about one key: nothing, or one write. `realise` does it, `plan` tells it. */
export type Decision =
  | { readonly is: 'settled'; readonly as: Realised }
  | { readonly is: 'create'; readonly object: KubeObject; readonly wanted: Present<KubeObject> }
  | { readonly is: 'patch'; readonly live: Live; readonly patch: Json; readonly confirm: boolean }
  /** Always confirmed. `recreate`: the field that cannot change and differs; it is made again when it is gone. */
  | { readonly is: 'delete'; readonly live: Live; readonly recreate?: string }

export const settled = (state: State): Realised => ({ state, retry: 'no' })
export const again = (message: string): Realised => ({ state: { is: 'writing', message }, retry: 'later' })
export const failed = (
  reason: EngineReason,
  message: string,
  retry: Realised['retry'] = 'later',
): Realised => ({
  state: { is: 'failed', reason, message },
  retry,
})

const nothing = (as: Realised): Decision => ({ is: 'settled', as })
const mistaken = ({ reason, message }: Mistake): Decision => nothing(failed(reason, message, 'no'))

/** Compares what is wanted with what `cache` has. Pure; throws what the rule threw. */
export const decide = (node: Node, result: Evaluation<KubeObject>, cache: CacheReader): Decision => {
  switch (result.is) {
    case 'unsynced':
      return nothing(
        result.forbidden
          ? failed('Forbidden', result.message, 'no')
          : settled({ is: 'pending', message: result.message }),
      )
    case 'threw':
      throw result.error
    case 'answered':
      if (result.wanted.is === 'waiting' && result.reads.waitsForPending)
        return nothing(settled({ is: 'pending', message: result.wanted.message }))
      return decideWanted(node, result.wanted, cache)
  }
}

const decideWanted = (node: Node, wanted: Wanted<KubeObject>, cache: CacheReader): Decision => {
  if (wanted.is === 'waiting')
    return nothing(settled({ is: 'waiting', reason: wanted.reason, message: wanted.message }))
  if (wanted.is === 'leave') return nothing(settled({ is: 'left' }))
  const mistake =
    (wanted.is === 'absent' ? undefined : otherObject(node, wanted.object)) ??
    (wanted.is === 'present' ? outsideNamespaces(node) : undefined)
  if (mistake !== undefined) return mistaken(mistake)
  // The object itself is read too, by the comparison: what is not known yet must not be taken for missing.
  const known = cache.sync(node.derived.kind, node.key.namespace)
  if (known.is === 'syncing') return nothing(settled({ is: 'pending', message: known.why }))
  if (known.is === 'forbidden') return nothing(failed('Forbidden', known.why, 'no'))
  const live = cache.get(node.derived.kind, node.key)
  switch (wanted.is) {
    case 'absent':
      return decideAbsent(node, live)
    case 'edited':
      return live === undefined ? nothing(settled({ is: 'absent' })) : decideEdited(node, wanted, live)
    case 'present':
      return live === undefined
        ? decideMissing(node, wanted, known.is === 'notServed')
        : decidePresent(node, wanted, live)
  }
}

const decideAbsent = (node: Node, live: Live | undefined): Decision => {
  if (live === undefined) return nothing(settled({ is: 'absent' }))
  if (!isOurs(node, live)) return nothing(settled({ is: 'left' }))
  if (isGoing(live)) return nothing(settled(goingState(live)))
  return { is: 'delete', live }
}

const decideEdited = (node: Node, { object, options }: Edited<KubeObject>, live: Live): Decision => {
  if (
    object.metadata.uid !== live.metadata.uid ||
    object.metadata.resourceVersion !== live.metadata.resourceVersion
  ) {
    throw new TypeError(
      `${node.derived.name}: an edited object must carry the uid and resourceVersion of the live one`,
    )
  }
  return decidePatch(node, live, patchOf(live, object as unknown as Json), options.confirm === true)
}

const decideMissing = (node: Node, wanted: Present<KubeObject>, notServed: boolean): Decision => {
  const { kind, subresource } = node.derived
  if (subresource !== undefined) return nothing(settled({ is: 'absent' }))
  if (notServed) return nothing(settled(notServedState(node)))
  const object = { apiVersion: apiVersionOf(kind.kind), kind: kind.kind.kind, ...wanted.object }
  const mistake = notSelected(node, object)
  if (mistake !== undefined) return mistaken(mistake)
  return { is: 'create', object, wanted }
}

/** What is to be done about an object that is there: in the cache, or found outside of our selection. */
export const decidePresent = (node: Node, wanted: Present<KubeObject>, live: Live): Decision => {
  if (!isOurs(node, live, wanted.object)) return nothing(failed('NotOurs', notOursMessage(node), 'no'))
  if (isGoing(live) && node.derived.subresource === undefined) return nothing(settled(goingState(live)))
  const target = targetOf(live, wanted.object, wanted.options)
  const recreate = immutableDifference(live, target, wanted.options)
  if (recreate !== undefined) return { is: 'delete', live, recreate }
  const patch = patchOf(live, target)
  const mistake =
    patch?.['metadata'] === undefined ? undefined : notSelected(node, target as unknown as KubeObject)
  if (mistake !== undefined) return mistaken(mistake)
  return decidePatch(node, live, patch, wanted.options.confirm === true)
}

const decidePatch = (node: Node, live: Live, patch: Json | undefined, confirm: boolean): Decision => {
  if (patch === undefined) return nothing(settled({ is: 'present' }))
  const { refused, notKept } = node
  if (refused !== undefined || notKept !== undefined) {
    const text = JSON.stringify(patch)
    if (refused?.text === text) return nothing(failed('Refused', refused.message, 'no'))
    if (notKept?.text === text && notKept.resourceVersion === live.metadata.resourceVersion)
      return nothing(failed('WriteNotKept', notKeptMessage(node), 'no'))
  }
  return { is: 'patch', live, patch, confirm }
}

/** kind and apiVersion are missing from list items of built-in kinds and never change. */
const patchOf = (live: Live, target: Json): Json | undefined => {
  const { apiVersion: _a, kind: _k, ...before } = live as unknown as Json
  const { apiVersion: _b, kind: _l, ...after } = target
  return mergePatch(before, after)
}

const isOurs = ({ derived, key }: Node, live: Live, wanted?: KubeObject): boolean =>
  derived.ours?.(live, key, wanted) ?? true

export const isGoing = (live: Live): boolean => live.metadata.deletionTimestamp !== undefined

export const goingState = (live: Live): State => ({
  is: 'going',
  message: `being deleted; held by ${(live.metadata.finalizers ?? ['nothing']).join(', ')}`,
})

const notServedState = ({ derived }: Node): State => ({
  is: 'waiting',
  reason: 'KindNotServed' satisfies EngineReason,
  message: `cluster ${derived.kind.cluster} does not serve ${derived.kind.kind.plural}.${derived.kind.kind.group} yet`,
})

export const notKeptMessage = ({ derived }: Node): string =>
  `${derived.name}: cluster ${derived.kind.cluster} accepted a change of this ${derived.kind.kind.kind} and did not keep it`

const notOursMessage = ({ derived, key }: Node): string =>
  `${derived.kind.kind.kind} ${key.namespace === undefined ? '' : `${key.namespace}/`}${key.name} in cluster ` +
  `${derived.kind.cluster} is there and was not made by us: rename or remove it`
