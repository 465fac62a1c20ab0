import { Credentials, Metrics, silentLogger, type Engine, type Manager } from '@odfmo/controller-kit'
import type { InMemoryCluster } from '@odfmo/testkit'
import { parse } from 'yaml'
import { hubApp, type HubApp } from '../src/app.ts'
import { hubManager } from '../src/run-hub.ts'
import { podNamespace } from '../src/test/builders.ts'
import { hubUser } from '../src/test/hub-process.ts'
import { unsettledKeys } from '../src/test/unsettled.ts'
import { CountedClient, type UnderWay } from './counted-client.ts'
import type { ManualClock } from '@odfmo/controller-kit'

/** Breaks something in the rules before they run: to see that the oracle finds it. */
export type Mutation = (app: HubApp) => void

export interface HubRun {
  readonly name: string
  readonly manager: Manager
  readonly engine: Engine
  readonly app: HubApp
  /** What does not rest; empty: all is as wanted, or is waited for. */
  unrest(): readonly string[]
  /** Ends it like a SIGTERM, or (`crash`) like a SIGKILL: connections are cut in the middle of whatever is under way. */
  stop(how: 'stop' | 'crash'): Promise<void>
  /** Set when it ended without being asked. */
  readonly failure: () => unknown
}

export interface HubSetting {
  readonly cluster: InMemoryCluster
  readonly clock: ManualClock
  readonly underWay: UnderWay
  readonly mutation: Mutation | undefined
}

interface Identity {
  readonly users: readonly [{ readonly user: Readonly<Record<string, string>> }]
}

const pem = (base64 = '') => ({ value: Buffer.from(base64, 'base64').toString() })

/** Somebody with a client certificate, whose calls are counted and whose time is the clock's. */
export const countedClient = async (
  { cluster, clock, underWay }: Omit<HubSetting, 'mutation'>,
  identity: { readonly user?: string; readonly groups?: readonly string[] } = {},
  { component = 'test', name = 'hub' } = {},
): Promise<CountedClient> => {
  const { user } = (parse(cluster.kubeconfig(identity)) as Identity).users[0]
  const credentials = await Credentials.load({
    access: {
      server: cluster.url,
      ca: { value: cluster.ca },
      cert: pem(user['client-certificate-data']),
      key: pem(user['client-key-data']),
    },
  })
  return new CountedClient(
    { cluster: name, component, version: '0', credentials, rateLimit: false, clock },
    underWay,
  )
}

/** The hub controller as it is shipped, in this process, on the world's clock. */
export const startHubRun = async (
  setting: HubSetting,
  name: string,
  leaderElect: boolean,
): Promise<HubRun> => {
  const identity = { user: hubUser, groups: ['system:serviceaccounts'] }
  const client = await countedClient(setting, identity, { component: 'hub-controller' })
  const config = { podNamespace, tokenExchangeImage: 'example.com/agent:1', consolePort: 9001 }
  const app = hubApp(config)
  setting.mutation?.(app)
  const { manager, engine } = hubManager({
    config,
    app,
    client,
    logger: silentLogger,
    metrics: new Metrics(),
    identity: name,
    clock: setting.clock,
    leaderElect,
    // Slow ones: minutes in which nothing happens are many renewals.
    leaderTimings: { leaseDurationMs: 60_000, renewDeadlineMs: 40_000, retryPeriodMs: 8_000 },
  })
  const stopping = new AbortController()
  let failure: unknown
  const running = manager.run(stopping.signal).catch((error: unknown) => {
    failure = error ?? new Error('ended')
  })
  return {
    name,
    manager,
    engine,
    app,
    failure: () => failure,
    unrest: () => [
      ...manager.informers.unsynced().map(({ name: what, why }) => `${what}: ${why}`),
      ...(engine.pending > 0 ? [`${engine.pending} keys pending`] : []),
      ...unsettledKeys(engine).filter((text) => /"is":"(writing|pending|going)"/.test(text)),
    ],
    async stop(how) {
      if (how === 'crash') await client.close()
      stopping.abort()
      await running
    },
  }
}
