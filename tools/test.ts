import { cli } from './command/cli.ts'
import { providerProblem } from './command/provider-problem.ts'
import { runProgram } from './command/run-program.ts'

interface Options {
  readonly name?: string
  readonly coverage?: boolean
  readonly watch?: boolean
  readonly json?: string
  readonly providerTests?: boolean
}

cli(
  'test',
  'Runs the unit and integration tests: on in-memory clusters, or with TESTKIT_PROVIDER=control-plane on a real API server all but those that need what only the in-memory one does.',
)
  .argument('[files...]', 'only test files whose path contains one of these')
  .option('-t, --name <pattern>', 'only tests whose name matches')
  .option(
    '--provider-tests',
    'only the tests that start clusters of the provider that TESTKIT_PROVIDER names',
  )
  .option('--coverage', 'also measure coverage, into coverage/')
  .option('--watch', 'run again when a file changes')
  .option('--json <file>', 'also write the results as JSON into this file')
  .action(async (files: string[], options: Options) => {
    // Said once, before every test that starts a cluster says it.
    const problem = providerProblem(process.env['TESTKIT_PROVIDER'])
    if (problem !== undefined) {
      console.error(problem)
      process.exitCode = 2
      return
    }
    // By what they import: a list would be out of date with the next test.
    const args = options.providerTests
      ? ['related', 'packages/testkit/src/start-test-cluster.ts', '--run']
      : [options.watch ? 'watch' : 'run', ...files]
    if (options.name !== undefined) args.push('--testNamePattern', options.name)
    if (options.coverage) args.push('--coverage')
    if (options.json !== undefined)
      args.push('--reporter=default', '--reporter=json', `--outputFile.json=${options.json}`)
    process.exitCode = await runProgram('vitest', args)
  })
  .parse()
