import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { UpOptions } from './cli-options.ts'
import { startCluster } from './start-cluster.ts'

export interface RunningClusters {
  /** Paths of the kubeconfig files, in the order of the names. */
  readonly kubeconfigs: readonly string[]
  /** Stops the clusters and takes the files away. */
  stop(): Promise<void>
}

/** Starts clusters and writes `DIR/NAME.kubeconfig` for each, readable by its owner alone. */
export const up = async ({ clusters: names, directory, crds }: UpOptions): Promise<RunningClusters> => {
  mkdirSync(directory, { recursive: true })
  const clusters = await Promise.all(names.map((name) => startCluster({ name, crds })))
  const kubeconfigs = clusters.map((cluster) => {
    const path = join(directory, `${cluster.name}.kubeconfig`)
    writeFileSync(path, cluster.kubeconfig(), { mode: 0o600 })
    return path
  })
  return {
    kubeconfigs,
    async stop() {
      for (const path of kubeconfigs) rmSync(path, { force: true })
      await Promise.all(clusters.map((cluster) => cluster.stop()))
    },
  }
}
