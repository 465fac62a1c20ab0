import { InvalidArgumentError } from 'commander'
import { cli } from './command/cli.ts'
import { providerProblem } from './command/provider-problem.ts'
import { runProgram } from './command/run-program.ts'

cli('nightly', 'Runs what is too long for every change: chaos and crash runs with many seeds, fuzzing, soak.')
  .argument('[files...]', 'only nightly test files whose path contains one of these')
  .option('--minutes <n>', 'how long each of them may go on', positiveNumber, 10)
  .action(async (files: string[], { minutes }: { minutes: number }) => {
    // Each nightly test reads how long it has; see vitest.config.ts for which files they are.
    const long = await runProgram('vitest', ['run', '--passWithNoTests', ...files], {
      ODFMO_NIGHTLY_MINUTES: String(minutes),
    })
    const real = files.length > 0 ? 0 : await onControlPlane()
    process.exitCode = long === 0 ? real : long
  })
  .parse()

/** All tests that can start clusters of any provider, on real ones: about twenty minutes on two cores. */
async function onControlPlane(): Promise<number> {
  const problem = providerProblem('control-plane')
  if (problem !== undefined) {
    console.error(problem)
    return 1
  }
  const test = ['tools/launch.mjs', 'test', '--provider-tests']
  return runProgram(process.execPath, test, { TESTKIT_PROVIDER: 'control-plane' })
}

function positiveNumber(text: string): number {
  const value = Number(text)
  if (!Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError('a number of minutes above 0 is expected')
  return value
}
