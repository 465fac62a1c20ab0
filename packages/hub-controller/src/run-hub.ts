import { contract } from '@odfmo/api-types'
import { consoleNews } from '@odfmo/console-init'
import {
  createManager,
  Engine,
  leaseLock,
  watchDerived,
  type KubeClient,
  type Logger,
  type Manager,
  type ManagerOptions,
  type Metrics,
} from '@odfmo/controller-kit'
import { hubApp, type HubApp } from './app.ts'
import type { HubConfig } from './config.ts'
import { mirrorPeerEvents } from './mirror-peer-events.ts'
import { watchMirrorPeers } from './mirror-peer-metrics.ts'
import { watchOversizedSecrets } from './oversized-secrets.ts'

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
  /** What runs; by default that of the configuration. For tests that break a rule. */
  readonly app?: HubApp
}

/**
 * As many as the client has connections for calls. Nearly all of an exchange is waiting for writes to be stored: with 16, 300
 * MirrorPeers that came at once took twice as long on a real control plane, and no less of the CPU.
 */
const workers = 64

/** The hub controller's parts, wired and ready to run. */
export const hubManager = (options: HubOptions): { readonly manager: Manager; readonly engine: Engine } => {
  const {
    config,
    client,
    logger,
    metrics,
    leaderElect,
    leaderTimings,
    app = hubApp(config),
    ...rest
  } = options
  const lock = leaseLock(client.urgent(), { namespace: config.podNamespace, name: contract.hubLease })
  const manager = createManager({
    ...rest,
    name: 'hub-controller',
    logger,
    metrics,
    clients: { hub: client },
    watches: [...app.hub.watched, app.console.kinds.ConsoleDeployment],
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
  const recorder = manager.recorder('hub')
  const engine = new Engine({
    name: 'hub',
    derived: app.derived,
    cache: informers,
    clients: { hub: client },
    clock,
    logger,
    canWrite: manager.canWrite,
    workers,
    queueObserver: metrics.queueObserver('hub'),
    observer: {
      ...metrics.engineObserver,
      ...consoleNews({ console: app.console, cache: informers, recorder, logger }),
    },
  })
  const events = mirrorPeerEvents({
    hub: app.hub,
    cache: informers,
    isCleanedUp: (mirrorPeer) => app.isCleanedUp(informers, mirrorPeer),
    recorder,
    leads: manager.canWrite,
  })
  manager.add(events, engine)
  watchDerived(metrics, engine)
  watchOversizedSecrets({ metrics, logger, hub: app.hub, cache: informers })
  watchMirrorPeers({ metrics, hub: app.hub, cache: informers, now: () => clock.now() })
  return { manager, engine }
}
