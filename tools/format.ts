import { cli } from './command/cli.ts'
import { runProgram } from './command/run-program.ts'

cli('format', 'Formats all TypeScript, as npm run lint wants it.')
  .argument('[files...]', 'only these')
  .action(async (files: string[]) => {
    process.exitCode = await runProgram('oxfmt', files)
  })
  .parse()
