import { Metrics, silentLogger, systemClock, type Engine, type Manager } from '@odfmo/controller-kit'
import type { Cluster } from '@odfmo/testkit'
import { hubAccountName } from '../rbac.ts'
import { hubManager } from '../run-hub.ts'
import { podNamespace } from './builders.ts'
import { clientOf } from './client-of.ts'
import { unsettledKeys } from './unsettled.ts'

export const hubUser = `system:serviceaccount:${podNamespace}:${hubAccountName}`

export interface HubProcess {
  readonly manager: Manager
  readonly engine: Engine
  /** Keys that are not as wanted, for messages. */
  unsettled(): readonly string[]
  /** Ends it like a SIGTERM; rejects with what it failed of. */
  stop(): Promise<void>
}

/** The service in this process, over HTTPS, as the account and with the rights it ships. */
export const startHub = async (
  cluster: Cluster,
  { logger = silentLogger, leaderElect = false, identity = 'test', clock = systemClock } = {},
): Promise<HubProcess> => {
  const client = await clientOf(
    cluster,
    { user: hubUser, groups: ['system:serviceaccounts'] },
    { component: 'hub-controller' },
  )
  const { manager, engine } = hubManager({
    config: { podNamespace, tokenExchangeImage: 'example.com/agent:1', consolePort: 9001 },
    client,
    logger,
    metrics: new Metrics(),
    identity,
    clock,
    leaderElect,
    // Looked at often, and not lost on a busy machine.
    leaderTimings: { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 200 },
  })
  const stopping = new AbortController()
  const running = manager.run(stopping.signal)
  running.catch(() => undefined)
  return {
    manager,
    engine,
    unsettled: () => [
      ...manager.informers.unsynced().map(({ name, why }) => `${name}: ${why}`),
      ...unsettledKeys(engine),
    ],
    async stop() {
      stopping.abort()
      await running
    },
  }
}
