import { Command, CommanderError } from 'commander'

export interface UpOptions {
  /** Names of the clusters, which become the names of the files. */
  readonly clusters: readonly string[]
  /** Where the kubeconfig files go. */
  readonly directory: string
  /** Files and folders of CustomResourceDefinitions, installed in every cluster. */
  readonly crds: readonly string[]
}

/** Wrong arguments, or help: what to print, and the exit code. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly exitCode: number

  constructor(message: string, exitCode: number) {
    super(message)
    this.exitCode = exitCode
  }
}

const namePattern = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/

const namesIn = (text: string): string[] => {
  const names = text.split(',').map((name) => name.trim())
  const wrong = names.find((name) => !namePattern.test(name))
  if (wrong !== undefined)
    throw new UsageError(
      `--clusters: ${JSON.stringify(wrong)} is no name for a cluster: lower case letters, digits and - only`,
      2,
    )
  const twice = names.find((name, at) => names.indexOf(name) < at)
  if (twice !== undefined) throw new UsageError(`--clusters: ${twice} is there twice`, 2)
  return names
}

/** Reads `up --clusters a,b --dir D [--crds PATH …]`; throws UsageError with exit code 2, or 0 when only help was asked for. */
export const readCliOptions = (args: readonly string[]): UpOptions => {
  let output = ''
  let found: UpOptions | undefined
  const write = (text: string): void => {
    output += text
  }
  const program = new Command('odfmo-testkit')
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: write })
  program
    .command('up')
    .description('starts clusters, leaves a kubeconfig file for each, and stays until it is told to stop')
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: write })
    .option('--clusters <names>', 'names of the clusters, by comma', 'cluster')
    .option('--dir <folder>', 'where the kubeconfig files go', '.')
    .option('--crds <path...>', 'files or folders of CustomResourceDefinitions for every cluster', [])
    .action((options: { clusters: string; dir: string; crds: string[] }) => {
      found = { clusters: namesIn(options.clusters), directory: options.dir, crds: options.crds }
    })
  try {
    program.parse(args, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) throw new UsageError(output.trim(), error.exitCode === 0 ? 0 : 2)
    throw error
  }
  if (found === undefined) throw new UsageError(program.helpInformation().trim(), 2)
  return found
}
