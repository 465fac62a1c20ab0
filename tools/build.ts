import { cli } from './command/cli.ts'
import { nxBuildArguments, nxEnvironment } from './command/nx.ts'
import { runProgram } from './command/run-program.ts'

cli('build', 'Builds dist of every package; what did not change since the last build comes from the cache.')
  .option('--no-cache', 'build everything again')
  .action(async ({ cache }: { cache: boolean }) => {
    const args = [...nxBuildArguments(), ...(cache ? [] : ['--skip-nx-cache'])]
    process.exitCode = await runProgram('nx', args, nxEnvironment())
  })
  .parse()
