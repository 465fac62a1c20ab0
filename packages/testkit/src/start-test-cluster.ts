import { checkName, checkSources, checkSwitch } from './check-cluster-options.ts'
import { checkFields } from './check-option.ts'
import type { Cluster } from './cluster.ts'
import { startControlPlane } from './control-plane/start-control-plane.ts'
import type { ObjectSource } from './fixtures.ts'
import { useExisting } from './existing/use-existing.ts'
import { startCluster } from './start-cluster.ts'

/** How the cluster is, whatever provides it. */
export interface TestClusterOptions {
  /** `cluster` when absent. */
  readonly name?: string
  /** CustomResourceDefinitions: objects, files or folders. */
  readonly crds?: readonly ObjectSource[]
  /** Garbage collection, namespaces, signing, service accounts; true when absent. */
  readonly controllers?: boolean
}

/** `hub=CONTEXT,cluster1=CONTEXT`; one without a name is for every cluster. */
const contextOf = (name: string, text: string): string => {
  const pairs = text.split(',').map((pair) => pair.trim().split('=', 2))
  const context =
    pairs.find(([cluster]) => cluster === name)?.[1] ?? pairs.find((pair) => pair.length === 1)?.[0]
  if (context === undefined || context === '')
    throw new Error(`TESTKIT_CONTEXTS: expected ${name}=CONTEXT in it, got ${JSON.stringify(text)}`)
  return context
}

const checkOptions = (options: TestClusterOptions): void => {
  checkFields('startTestCluster', options, ['name', 'crds', 'controllers'])
  checkName('startTestCluster: name', options.name)
  checkSources('startTestCluster: crds', options.crds)
  checkSwitch('startTestCluster: controllers', options.controllers)
}

/**
 * Starts a cluster of the provider that TESTKIT_PROVIDER names: `memory` (also when it is not set), `control-plane`, or
 * `existing` by TESTKIT_KUBECONFIG (a path) and TESTKIT_CONTEXTS (`hub=CONTEXT,cluster1=CONTEXT`).
 */
export const startTestCluster = async (options: TestClusterOptions = {}): Promise<Cluster> => {
  checkOptions(options)
  const { name = 'cluster', crds = [], controllers = true } = options
  const provider = process.env['TESTKIT_PROVIDER'] ?? 'memory'
  switch (provider) {
    case '':
    case 'memory':
      return startCluster({ name, crds, controllers: controllers ? {} : false })
    case 'control-plane': {
      const controlPlane = await startControlPlane({ clusters: [{ name, crds }], controllers })
      const stop = (): Promise<void> => controlPlane.stop()
      return { ...controlPlane.cluster(name), stop, [Symbol.asyncDispose]: stop }
    }
    case 'existing': {
      const kubeconfig = process.env['TESTKIT_KUBECONFIG'] ?? ''
      const context = contextOf(name, process.env['TESTKIT_CONTEXTS'] ?? '')
      const existing = await useExisting({ kubeconfig, contexts: { [name]: context } })
      const cluster = existing.cluster(name)
      await cluster.installCrds(crds)
      return cluster
    }
    default:
      throw new Error(
        `TESTKIT_PROVIDER: expected memory, control-plane or existing, got ${JSON.stringify(provider)}`,
      )
  }
}
