import { InvalidArgumentError } from 'commander'
import { cli } from '../../command/cli.ts'
import { parts, type Part } from './parts.ts'

export interface ScenarioOptions {
  readonly kubeconfig: string
  /** `hub=CONTEXT,cluster1=CONTEXT,cluster2=CONTEXT` */
  readonly context: string
  readonly namespace: string
  readonly play: readonly Part[]
  /** Play until Ctrl-C instead of trying anything. */
  readonly stay: boolean
  /** How long anything may take that has to come about. */
  readonly timeoutSeconds: number
}

interface Parsed extends Omit<ScenarioOptions, 'timeoutSeconds' | 'kubeconfig' | 'context'> {
  readonly kubeconfig?: string
  readonly context?: string
  readonly timeout: number
}

const mostSeconds = 3_600

/** The options from `process.argv`-like arguments; help and what is wrong end the process (exit 0, 2). */
export const parseOptions = (argv: readonly string[]): ScenarioOptions => {
  const command = cli(
    'scenarios',
    'Tries an installed odfmo on clusters for trying out: MirrorPeers come, change and go, and all has to be as they want it.',
  )
    .option('--kubeconfig <file>', 'how to reach the clusters, as their administrator')
    .option('--context <list>', 'which context is which: hub=A,cluster1=B,cluster2=C')
    .option('--namespace <name>', 'where odfmo is installed on the hub', 'odfmo-system')
    .option(
      '--play <list>',
      `what is not there and is played: some of ${parts.join(',')}`,
      partsOf,
      [] as readonly Part[],
    )
    .option('--stay', 'try nothing: play until Ctrl-C, for MirrorPeers of your own', false)
    .option('--timeout <seconds>', 'how long each thing may take that has to come about', secondsOf, 300)
    .parse(argv, { from: 'user' })
  const { timeout, kubeconfig, context, ...options } = command.opts<Parsed>()
  // Told after an option that nobody knows.
  if (kubeconfig === undefined) return command.error('error: --kubeconfig FILE is needed')
  if (context === undefined)
    return command.error(
      'error: --context hub=A,cluster1=B,cluster2=C is needed, with contexts of the kubeconfig',
    )
  return { ...options, kubeconfig, context, timeoutSeconds: timeout }
}

const partsOf = (text: string): readonly Part[] => {
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.find((name) => !parts.some((part) => part === name))
  if (unknown !== undefined)
    throw new InvalidArgumentError(
      `Some of ${parts.join(', ')} are expected, got ${JSON.stringify(unknown)}.`,
    )
  return parts.filter((part) => names.includes(part))
}

const secondsOf = (text: string): number => {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < 1 || value > mostSeconds)
    throw new InvalidArgumentError(`A number of seconds from 1 to ${mostSeconds} is expected.`)
  return value
}
