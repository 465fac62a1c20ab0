import { Command, InvalidArgumentError } from 'commander'
import type { Provider } from '../src/cluster.ts'

export interface ConformanceOptions {
  /** Undefined: the in-memory one, and the control plane if its binaries are there. */
  readonly providers?: readonly Provider[]
  /** Of the provider `existing`: a file, and the name of a context in it. */
  readonly kubeconfig?: string
  readonly context?: string
  /** Runs only the areas with one of these file names. */
  readonly areas?: readonly string[]
  /** Runs only cases with this text in `AREA: TITLE`. */
  readonly filter?: string
  /** Keeps the answers of the control plane as the recorded ones. */
  readonly record: boolean
  readonly json: boolean
}

const known: readonly Provider[] = ['memory', 'control-plane', 'existing']
const exitUsage = 2

/** From arguments; help and what is wrong end the process (exit 0, 2). `allAreas`: file names there are. */
export const parseOptions = (argv: readonly string[], allAreas: readonly string[]): ConformanceOptions => {
  const command = new Command('npm run conformance --')
    .description(
      'Runs the API suite on every provider and compares all answers with those of a real API server.',
    )
    .option(
      '--provider <names>',
      `${known.join(', ')}, by comma (memory, and control-plane if it can be had)`,
      providersIn,
    )
    .option('--kubeconfig <file>', 'of the provider existing')
    .option('--context <name>', 'of the provider existing: a context in that file')
    .option('--area <names>', 'only these areas, by comma: the names of the files in recorded/', (text) =>
      areasIn(text, allAreas),
    )
    .option('--filter <text>', 'only cases with this text in their name')
    .option('--record', 'keep the control plane’s answers as the ones to compare with', false)
    .option('--json', 'print one JSON document', false)
    .showHelpAfterError()
    .allowExcessArguments(false)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : exitUsage))
    .parse(argv, { from: 'user' })
  const { provider, area, ...options } = command.opts<
    Omit<ConformanceOptions, 'providers' | 'areas'> & { provider?: Provider[]; area?: string[] }
  >()
  if (
    provider?.includes('existing') === true &&
    (options.kubeconfig === undefined || options.context === undefined)
  )
    command.error('--provider existing needs --kubeconfig FILE and --context NAME: which cluster to use')
  if (provider?.includes('existing') !== true && (options.kubeconfig ?? options.context) !== undefined)
    command.error('--kubeconfig and --context say which cluster --provider existing uses: add that')
  if (options.record && provider?.includes('control-plane') === false)
    command.error('--record keeps the answers of a real server: it needs --provider control-plane')
  return { ...options, providers: provider, areas: area }
}

const areasIn = (text: string, all: readonly string[]): string[] => {
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.filter((name) => !all.includes(name))
  if (unknown.length === 0) return names
  throw new InvalidArgumentError(`There is no ${unknown.join(', ')}; areas: ${all.join(', ')}.`)
}

const providersIn = (text: string): Provider[] =>
  text.split(',').map((name) => {
    const provider = known.find((each) => each === name.trim())
    if (provider === undefined) throw new InvalidArgumentError(`One of ${known.join(', ')} is expected.`)
    return provider
  })
