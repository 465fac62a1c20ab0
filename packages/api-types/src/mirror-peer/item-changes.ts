import { jsonPath, type MirrorPeerProblem } from './problem.ts'
import { jsonKey } from './same-json.ts'

/** What an update changed of the items, lists in whatever state they are stored: their order may change, nothing else. */
export const itemChanges = (before: unknown, after: unknown): readonly MirrorPeerProblem[] => {
  const [old, now] = [itemKeys(before), itemKeys(after)]
  const [olds, nows] = [new Set(old), new Set(now)]
  const changed = now.flatMap((key, i) =>
    olds.has(key) ? [] : [immutable(['spec', 'items', i], 'this item was not there before')],
  )
  const isShorter = old.some((key) => !nows.has(key))
  if (changed.length === 0 && (isShorter || old.length !== now.length)) {
    return [immutable(['spec', 'items'], 'an item is missing or there twice')]
  }
  return changed
}

const immutable = (path: readonly PropertyKey[], what: string): MirrorPeerProblem => ({
  path: jsonPath(path),
  code: 'Immutable',
  message: `${what}: the items cannot be changed, only their order; delete the MirrorPeer and create another`,
})

/** Each item as a text that equal ones share, so that no two need be compared. */
const itemKeys = (items: unknown): readonly string[] => (Array.isArray(items) ? items.map(jsonKey) : [])
