import type { Derived } from './derived.ts'
import type { Node } from './node.ts'
import type { State } from './state.ts'

/** By rule: how many of its keys are in which state. A rule without keys has none of each. */
export type StateCounts = ReadonlyMap<string, ReadonlyMap<State['is'], number>>

const none: Readonly<Record<State['is'], 0>> = {
  pending: 0,
  present: 0,
  writing: 0,
  absent: 0,
  going: 0,
  waiting: 0,
  left: 0,
  failed: 0,
}

export const countStates = (
  rules: readonly Pick<Derived, 'name'>[],
  nodes: readonly Pick<Node, 'derived' | 'state'>[],
): StateCounts => {
  const counts = new Map(
    rules.map(({ name }) => [name, new Map(Object.entries(none) as [State['is'], number][])]),
  )
  for (const { derived, state } of nodes) {
    const ofRule = counts.get(derived.name)
    ofRule?.set(state.is, (ofRule.get(state.is) ?? 0) + 1)
  }
  return counts
}
