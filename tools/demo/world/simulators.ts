import type { Cluster } from '@odfmo/testkit'
import type { ClusterConfig } from './cluster-calls.ts'

/** Starts what runs on a hub or on a spoke besides our own services; the answer stops it. */
export async function startSimulators(
  _cluster: Cluster,
  _config: ClusterConfig,
): Promise<() => Promise<void>> {
  return async () => {}
}
