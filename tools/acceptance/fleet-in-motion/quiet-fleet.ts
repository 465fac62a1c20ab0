import { contract, kinds } from '@odfmo/api-types'
import { peerTokenSecretName } from '@odfmo/secret-naming'
import type { Snapshot } from '@odfmo/testkit'
import { quiet } from '../acceptance-world.ts'
import { differencesSince } from '../differences-since.ts'
import { keptForAgents } from '../kept-for-agents.ts'
import { read, settled, storageClusterName } from './exchange.ts'
import type { FleetWorld } from './fleet-world.ts'

/** Resolves with what the clusters are like when the hub controller has made what it always has, and nobody writes. */
export const quietFleet = async (world: FleetWorld): Promise<readonly Snapshot[]> => {
  await settled(world, () => read(world.hub, kinds.ClusterManagementAddOn, { name: contract.addon.name }))
  await quiet(world.clusters)
  return Promise.all(world.clusters.map(async (cluster) => cluster.snapshot()))
}

/** What is not as it was, or is kept for an agent; that storage has another key than then is its own affair. */
export const leftSince = async (
  before: readonly Snapshot[],
  { clusters, spokes }: FleetWorld,
): Promise<readonly string[]> => {
  const differences = await differencesSince(before, clusters)
  const rotated = `/${peerTokenSecretName(storageClusterName)} data.token`
  return [
    ...differences.filter((difference) => !difference.endsWith(rotated)),
    ...(await keptForAgents(spokes.map(({ cluster }) => cluster))),
  ]
}
