import { kinds, type Deployment } from '@odfmo/api-types'
import { isDeepStrictEqual } from 'node:util'
import { agentHubUser, type AgentPlace } from '../agent-run.ts'
import type { Spoke } from '../spoke.ts'
import type { FleetWorld } from '../world.ts'

/** What the Deployment starts. */
const placeOf = ({ spec }: Deployment): AgentPlace | undefined => {
  const [container] = spec?.template?.spec?.containers ?? []
  const argument = (name: string): string | undefined =>
    container?.args?.find((one) => one.startsWith(`--${name}=`))?.slice(name.length + 3)
  const clusterName = argument('cluster-name')
  const installNamespace = argument('namespace')
  if (clusterName === undefined || installNamespace === undefined) return undefined
  const odrNamespace = container?.env?.find(({ name }) => name === 'ODR_NAMESPACE')?.value
  return { clusterName, installNamespace, odrNamespace }
}

/** The klusterlet has registered the agent: it has a kubeconfig for the hub. */
const isRegistered = ({ hands }: FleetWorld, clusterName: string): boolean =>
  hands
    .list(kinds.ManagedClusterAddOn, clusterName)
    .some(({ status }) =>
      (status?.registrations ?? []).some(({ subject }) => subject?.user === agentHubUser(clusterName)),
    )

/** One round of a spoke's nodes: one agent for each Deployment, another when it ended by itself. Answers whether it did anything. */
export const kubeletRound = async (world: FleetWorld, spoke: Spoke): Promise<boolean> => {
  const { truth, hands, agents } = spoke
  const places = truth.isDown ? [] : hands.list(kinds.Deployment).flatMap((one) => placeOf(one) ?? [])
  let did = false
  for (const run of [...agents]) {
    if (run.failure() === undefined && places.some((place) => isDeepStrictEqual(place, run.place))) continue
    await world.endAgent(spoke, run, run.failure() === undefined ? 'stop' : 'crash')
    did = true
  }
  for (const place of places) {
    if (agents.some((run) => isDeepStrictEqual(place, run.place)) || !isRegistered(world, truth.name))
      continue
    await world.startAgent(spoke, place)
    did = true
  }
  return did
}
