/**
 * Runs a model for `count` seeds; an error names the seed and how to run it again. MODEL_SEEDS and MODEL_FIRST_SEED
 * choose others.
 */
export const runSeeds = async (
  file: string,
  count: number,
  run: (seed: number) => void | Promise<void>,
): Promise<void> => {
  const first = Number(process.env['MODEL_FIRST_SEED'] ?? 1)
  const seeds = Number(process.env['MODEL_SEEDS'] ?? count)
  for (let seed = first; seed < first + seeds; seed++) await runSeed(file, seed, run)
}

/** Seeds that no run had before, until the time is over (ODFMO_NIGHTLY_MINUTES), and `atLeast` of them; how many. */
export const runSeedsForMinutes = async (
  file: string,
  atLeast: number,
  run: (seed: number) => void | Promise<void>,
): Promise<number> => {
  // Two models share the time of one file.
  const minutes = Number(process.env['ODFMO_NIGHTLY_MINUTES'] ?? 1) / 2
  const first = Math.trunc(Date.now() / 1000)
  const until = performance.now() + minutes * 60_000
  let seed = first
  for (; performance.now() < until || seed < first + atLeast; seed++) await runSeed(file, seed, run)
  return seed - first
}

const runSeed = async (
  file: string,
  seed: number,
  run: (seed: number) => void | Promise<void>,
): Promise<void> => {
  try {
    await run(seed)
  } catch (error) {
    const again = `MODEL_FIRST_SEED=${seed} MODEL_SEEDS=1 npm test -- ${file} runs it again`
    throw new Error(`seed ${seed}: ${again}`, { cause: error })
  }
}
