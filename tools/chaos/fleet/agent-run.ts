import { contract } from '@odfmo/api-types'
import { silentLogger, type Engine, type Manager, type ManualClock } from '@odfmo/controller-kit'
import type { InMemoryCluster } from '@odfmo/testkit'
import type { UnderWay } from '../../../packages/hub-controller/chaos/counted-client.ts'
import { countedClient } from '../../../packages/hub-controller/chaos/hub.ts'
import { agentApp, type AgentApp } from '../../../packages/token-exchange-agent/src/app.ts'
import { configure } from '../../../packages/token-exchange-agent/src/config.ts'
import { agentManager } from '../../../packages/token-exchange-agent/src/run-agent.ts'

/** What an agent's Deployment says of it. */
export interface AgentPlace {
  readonly clusterName: string
  readonly installNamespace: string
  readonly odrNamespace: string | undefined
}

export interface AgentRun {
  readonly name: string
  readonly place: AgentPlace
  readonly manager: Manager
  readonly engine: Engine
  /** What does not rest; empty: all is as wanted, or is waited for. */
  unrest(): readonly string[]
  /** Ends it like a SIGTERM, or (`crash`) like a SIGKILL: connections are cut in the middle of whatever is under way. */
  stop(how: 'stop' | 'crash'): Promise<void>
  /** Set when it ended without being asked. */
  readonly failure: () => unknown
}

export const agentHubUser = (clusterName: string): string =>
  `system:open-cluster-management:cluster:${clusterName}:addon:${contract.addon.name}:agent:${contract.addon.name}`

const agentHubGroups = (clusterName: string): readonly string[] => [
  `system:open-cluster-management:cluster:${clusterName}:addon:${contract.addon.name}`,
  `system:open-cluster-management:addon:${contract.addon.name}`,
  'system:authenticated',
]

export const agentSpokeUser = (installNamespace: string): string =>
  `system:serviceaccount:${installNamespace}:token-exchange-agent-sa`

/** As the process of the Deployment reads its flags and environment. */
const scopeOf = ({ clusterName, installNamespace, odrNamespace }: AgentPlace) =>
  configure(
    { own: { 'hub-kubeconfig': '', 'cluster-name': clusterName, namespace: installNamespace } },
    { [contract.env.odrNamespace]: odrNamespace },
  ).scope

/** Breaks something in the rules of agents before they run: to see that the oracle finds it. */
export type AgentMutation = (app: AgentApp) => void

export interface AgentSetting {
  readonly hub: InMemoryCluster
  readonly spoke: InMemoryCluster
  readonly clock: ManualClock
  readonly underWay: UnderWay
  readonly mutation?: AgentMutation | undefined
}

/** The agent as it is shipped, in this process, on the world's clock. */
export const startAgentRun = async (
  { hub, spoke, clock, underWay, mutation }: AgentSetting,
  place: AgentPlace,
  name: string,
): Promise<AgentRun> => {
  const { clusterName, installNamespace } = place
  const component = 'token-exchange-agent'
  const hubClient = await countedClient(
    { cluster: hub, clock, underWay },
    { user: agentHubUser(clusterName), groups: [...agentHubGroups(clusterName)] },
    { component, name: 'hub' },
  )
  const spokeClient = await countedClient(
    { cluster: spoke, clock, underWay },
    { user: agentSpokeUser(installNamespace), groups: ['system:serviceaccounts'] },
    { component, name: 'spoke' },
  )
  const scope = scopeOf(place)
  const app = agentApp(scope)
  mutation?.(app)
  const { manager, engine } = agentManager({
    scope,
    app,
    hub: hubClient,
    spoke: spokeClient,
    identity: name,
    logger: silentLogger,
    // Slow ones: minutes in which nothing happens are many renewals.
    leaderTimings: { leaseDurationMs: 240_000, renewDeadlineMs: 180_000, retryPeriodMs: 60_000 },
    clock,
  })
  const stopping = new AbortController()
  let failure: unknown
  const running = manager.run(stopping.signal).catch((error: unknown) => {
    failure = error ?? new Error('ended')
  })
  return {
    name,
    place,
    manager,
    engine,
    failure: () => failure,
    unrest: () => [
      ...manager.informers.unsynced().map(({ name: what, why }) => `${what}: ${why}`),
      ...(engine.pending > 0 ? [`${engine.pending} keys pending`] : []),
      ...engine
        .explain()
        .filter(({ state }) => ['writing', 'pending', 'going', 'failed'].includes(state.is))
        .map(({ derived, key, state }) => `${derived} ${key.name}: ${JSON.stringify(state)}`),
    ],
    async stop(how) {
      if (how === 'crash') await Promise.all([hubClient.close(), spokeClient.close()])
      stopping.abort()
      await running
    },
  }
}
