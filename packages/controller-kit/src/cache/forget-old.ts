/** How long a deletion is remembered: far longer than a watch lags, short enough to cost nothing. */
const forgetDeletionAfterMs = 15 * 60_000

/**
 * Forgets deletions that are old, but for the youngest `keep`; maps keep insertion order, so the old ones stand first. The
 * youngest that was forgotten is the answer.
 */
export const forgetOld = <T>(map: Map<string, T>, ageMsOf: (entry: T) => number, keep = 0): T | undefined => {
  let forgotten: T | undefined
  for (const [text, entry] of map) {
    if (map.size <= keep || ageMsOf(entry) < forgetDeletionAfterMs) break
    map.delete(text)
    forgotten = entry
  }
  return forgotten
}
