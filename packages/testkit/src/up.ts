import { KubeconfigFiles } from './cli/kubeconfig-files.ts'
import { startSimulators } from './cli/start-simulators.ts'
import type { UpOptions, UpProvider } from './cli-options.ts'
import type { Cluster } from './cluster.ts'
import { readDefinitions, readObjects } from './fixtures.ts'
import type { KubeObject } from './kube-object.ts'
import { startControlPlane } from './control-plane/start-control-plane.ts'
import { startCluster } from './start-cluster.ts'

/** A cluster that runs, and where its kubeconfig is. */
export interface RunningCluster {
  readonly name: string
  readonly url: string
  /** Path of the file. */
  readonly kubeconfig: string
}

export interface RunningClusters {
  /** In the order of the names. */
  readonly clusters: readonly RunningCluster[]
  /** Stops everything and takes the files away. */
  stop(): Promise<void>
}

interface Started {
  readonly clusters: readonly Cluster[]
  stop(): Promise<void>
}

/** A file that cannot be read is told with the option that named it. */
const readFor = (option: string, read: () => readonly KubeObject[]): readonly KubeObject[] => {
  try {
    return read()
  } catch (error) {
    throw new Error(`${option}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

/** Stops in the opposite order; what goes wrong in one keeps no other from it, and is thrown in the end. */
const stopAll = async (stops: readonly (() => Promise<void> | void)[]): Promise<void> => {
  const problems: unknown[] = []
  for (const stop of [...stops].reverse()) {
    try {
      await stop()
    } catch (error) {
      problems.push(error)
    }
  }
  if (problems.length > 0) throw problems[0]
}

const startOf: Readonly<
  Record<UpProvider, (options: UpOptions, crds: readonly KubeObject[]) => Promise<Started>>
> = {
  async memory({ clusters: names, port }, crds) {
    const results = await Promise.allSettled(
      names.map((name, at) => startCluster({ name, crds, port: port === undefined ? 0 : port + at })),
    )
    const clusters = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    const stop = (): Promise<void> => stopAll(clusters.map((cluster) => () => cluster.stop()))
    const failed = results.find((result) => result.status === 'rejected')
    if (failed === undefined) return { clusters, stop }
    await stop()
    throw failed.reason
  },
  'control-plane': ({ clusters }, crds) => startControlPlane({ clusters, crds }),
}

/**
 * Starts clusters and simulators, and writes `DIR/NAME.kubeconfig` for each cluster when everything is there. When
 * something cannot be started it rejects, and nothing is left of the rest.
 */
export const up = async (options: UpOptions): Promise<RunningClusters> => {
  const crds = readFor('--crds', () => readDefinitions(options.crds))
  const objects = readFor('--apply', () => readObjects(options.apply))
  const files = new KubeconfigFiles(options.directory, options.clusters, options.force)
  const stops: (() => Promise<void> | void)[] = [() => files.remove()]
  try {
    const started = await startOf[options.provider](options, crds)
    const { clusters } = started
    stops.push(() => started.stop())
    const simulators = await startSimulators(clusters, options.simulators)
    stops.push(...simulators.map((simulator) => () => simulator.stop()))
    for (const cluster of clusters) await cluster.apply(...objects)
    return {
      clusters: clusters.map((cluster) => ({
        name: cluster.name,
        url: cluster.url,
        kubeconfig: files.write(cluster),
      })),
      stop: () => stopAll(stops),
    }
  } catch (error) {
    await stopAll(stops)
    throw error
  }
}
