import type { ObjectKey } from '@odfmo/api-types/meta'
import type { CacheReader } from '../cache/cache.ts'
import { changedPaths, type Json } from '../writing/merge-patch.ts'
import type { WriteRecord } from '../writing/writer.ts'
import { decide, type Decision } from './decide.ts'
import type { Derived } from './derived.ts'
import { evaluation } from './evaluate.ts'
import { NodeTable } from './node-table.ts'
import { nodeId, type Node } from './node.ts'

/** One write that would be sent now: names and paths, never values. */
export interface PlannedWrite {
  /** Name of the rule. */
  readonly by: string
  readonly verb: WriteRecord['verb']
  /** Name of the watched kind: `hub.Secret`. */
  readonly kind: string
  readonly key: ObjectKey
  readonly subresource?: string
  /** Of a patch: the fields that change; of a create: those it gives; of a delete that makes anew: the one that cannot change. */
  readonly paths: readonly string[]
  /** It takes something away: fresh reads are looked at before, and may find that it must not be done. */
  readonly confirm: boolean
  /** Why it is not sent now though it is due: a back-off. */
  readonly held?: string
}

/** Which rules, over which objects. */
export interface PlanOptions {
  readonly derived: readonly Derived[]
  /** `Informers`, or `staticCache` for given objects. */
  readonly cache: CacheReader
  /** Wall clock, milliseconds; 0 when left out. */
  readonly now?: number
}

/** A state that never comes to rest would be a loop between rules. */
const evaluationsPerKey = 100

/**
 * The writes that an engine with these rules would send next, given these caches, without sending any: every key is
 * found, evaluated and decided as the engine does it. What depends on the outcome of these writes is not foreseen.
 * Pure. Throws what a rule throws, and an error that names two rules whose states never come to rest.
 */
export const plan = ({ derived, cache, now = 0 }: PlanOptions): readonly PlannedWrite[] => {
  const due = new Set<Node>()
  const planned = new Map<Node, PlannedWrite>()
  const evaluations = new Map<Node, number>()
  const table = new NodeTable({
    rules: derived,
    cache,
    clock: { now: () => now, after: () => () => undefined },
    wake: (node) => void due.add(node),
    sourceFailed: (_derived, _source, error) => {
      throw error
    },
  })
  table.begin()
  for (const node of due) {
    due.delete(node)
    const times = (evaluations.get(node) ?? 0) + 1
    evaluations.set(node, times)
    if (times > evaluationsPerKey)
      throw new Error(`${node.id}: its state, or one it reads, never comes to rest`)
    const result = evaluation(node.derived, node.key, cache, {
      now,
      stateOf: (rule, key) => table.of(rule, key).state,
    })
    table.subscribe(node, result)
    const decision = decide(node, result, cache)
    const write = plannedWrite(node, decision)
    if (write === undefined) planned.delete(node)
    else planned.set(node, write)
    table.setState(
      node,
      decision.is === 'settled' ? decision.as.state : { is: 'writing', message: 'planned' },
    )
  }
  return inOrder([...planned.values()])
}

/** What a decision would send; undefined: nothing. */
export const plannedWrite = (
  { derived, key }: Node,
  decision: Decision,
  held?: string,
): PlannedWrite | undefined => {
  if (decision.is === 'settled') return undefined
  return {
    by: derived.name,
    verb: decision.is,
    kind: derived.kind.name,
    key,
    ...(derived.subresource === undefined ? {} : { subresource: derived.subresource }),
    paths: pathsOf(decision),
    confirm: decision.is === 'delete' || (decision.is === 'patch' && decision.confirm),
    ...(held === undefined ? {} : { held }),
  }
}

const pathsOf = (decision: Exclude<Decision, { readonly is: 'settled' }>): readonly string[] => {
  switch (decision.is) {
    case 'create':
      return changedPaths(decision.object as unknown as Json)
    case 'patch':
      return changedPaths(decision.patch)
    case 'delete':
      return decision.recreate === undefined ? [] : [decision.recreate]
  }
}

/** By rule and key. */
export const inOrder = (writes: readonly PlannedWrite[]): readonly PlannedWrite[] =>
  [...writes].sort((a, b) => (nodeId({ name: a.by }, a.key) < nodeId({ name: b.by }, b.key) ? -1 : 1))
