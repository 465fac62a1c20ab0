import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import type { DemoOptions } from '../options.ts'
import { InputError, type Problem } from './problem.ts'

/** Where the clusters come from. */
export type ClusterSource =
  | { readonly provider: 'memory' }
  | { readonly provider: 'control-plane' }
  | {
      readonly provider: 'existing'
      /** Path of the kubeconfig file. */
      readonly kubeconfig: string
      /** Cluster → its context; one is `hub`, the others are spokes. */
      readonly contexts: Readonly<Record<string, string>>
    }

type SourceOptions = Pick<DemoOptions, 'provider' | 'kubeconfig' | 'context' | 'clusters'>

const example = '--context hub=CONTEXT,cluster1=CONTEXT,cluster2=CONTEXT'

/** What the options say about the clusters. Throws InputError with everything that is wrong with them. */
export function clusterSourceOf(options: SourceOptions): ClusterSource {
  const { provider, kubeconfig, context } = options
  if (provider === 'existing') return existing(options)
  const unused = [
    ...(kubeconfig === undefined ? [] : ['--kubeconfig']),
    ...(context === undefined ? [] : ['--context']),
  ]
  if (unused.length > 0) {
    throw new InputError(
      unused.map((where) => ({
        where,
        what: `clusters of ${provider} have no use for it`,
        todo: 'Leave it out, or say --provider existing.',
      })),
    )
  }
  return { provider }
}

/** The clusters of a source that names them; undefined when they are generated. */
export const namesIn = (source: ClusterSource): string[] | undefined =>
  source.provider === 'existing' ? Object.keys(source.contexts).filter((name) => name !== 'hub') : undefined

function existing({ kubeconfig, context, clusters }: SourceOptions): ClusterSource {
  const problems: Problem[] = []
  if (clusters !== undefined) {
    const what = 'existing clusters are those that --context names'
    problems.push({ where: '--clusters', what, todo: 'Leave it out.' })
  }
  if (kubeconfig === undefined) {
    const what = '--provider existing needs the file that says how to reach the clusters'
    problems.push({ where: '--kubeconfig', what, todo: 'Add --kubeconfig FILE.' })
  }
  if (context === undefined) {
    const what = '--provider existing needs to know which cluster is which'
    problems.push({ where: '--context', what, todo: `Add ${example}, with contexts of the kubeconfig.` })
  }
  const contexts = context === undefined ? new Map<string, string>() : contextsOf(context, problems)
  const file = kubeconfig === undefined ? undefined : path.resolve(kubeconfig)
  if (file !== undefined) problems.push(...kubeconfigProblems(file, contexts))
  if (problems.length > 0 || file === undefined) throw new InputError(problems)
  return { provider: 'existing', kubeconfig: file, contexts: Object.fromEntries(contexts) }
}

/** `hub=a,cluster1=b` → a map; what is wrong is added to the problems. */
function contextsOf(text: string, problems: Problem[]): Map<string, string> {
  const contexts = new Map<string, string>()
  const wrong = (what: string, todo: string): void => void problems.push({ where: '--context', what, todo })
  for (const pair of text.split(',')) {
    const at = pair.indexOf('=')
    const name = pair.slice(0, Math.max(0, at)).trim()
    const context = pair.slice(at + 1).trim()
    if (at < 1 || context === '') wrong(`${JSON.stringify(pair)} is no CLUSTER=CONTEXT`, `Write ${example}.`)
    else if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name))
      wrong(`no cluster can be called ${JSON.stringify(name)}`, 'Use lower-case letters, digits and hyphens.')
    else if (contexts.has(name)) wrong(`${name} is there twice`, 'Name each cluster once.')
    else contexts.set(name, context)
  }
  if (problems.length > 0) return contexts
  if (!contexts.has('hub')) wrong('no context is the hub', 'Add hub=CONTEXT.')
  if ([...contexts.keys()].filter((name) => name !== 'hub').length < 2)
    wrong('a MirrorPeer needs two spokes', `Write ${example}.`)
  return contexts
}

interface Named {
  readonly name?: unknown
  readonly context?: { readonly cluster?: unknown }
  readonly cluster?: { readonly server?: unknown }
}

interface Kubeconfig {
  readonly contexts?: readonly Named[]
  readonly clusters?: readonly Named[]
}

function kubeconfigProblems(file: string, contexts: ReadonlyMap<string, string>): Problem[] {
  const config = readKubeconfig(file)
  if (typeof config === 'string')
    return [{ where: file, what: config, todo: 'Give --kubeconfig the path of a kubeconfig file.' }]
  const there = new Map((config.contexts ?? []).map((one) => [String(one.name), one.context]))
  const takenBy = new Map<string, string>()
  return [...contexts].flatMap(([name, context]) => {
    const found = there.get(context)
    if (found === undefined) {
      const known = [...there.keys()].join(', ') || 'none'
      const what = `${name}: there is no context ${JSON.stringify(context)}; there are: ${known}`
      return [{ where: file, what, todo: 'Use one of those in --context.' }]
    }
    const server = config.clusters?.find((one) => one.name === found.cluster)?.cluster?.server
    const key = typeof server === 'string' ? server : String(found.cluster)
    const other = takenBy.get(key)
    takenBy.set(key, name)
    if (other === undefined) return []
    const what = `${other} and ${name} are the same cluster, ${key}`
    return [{ where: '--context', what, todo: 'Give the hub and each spoke a cluster of its own.' }]
  })
}

/** The file's content, or what is wrong with it. */
function readKubeconfig(file: string): Kubeconfig | string {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    return `cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : String(error)})`
  }
  try {
    const value: unknown = parse(text)
    if (typeof value === 'object' && value !== null && 'contexts' in value) return value as Kubeconfig
  } catch {
    // The parser's message quotes lines, and lines may hold a token.
  }
  return 'is no kubeconfig'
}
