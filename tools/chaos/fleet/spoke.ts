import type { ManualClock } from '@odfmo/controller-kit'
import { spokeCrds, startCluster, type InMemoryCluster, type Snapshot } from '@odfmo/testkit'
import type { UnderWay } from '../../../packages/hub-controller/chaos/counted-client.ts'
import { Hands } from '../../../packages/hub-controller/chaos/hands.ts'
import { countedClient } from '../../../packages/hub-controller/chaos/hub.ts'
import type { AgentRun } from './agent-run.ts'
import { namespacesOf, type SpokeTruth } from './truth.ts'

/** What a klusterlet has applied, by kind and name, as text: it is applied again when that differs or is gone. */
export type Applied = Map<string, { readonly work: string; readonly text: string; readonly object: object }>

/** A managed cluster: its API, who acts on it by hand, what its klusterlet has brought, the agents that run there. */
export interface Spoke {
  readonly truth: SpokeTruth
  readonly cluster: InMemoryCluster
  readonly hands: Hands
  readonly applied: Applied
  readonly agents: AgentRun[]
}

export const openSpoke = async (
  truth: SpokeTruth,
  setting: { readonly clock: ManualClock; readonly underWay: UnderWay },
  snapshot?: Snapshot,
): Promise<Spoke> => {
  const { name } = truth
  const cluster = await startCluster({ name, clock: setting.clock, crds: spokeCrds, journalLimit: 100_000 })
  if (snapshot === undefined)
    await cluster.apply(
      ...namespacesOf(truth).map((namespace) => ({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: namespace },
      })),
    )
  else cluster.restore(snapshot)
  const client = await countedClient({ ...setting, cluster }, {}, { name })
  return { truth, cluster, hands: new Hands(cluster, client), applied: new Map(), agents: [] }
}

export const closeSpoke = async ({ cluster, hands }: Pick<Spoke, 'cluster' | 'hands'>): Promise<void> => {
  await hands.close()
  await cluster.stop()
}
