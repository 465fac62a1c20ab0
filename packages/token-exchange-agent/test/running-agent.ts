import {
  Credentials,
  KubeClient,
  silentLogger,
  type Clock,
  type Engine,
  type Logger,
} from '@odfmo/controller-kit'
import type { AgentScope } from '../src/agent-scope.ts'
import { agentManager } from '../src/run-agent.ts'

/** A running agent; `stop` resolves when nothing of it is left. */
export interface RunningAgent {
  readonly engine: Engine
  readonly ended: Promise<void>
  stop(): Promise<void>
  /** As a killed process: no release, no more requests. */
  kill(): Promise<void>
}

export const clientOf = async (
  kubeconfig: string,
  cluster: string,
  component = 'token-exchange-agent',
): Promise<KubeClient> =>
  new KubeClient({
    cluster,
    component,
    version: '0.0.0',
    credentials: await Credentials.load({ kubeconfig }),
    rateLimit: false,
  })

/** A machine under load answers a renewal late: the deadlines are the service's own, only the tries are quicker. */
const quickTimings = { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 500 }
let started = 0

interface AgentSetting {
  readonly scope: AgentScope
  readonly hub: KubeClient
  readonly spoke: KubeClient
  readonly logger: Logger | undefined
  readonly workers: number | undefined
  readonly clock: Clock | undefined
}

export const runAgent = ({ scope, hub, spoke, logger, workers, clock }: AgentSetting): RunningAgent => {
  const stop = new AbortController()
  started += 1
  const { manager, engine } = agentManager({
    scope,
    hub,
    spoke,
    // One process after the other, as a restarted pod: it takes its own lock again at once.
    identity: `agent-of-${scope.clusterName}`,
    logger: logger ?? silentLogger,
    leaderTimings: quickTimings,
    ...(workers === undefined ? {} : { workers }),
    ...(clock === undefined ? {} : { clock }),
  })
  const run = manager.run(stop.signal)
  const ended = run.then(
    () => undefined,
    () => undefined,
  )
  return {
    engine,
    ended,
    async stop() {
      stop.abort()
      await ended
    },
    async kill() {
      await Promise.all([hub.close(), spoke.close()])
      stop.abort()
      await ended
    },
  }
}
