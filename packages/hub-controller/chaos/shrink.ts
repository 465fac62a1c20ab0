import { runSeed, type SeedOptions, type SeedResult } from './run-seed.ts'

/** A history has hundreds of subsets: so many are tried at the most. */
const mostRuns = 60

interface ShrinkSetting {
  /** Of the hub alone when left out. */
  readonly run?: (options: SeedOptions) => Promise<SeedResult>
  readonly onTry?: (steps: number) => void
}

/** Drops steps while it still goes wrong, halves first; the shortest history that was found, with what is wrong in it. */
export const shrink = async (
  options: SeedOptions,
  failed: SeedResult,
  { run = runSeed, onTry = () => undefined }: ShrinkSetting = {},
): Promise<SeedResult> => {
  let shortest = failed
  let runs = 0
  for (let size = Math.ceil(failed.done.length / 2); size >= 1 && runs < mostRuns;) {
    let dropped = false
    for (let from = 0; from < shortest.done.length && runs < mostRuns;) {
      const kept = shortest.done.filter((_, place) => place < from || place >= from + size)
      const only = new Set(kept.map(({ number }) => number))
      runs += 1
      onTry(kept.length)
      const { onStep: _silent, ...rest } = options
      const result = await run({ ...rest, only })
      if (result.wrong.length === 0) from += size
      else {
        shortest = result
        dropped = true
      }
    }
    if (size === 1 && !dropped) break
    size = size === 1 ? 1 : Math.ceil(size / 2)
  }
  return shortest
}
