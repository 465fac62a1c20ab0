import { InvalidArgumentError } from 'commander'
import { cli } from './command/cli.ts'
import { runProgram } from './command/run-program.ts'

cli('nightly', 'Runs what is too long for every change: chaos and crash runs with many seeds, fuzzing, soak.')
  .argument('[files...]', 'only nightly test files whose path contains one of these')
  .option('--minutes <n>', 'how long each of them may go on', positiveNumber, 10)
  .action(async (files: string[], { minutes }: { minutes: number }) => {
    // Each nightly test reads how long it has; see vitest.config.ts for which files they are.
    process.exitCode = await runProgram('vitest', ['run', '--passWithNoTests', ...files], {
      ODFMO_NIGHTLY_MINUTES: String(minutes),
    })
  })
  .parse()

function positiveNumber(text: string): number {
  const value = Number(text)
  if (!Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError('a number of minutes above 0 is expected')
  return value
}
