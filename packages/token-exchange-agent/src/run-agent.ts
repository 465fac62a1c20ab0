import { contract } from '@odfmo/api-types'
import {
  configMapLock,
  createManager,
  Engine,
  leaseHeartbeat,
  leaseLock,
  type BindAddress,
  type Clock,
  type KubeClient,
  type LeaderTimings,
  type Logger,
  type Manager,
  type Metrics,
  systemClock,
} from '@odfmo/controller-kit'
import type { AgentScope } from './agent-scope.ts'
import { agentApp, type AgentApp } from './app.ts'
import { agentNews } from './news/agent-news.ts'
import { accountOf, ownedByAccount } from './owned-by-account.ts'
import { patchOrUpdate } from './patch-or-update.ts'
import { followNamespaces } from './runnables/follow-namespaces.ts'
import { reportStates } from './runnables/report-states.ts'

export interface AgentOptions {
  readonly scope: AgentScope
  /** What it does; that of the scope when left out. */
  readonly app?: AgentApp
  readonly hub: KubeClient
  readonly spoke: KubeClient
  /** Unique for each process. */
  readonly identity: string
  readonly logger: Logger
  readonly leaderTimings?: LeaderTimings
  readonly healthAddress?: BindAddress | undefined
  readonly metricsAddress?: BindAddress | undefined
  readonly debug?: boolean
  readonly metrics?: Metrics
  readonly clock?: Clock
  /** Keys worked on at the same time; the engine's default when left out. */
  readonly workers?: number
}

/**
 * The agent, ready to run. What it does is listed in app.ts; here it is put onto its two clusters. One at a time: it
 * works while it holds both locks on the spoke, the Lease and the ConfigMap that agents of the original hold.
 */
export const agentManager = (
  options: AgentOptions,
): { readonly manager: Manager; readonly engine: Engine } => {
  const {
    scope,
    hub,
    spoke,
    identity,
    logger,
    leaderTimings,
    healthAddress,
    metricsAddress,
    debug,
    clock = systemClock,
  } = options
  const { world, watches, indexes, derived } = options.app ?? agentApp(scope)
  const { installNamespace } = scope
  const bookkeeping = ownedByAccount(
    spoke.urgent(),
    accountOf(spoke.credentials.current.token, installNamespace),
  )
  const lockKey = { namespace: installNamespace, name: contract.spoke.lock }
  const manager = createManager({
    name: 'token-exchange-agent',
    identity,
    logger,
    clients: { hub, spoke },
    watches,
    indexes,
    leaderElection: {
      locks: [leaseLock(bookkeeping, lockKey), configMapLock(bookkeeping, lockKey)],
      ...(leaderTimings === undefined ? {} : { timings: leaderTimings }),
    },
    ...(healthAddress === undefined ? {} : { healthAddress }),
    ...(metricsAddress === undefined ? {} : { metricsAddress }),
    ...(debug === undefined ? {} : { debug }),
    ...(options.metrics === undefined ? {} : { metrics: options.metrics }),
    clock,
  })
  const { informers, metrics, canWrite } = manager
  const engine = new Engine({
    name: 'token-exchange-agent',
    derived,
    cache: informers,
    clients: { hub: patchOrUpdate(hub), spoke },
    clock,
    logger,
    canWrite,
    ...(options.workers === undefined ? {} : { workers: options.workers }),
    queueObserver: metrics.queueObserver('token-exchange-agent'),
    observer: metrics.engineObserver,
  })
  const tell = agentNews({
    agent: world,
    derived,
    informers,
    clients: { hub, spoke },
    recorder: manager.recorder('spoke'),
    clock,
  })
  manager.add(
    followNamespaces(world, informers),
    leaseHeartbeat({
      client: bookkeeping,
      key: { namespace: installNamespace, name: contract.addon.name },
      holderIdentity: identity,
      clock,
      logger,
    }),
    engine,
    reportStates({ explain: () => engine.explain(), tell, clock, logger }),
  )
  return { manager, engine }
}
