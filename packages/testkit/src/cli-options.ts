import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'

export interface UpOptions {
  /** Names of the clusters, which become the names of the files. */
  readonly clusters: readonly string[]
  /** Where the kubeconfig files go; undefined: a new folder that goes again. */
  readonly directory: string | undefined
  /** Files and folders of CustomResourceDefinitions, installed in every cluster. */
  readonly crds: readonly string[]
  /** Files and folders of objects that are there from the beginning, in every cluster. */
  readonly apply: readonly string[]
  readonly provider: UpProvider
  readonly simulators: readonly UpSimulator[]
  /** Of the first cluster; the next ones have those after it. Free ones when undefined. */
  readonly port: number | undefined
  /** Tell where the clusters are as one line of JSON. */
  readonly json: boolean
  /** Write over kubeconfig files that somebody else wrote. */
  readonly force: boolean
  /** Go on when whoever started this has ended. */
  readonly stay: boolean
  /** A program to run with KUBECONFIG set, and its arguments; empty: stay until told to stop. */
  readonly command: readonly string[]
}

/** What `up` can start: clusters that exist already have their kubeconfig. */
export type UpProvider = 'memory' | 'control-plane'
const providers: readonly UpProvider[] = ['memory', 'control-plane']

/** Who plays the real world in the clusters. */
export type UpSimulator = 'ocm' | 'storage' | 'ramen'
const simulators: readonly UpSimulator[] = ['ocm', 'storage', 'ramen']

/** Wrong arguments, or what was asked for was only help: what to print, and the exit code. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly exitCode: number

  constructor(message: string, exitCode: number) {
    super(message)
    this.exitCode = exitCode
  }
}

const namePattern = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/
const highestPort = 65_535

const listOf = (text: string): string[] => {
  const items = text.split(',').map((item) => item.trim())
  const twice = items.find((item, at) => items.indexOf(item) < at)
  if (twice !== undefined) throw new InvalidArgumentError(`${twice} is there twice`)
  return items
}

const readNames = (text: string): string[] => {
  const names = listOf(text)
  const wrong = names.find((name) => !namePattern.test(name))
  if (wrong === undefined) return names
  throw new InvalidArgumentError(
    `${JSON.stringify(wrong)} is no name for a cluster: lower case letters, digits and - only, 63 at most`,
  )
}

const readSimulators = (text: string): UpSimulator[] =>
  listOf(text).map((name) => {
    const found = simulators.find((one) => one === name)
    if (found !== undefined) return found
    throw new InvalidArgumentError(`${JSON.stringify(name)}: expected some of ${simulators.join(', ')}`)
  })

const readPort = (text: string): number => {
  const port = Number(text)
  if (/^\d+$/.test(text) && port >= 1 && port <= highestPort) return port
  throw new InvalidArgumentError(`expected a number from 1 to ${highestPort}`)
}

const examples = `
Examples:
  odfmo-testkit up --clusters hub,cluster1 --dir ./clusters
  odfmo-testkit up --crds ./config/crd -- go test ./...
  odfmo-testkit up --clusters hub,cluster1 --simulators ocm,storage --dir ./clusters --json

Prints the paths of the kubeconfig files (with --json one line of JSON) when everything is ready, and ends at SIGINT,
SIGTERM, SIGHUP, or when whoever started it has ended. With a COMMAND after -- it prints nothing, runs the command
with KUBECONFIG set to all files (the first cluster is the current one), and ends with its exit code.
Exit codes: 0 told to stop, 1 something cannot be started, 2 wrong arguments.`

interface Parsed extends Omit<UpOptions, 'directory' | 'command'> {
  readonly dir?: string
}

/**
 * Reads `up --clusters a,b --dir D …  [-- COMMAND …]`; throws UsageError with exit code 2, or 0 when only help or the
 * version was asked for.
 */
export const readCliOptions = (args: readonly string[], version: string): UpOptions => {
  const end = args.indexOf('--')
  const [own, command] = end < 0 ? [args, []] : [args.slice(0, end), args.slice(end + 1)]
  let output = ''
  let found: Parsed | undefined
  const write = (text: string): void => {
    output += text
  }
  const configured = (one: Command): Command =>
    one.exitOverride().configureOutput({ writeOut: write, writeErr: write })
  const program = configured(new Command('odfmo-testkit'))
    .description('Kubernetes clusters for tests, from any language')
    .version(version)
  configured(program.command('up'))
    .description('starts clusters, leaves a kubeconfig file for each, and stays until it is told to stop')
    .usage('[options] [-- COMMAND...]')
    .option('--clusters <names>', 'names of the clusters, by comma', readNames, ['cluster'])
    .option(
      '--dir <folder>',
      'where the kubeconfig files go (default: ".", or with a COMMAND a folder that goes again)',
    )
    .option('--crds <path...>', 'files or folders of CustomResourceDefinitions for every cluster', [])
    .option('--apply <path...>', 'files or folders of objects for every cluster, as an administrator', [])
    .option(
      '--simulators <names>',
      `who plays the real world, by comma (${simulators.join(', ')}): on the cluster named hub, or else the first one, and its spokes`,
      readSimulators,
      [],
    )
    .addOption(
      new Option('--provider <name>', 'where they run: in this process, or as a real control plane beside it')
        .choices(providers)
        .default('memory'),
    )
    .option(
      '--port <number>',
      'port of the first cluster, the next ones follow; for clusters in memory',
      readPort,
    )
    .option('--json', 'print one line of JSON instead of paths', false)
    .option('--force', 'write over kubeconfig files of somebody else', false)
    .option('--stay', 'go on when whoever started this has ended', false)
    .addHelpText('after', examples)
    .allowExcessArguments(false)
    .action((options: Parsed) => {
      found = options
    })
  try {
    program.parse(own, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) throw new UsageError(output.trim(), error.exitCode === 0 ? 0 : 2)
    throw error
  }
  if (found === undefined) throw new UsageError(program.helpInformation().trim(), 2)
  return checked(found, command, end >= 0)
}

/** What no option is wrong by itself. */
const checked = (parsed: Parsed, command: readonly string[], hasDashes: boolean): UpOptions => {
  const { dir, ...options } = parsed
  const { clusters, port, provider, simulators: players, json } = options
  const problem =
    hasDashes && command.length === 0
      ? '--: expected a command after it'
      : port !== undefined && provider !== 'memory'
        ? '--port: only clusters in memory can have one of your choice'
        : port !== undefined && port + clusters.length - 1 > highestPort
          ? `--port: ${port} is too high for ${clusters.length} clusters`
          : players.includes('ocm') && clusters.length < 2
            ? '--simulators: ocm needs a hub and at least one more cluster'
            : json && command.length > 0
              ? '--json: with a command nothing is printed; it finds the clusters by KUBECONFIG'
              : undefined
  if (problem !== undefined) throw new UsageError(problem, 2)
  return {
    clusters,
    directory: dir ?? (command.length === 0 ? '.' : undefined),
    crds: options.crds,
    apply: options.apply,
    provider,
    simulators: players,
    port,
    json,
    force: options.force,
    stay: options.stay,
    command,
  }
}
