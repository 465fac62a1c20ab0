import { cli } from './command/cli.ts'
import { runProgram } from './command/run-program.ts'

cli('typecheck', 'Checks the types of all packages and tools at once.')
  .action(async () => {
    process.exitCode = await runProgram('tsc', ['-p', 'tsconfig.json'])
  })
  .parse()
