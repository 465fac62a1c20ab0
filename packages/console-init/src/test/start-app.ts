import { Metrics, silentLogger, systemClock } from '@odfmo/controller-kit'
import type { Cluster } from '@odfmo/testkit'
import { consoleInitApp, type App } from '../app.ts'
import { clientOf, namespace, serviceAccount } from './console-cluster.ts'

/** The service in this process, over HTTPS, as the account and with the rights it ships. */
export interface RunningApp extends App {
  readonly metrics: Metrics
  stop(): Promise<void>
}

export const startApp = async (
  cluster: Cluster,
  {
    logger = silentLogger,
    clock = systemClock,
    leaderElect = false,
    user = serviceAccount,
    port = 9001,
    identity = 'test',
  } = {},
): Promise<RunningApp> => {
  const metrics = new Metrics()
  const app = consoleInitApp({
    config: { namespace, port },
    client: await clientOf(cluster, { user, groups: ['system:serviceaccounts'] }),
    logger,
    metrics,
    clock,
    identity,
    leaderElect,
    leaderTimings: { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 200 },
  })
  const stopping = new AbortController()
  const running = app.manager.run(stopping.signal)
  running.catch(() => undefined)
  return {
    ...app,
    metrics,
    async stop() {
      stopping.abort()
      await running
    },
  }
}
