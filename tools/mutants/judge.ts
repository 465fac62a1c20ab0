import path from 'node:path'
import { root } from '../command/root.ts'
import { MutantError, type Mutant } from './mutant.ts'
import { mutatedFiles } from './mutated-files.ts'
import { runTests } from './run-tests.ts'

/** What became of a mutant. */
export type Verdict = {
  readonly mutant: Mutant
  readonly seconds: number
} & (
  | { readonly is: 'killed'; readonly by: string }
  /** All its tests passed: none of them notices the defect. */
  | { readonly is: 'survived'; readonly passed: number }
  /** Nothing was proven: the patch does not apply, or its tests could not be run. */
  | { readonly is: 'unusable'; readonly why: string }
)

/** Runs the mutant's tests on the mutated sources. */
export const judge = async (mutant: Mutant, folder: string, signal: AbortSignal): Promise<Verdict> => {
  const unusable = (why: string, seconds = 0): Verdict => ({ mutant, seconds, is: 'unusable', why })
  try {
    const mutated = mutatedFiles(mutant, path.join(folder, 'sources'))
    const outcome = await runTests({ ...mutant, mutated, folder, workers: 1, bail: true, signal })
    const { passed, failed, broken, loaded, seconds } = outcome
    // A file that cannot be loaded tests nothing: the patch makes no program.
    if (broken.length > 0) return unusable(broken.join('\n'), seconds)
    const unread = Object.keys(mutated).filter((source) => !loaded.includes(source))
    if (unread.length > 0)
      return unusable(
        `its tests do not load ${unread.map((file) => path.relative(root, file)).join(', ')}`,
        seconds,
      )
    const [by] = failed
    if (by !== undefined) return { mutant, seconds, is: 'killed', by }
    return passed === 0
      ? unusable('none of its tests was run: the names in "Name:" fit none', seconds)
      : { mutant, seconds, is: 'survived', passed }
  } catch (error) {
    if (error instanceof MutantError) return unusable(error.message)
    throw error
  }
}

/**
 * All tests of these mutants on the sources as they are, in two runs: whole files, and those of which only some
 * tests are asked for. What fails here proves nothing about a mutant.
 */
export const baseline = async (
  mutants: readonly Mutant[],
  folder: string,
  workers: number,
  signal: AbortSignal,
): Promise<{ readonly passed: number; readonly problems: readonly string[] }> => {
  const whole = mutants.filter(({ names }) => names.length === 0)
  const some = mutants.filter(({ names }) => names.length > 0)
  let passed = 0
  const problems: string[] = []
  for (const [name, those] of [
    ['whole', whole],
    ['some', some],
  ] as const) {
    if (those.length === 0) continue
    const outcome = await runTests({
      tests: [...new Set(those.flatMap(({ tests }) => tests))],
      names: [...new Set(those.flatMap(({ names }) => names))],
      mutated: {},
      folder: path.join(folder, name),
      workers,
      bail: false,
      signal,
    })
    passed += outcome.passed
    problems.push(...outcome.failed, ...outcome.broken)
  }
  return { passed, problems }
}
