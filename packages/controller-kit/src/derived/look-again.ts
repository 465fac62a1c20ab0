import type { KubeObject } from '@odfmo/api-types/meta'
import type { CacheReader } from '../cache/cache.ts'
import type { FreshReads } from './confirm.ts'
import type { FreshView } from './fresh-view.ts'
import type { Evaluation } from './evaluate.ts'
import type { KeptReads } from './kept-reads.ts'
import type { Node } from './node.ts'
import type { Reads } from './reads.ts'

/** What a confirming look needs. */
export interface Looker {
  readonly fresh: FreshReads
  readonly evaluate: (node: Node, view: CacheReader) => Evaluation<KubeObject>
  /** Resolves when the writes that are under way for keys which read this key's object have been answered. */
  readonly writesOfReaders: (node: Node) => Promise<void>
}

/** Rounds of reading until a rule has seen everything fresh; a rule that needs more reads something new each time. */
const confirmRounds = 10

/**
 * Runs the rule on fresh reads. Writes that were decided while this object still looked otherwise are waited for
 * first: an entry on its way into somebody's document would else arrive after the finalizer that remembers it.
 */
export const lookAgain = async (
  node: Node,
  { fresh, evaluate, writesOfReaders }: Looker,
): Promise<{ readonly result: Evaluation<KubeObject>; readonly view: FreshView }> => {
  await writesOfReaders(node)
  const own = { of: node.derived.kind, key: node.key }
  const view = fresh.view()
  let reads: Reads | KeptReads = node.reads
  let result: Evaluation<KubeObject> | undefined
  for (let round = 0; round < confirmRounds; round += 1) {
    const fetched = await view.fetch(reads, own)
    if (!fetched && result !== undefined) return { result, view }
    result = evaluate(node, view)
    reads = result.reads
  }
  throw new Error(
    `${node.derived.name}: still reads something new after ${confirmRounds} rounds of fresh reads`,
  )
}
