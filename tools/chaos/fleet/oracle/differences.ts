import { contract, kinds, type StorageCluster } from '@odfmo/api-types'
import { sameState, type Difference, type KubeObject, type Snapshot } from '@odfmo/testkit'
import { projected } from '../../../../packages/hub-controller/chaos/oracle/projection.ts'
import { FleetWorld } from '../world.ts'
import { inputsOf } from './inputs.ts'

/** The lock tells who works, not what was made. */
const ignore = ({ kind, metadata }: KubeObject): boolean =>
  kind === 'ConfigMap' && metadata.name === contract.spoke.lock

/** Names of peers stand in the order in which their secrets came, which has no meaning; nor has what says nothing. */
const byMeaning = ({ revision, tables }: Snapshot): Snapshot => ({
  revision,
  tables: Object.fromEntries(
    Object.entries(tables).map(([table, objects]) => [
      table,
      table === storageClusters
        ? objects.map((one) => plainMirroring(one as unknown as StorageCluster) as unknown as KubeObject)
        : objects,
    ]),
  ),
})

const storageClusters = `${kinds.StorageCluster.group}/${kinds.StorageCluster.plural}`

const plainMirroring = (object: StorageCluster): StorageCluster => {
  const { mirroring, ...spec } = object.spec ?? {}
  const { enabled = false, peerSecretNames = [], ...others } = mirroring ?? {}
  const plain = {
    ...others,
    ...(enabled ? { enabled } : {}),
    ...(peerSecretNames.length === 0 ? {} : { peerSecretNames: peerSecretNames.toSorted() }),
  }
  return { ...object, spec: { ...spec, ...(Object.keys(plain).length === 0 ? {} : { mirroring: plain }) } }
}

const snapshotsOf = (world: FleetWorld): ReadonlyMap<string, Snapshot> =>
  new Map([
    ['hub', projected(world.hub.snapshot())],
    ...world.spokes.map(({ truth, cluster }) => [truth.name, byMeaning(cluster.snapshot())] as const),
  ])

/** Where a fleet that has come to rest differs from what hub and agents make of the same inputs on fresh clusters. */
export const fleetDifferences = async (
  world: FleetWorld,
): Promise<readonly (Difference & { readonly cluster: string })[]> => {
  const left = snapshotsOf(world)
  const fresh = await FleetWorld.open(world.truth, inputsOf(world), world.clock.now())
  try {
    await fresh.round()
    await fresh.startHub()
    await fresh.settle()
    const right = snapshotsOf(fresh)
    return [...left].flatMap(([cluster, state]) =>
      sameState(state, right.get(cluster) ?? state, { ignore }).map((difference) => ({
        ...difference,
        cluster,
      })),
    )
  } finally {
    await fresh.close()
  }
}
