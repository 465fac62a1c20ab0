const replayed = process.env['ODFMO_SEED']

/** The seeds of an ordinary run; only that of `ODFMO_SEED` when it is set. */
export const seedsOf = (count: number): readonly number[] =>
  replayed === undefined ? Array.from({ length: count }, (_, index) => index + 1) : [Number(replayed)]

/** Runs one seed; what it throws says how to run it again. */
export const withSeed = async <T>(
  seed: number,
  file: string,
  run: (seed: number) => Promise<T>,
): Promise<T> => {
  try {
    return await run(seed)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`seed ${seed} (ODFMO_SEED=${seed} npm test -- ${file} runs it again): ${why}`, { cause })
  }
}

/** For nightly runs: at least so many seeds that no run had before, and as many more as there is time for. */
export const untilTimeIsOver = async (
  atLeast: number,
  file: string,
  run: (seed: number) => Promise<unknown>,
): Promise<number> => {
  const minutes = Number(process.env['ODFMO_NIGHTLY_MINUTES'] ?? 1)
  const until = performance.now() + minutes * 60_000
  const first = replayed === undefined ? Math.trunc(Date.now() / 1000) : Number(replayed)
  let seed = first
  for (; seed < first + atLeast || performance.now() < until; seed++) {
    await withSeed(seed, file, run)
    if (replayed !== undefined) return 1
  }
  return seed - first
}
