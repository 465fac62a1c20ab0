import { spawnSync } from 'node:child_process'
import { cli } from '../command/cli.ts'
import { root } from '../command/root.ts'
import { oxlintArguments } from './oxlint-arguments.ts'
import { packageGraphProblems } from './package-graph.ts'
import { readWorkspace } from './workspace.ts'

cli('lint', 'Checks rules, imports between packages, dead code and formatting.')
  .option('--write', 'first bring the formatting up to date')
  .option('--quiet', 'say nothing of what is only to be looked at: sizes, complexity')
  .action(({ write = false, quiet = false }: { write?: boolean; quiet?: boolean }) => {
    if (write) program('oxfmt', [])
    const failed = [
      own('packages', packageGraphProblems(readWorkspace(root))),
      program('oxlint', [
        ...oxlintArguments,
        ...(quiet ? ['--quiet'] : []),
        '--ignore-pattern',
        '**/fixtures/**',
      ]),
      program('knip', ['--no-progress', '--no-config-hints']),
      program('oxfmt', ['--list-different']),
    ].filter((name) => name !== undefined)
    if (failed.length === 0) return
    process.stderr.write(
      `\nlint failed: ${failed.join(', ')}${failed.includes('oxfmt') ? ' (npm run format puts the files above right)' : ''}\n`,
    )
    process.exitCode = 1
  })
  .parse()

/** Prints the problems; answers the check's name when there are some. */
function own(name: string, problems: readonly string[]): string | undefined {
  for (const problem of problems) process.stdout.write(`${problem}\n`)
  return problems.length === 0 ? undefined : name
}

/** Runs a program; answers its name when it found something. */
function program(name: string, args: readonly string[]): string | undefined {
  const { status, error } = spawnSync(name, args, { cwd: root, stdio: 'inherit' })
  if (error !== undefined) throw new Error(`${name} could not be started`, { cause: error })
  return status === 0 ? undefined : name
}
