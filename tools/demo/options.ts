import { InvalidArgumentError } from 'commander'
import { cli } from '../command/cli.ts'

export interface DemoOptions {
  /** MirrorPeers, ManagedClusters and more; without it: pairs of generated clusters. */
  readonly file?: string
  /** How many spokes, cluster1 … clusterN; undefined: two, or what the file's ManagedClusters say. */
  readonly clusters?: number
  readonly provider: Provider
  /** With provider existing: the kubeconfig file, and `hub=CONTEXT,cluster1=CONTEXT,…`. */
  readonly kubeconfig?: string
  readonly context?: string
  /** Stay up after the job is done, until Ctrl-C. */
  readonly keep: boolean
  /** Delete the MirrorPeers again and compare with what was there before them. */
  readonly thenDelete: boolean
  /** How long the job may take before it counts as failed. */
  readonly timeoutSeconds: number
  /** Watch this many seconds after convergence for writes that should not happen. */
  readonly quietSeconds?: number
  readonly json: boolean
}

const providers = ['memory', 'control-plane', 'existing'] as const
type Provider = (typeof providers)[number]

const mostClusters = 50

interface Parsed {
  readonly file?: string
  readonly clusters?: number
  readonly provider: Provider
  readonly kubeconfig?: string
  readonly context?: string
  readonly keep: boolean
  readonly thenDelete: boolean
  readonly timeout: number
  readonly quiet?: number
  readonly json: boolean
}

/** The demo's options from `process.argv`-like arguments; help and what is wrong end the process (exit 0, 2). */
export function parseOptions(argv: readonly string[]): DemoOptions {
  const command = cli(
    'demo',
    'A MirrorPeer becomes exchanged secrets on a hub and its spokes, one process per cluster and service.',
  )
    .option('--file <file>', 'MirrorPeers, ManagedClusters and more for the hub, as YAML (see examples/)')
    .option(
      '--clusters <n>',
      'how many spokes: cluster1 … clusterN (2)',
      wholeNumber('spokes', 2, mostClusters),
    )
    .option(
      '--provider <name>',
      'what the clusters are: memory; control-plane (a real kube-apiserver each); existing (yours, for trying out only)',
      oneOf(providers),
      'memory' as const,
    )
    .option('--kubeconfig <file>', 'existing: how to reach the clusters')
    .option('--context <list>', 'existing: which context is which, hub=A,cluster1=B,cluster2=C')
    .option('--keep', 'stay up when the job is done and print the kubeconfig paths; Ctrl-C ends it', false)
    .option('--then-delete', 'delete the MirrorPeers again: the clusters must be as before them', false)
    .option(
      '--quiet <seconds>',
      'then watch so long that nothing but leases is written',
      wholeNumber('seconds', 1, 86_400),
    )
    .option('--timeout <seconds>', 'how long the job may take', wholeNumber('seconds', 1, 86_400), 90)
    .option('--json', 'print one JSON document instead of the live view and the summary', false)
    .parse(argv, { from: 'user' })
  const { quiet, timeout, ...options } = command.opts<Parsed>()
  return { ...options, timeoutSeconds: timeout, quietSeconds: quiet }
}

function wholeNumber(what: string, least: number, most: number) {
  return (text: string): number => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`A number of ${what} from ${least} to ${most} is expected.`)
    }
    return value
  }
}

function oneOf<T extends string>(names: readonly T[]) {
  return (text: string): T => {
    const name = names.find((one) => one === text)
    if (name === undefined) throw new InvalidArgumentError(`One of ${names.join(', ')} is expected.`)
    return name
  }
}
