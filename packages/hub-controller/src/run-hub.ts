import { contract } from '@odfmo/api-types'
import {
  createManager,
  Engine,
  leaseLock,
  type KubeClient,
  type Logger,
  type Manager,
  type ManagerOptions,
  type Metrics,
} from '@odfmo/controller-kit'
import { hubApp } from './app.ts'
import type { HubConfig } from './config.ts'
import { mirrorPeerEvents } from './mirror-peer-events.ts'

export interface HubOptions extends Pick<
  ManagerOptions,
  'clock' | 'metricsAddress' | 'healthAddress' | 'debug' | 'drainMs'
> {
  readonly config: HubConfig
  readonly client: KubeClient
  readonly logger: Logger
  readonly metrics: Metrics
  readonly identity: string
  readonly leaderElect: boolean
  readonly leaderTimings: NonNullable<ManagerOptions['leaderElection']>['timings']
}

/** The hub controller's parts, wired and ready to run. */
export const hubManager = (options: HubOptions): { readonly manager: Manager; readonly engine: Engine } => {
  const { config, client, logger, metrics, leaderElect, leaderTimings, ...rest } = options
  const app = hubApp(config)
  const lock = leaseLock(client.urgent(), { namespace: config.podNamespace, name: contract.hubLease })
  const manager = createManager({
    ...rest,
    name: 'hub-controller',
    logger,
    metrics,
    clients: { hub: client },
    watches: app.hub.watched,
    indexes: app.indexes,
    ...(leaderElect
      ? {
          leaderElection: {
            locks: [lock],
            ...(leaderTimings === undefined ? {} : { timings: leaderTimings }),
          },
        }
      : {}),
  })
  const { informers, clock } = manager
  const engine = new Engine({
    name: 'hub',
    derived: app.derived,
    cache: informers,
    clients: { hub: client },
    clock,
    logger,
    canWrite: manager.canWrite,
    queueObserver: metrics.queueObserver('hub'),
    observer: metrics.engineObserver,
  })
  manager.add(mirrorPeerEvents({ hub: app.hub, cache: informers, recorder: manager.recorder('hub') }), engine)
  return { manager, engine }
}
