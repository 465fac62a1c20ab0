import { cli } from './command/cli.ts'
import { runProgram } from './command/run-program.ts'

interface Options {
  readonly name?: string
  readonly coverage?: boolean
  readonly watch?: boolean
  readonly json?: string
}

cli('test', 'Runs the unit and integration tests, all on in-memory clusters.')
  .argument('[files...]', 'only test files whose path contains one of these')
  .option('-t, --name <pattern>', 'only tests whose name matches')
  .option('--coverage', 'also measure coverage, into coverage/')
  .option('--watch', 'run again when a file changes')
  .option('--json <file>', 'also write the results as JSON into this file')
  .action(async (files: string[], options: Options) => {
    const args = [options.watch ? 'watch' : 'run', ...files]
    if (options.name !== undefined) args.push('--testNamePattern', options.name)
    if (options.coverage) args.push('--coverage')
    if (options.json !== undefined)
      args.push('--reporter=default', '--reporter=json', `--outputFile.json=${options.json}`)
    process.exitCode = await runProgram('vitest', args)
  })
  .parse()
