/** More would only open more connections, and each costs more than a small list. */
const width = 6

/** `Promise.all` over a list of calls, of which only a few run at once. */
export const fewAtATime = async <T, R>(items: readonly T[], call: (item: T) => Promise<R>): Promise<R[]> => {
  const results: R[] = []
  const waiting = items.entries()
  const worker = async (): Promise<void> => {
    for (const [at, item] of waiting) results[at] = await call(item)
  }
  await Promise.all(Array.from({ length: width }, worker))
  return results
}
