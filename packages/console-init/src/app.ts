import {
  createManager,
  Engine,
  leaseLock,
  watchDerived,
  type KubeClient,
  type LeaderTimings,
  type Logger,
  type Manager,
  type ManagerOptions,
  type Metrics,
} from '@odfmo/controller-kit'
import type { ConsoleInitConfig } from './config.ts'
import { consoleInit, type ConsoleInit } from './console-init.ts'
import { consoleNews } from './console-news.ts'
import { consoleStatus, type ConsoleStatus } from './console-status.ts'
import { serviceName } from './service-name.ts'

/** What the service runs with. */
export interface AppOptions extends Pick<
  ManagerOptions,
  'clock' | 'metricsAddress' | 'healthAddress' | 'debug'
> {
  readonly config: Pick<ConsoleInitConfig, 'namespace' | 'port'>
  readonly client: KubeClient
  readonly logger: Logger
  readonly metrics: Metrics
  readonly identity: string
  readonly leaderElect: boolean
  readonly leaderTimings?: LeaderTimings
}

/** Everything that runs in this service. */
export interface App {
  readonly manager: Manager
  readonly engine: Engine
  readonly console: ConsoleInit
  /** How the console is now, as far as the caches know. */
  status(): ConsoleStatus
  /** Calls the listener whenever the state of one of its objects has changed. */
  onChange(listener: () => void): void
}

/** The service's parts, wired and ready to run. */
export const consoleInitApp = (options: AppOptions): App => {
  const { config, client, logger, metrics, leaderElect, leaderTimings, ...rest } = options
  const console = consoleInit({ ...config, cluster: client.cluster })
  const lock = leaseLock(client.urgent(), { namespace: config.namespace, name: serviceName })
  const manager = createManager({
    ...rest,
    name: 'console-init',
    logger,
    metrics,
    clients: [client],
    watches: [console.kinds.ConsoleDeployment],
    ...(leaderElect
      ? {
          leaderElection: {
            locks: [lock],
            ...(leaderTimings === undefined ? {} : { timings: leaderTimings }),
          },
        }
      : {}),
  })
  const { informers, clients, clock, canWrite } = manager
  const news = consoleNews({ console, cache: informers, recorder: manager.recorder(client.cluster), logger })
  const listeners: (() => void)[] = []
  const engine = new Engine({
    name: serviceName,
    derived: console.derived,
    cache: informers,
    clients,
    clock,
    logger,
    canWrite,
    queueObserver: metrics.queueObserver(serviceName),
    observer: {
      ...metrics.engineObserver,
      changed(rule, key, state) {
        news.changed(rule, key, state)
        for (const listener of listeners) listener()
      },
    },
  })
  manager.add(engine)
  watchDerived(metrics, engine)
  return {
    manager,
    engine,
    console,
    status: () => consoleStatus(console, { explanations: engine.explain(), unsynced: informers.unsynced() }),
    onChange: (listener) => void listeners.push(listener),
  }
}
