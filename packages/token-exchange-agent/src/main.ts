import './interpreted.ts'
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import {
  Credentials,
  identitySource,
  KubeClient,
  Metrics,
  runService,
  settleHeap,
  systemClock,
  type IdentitySource,
} from '@odfmo/controller-kit'
import { agentDefaults, agentFlags, configure } from './config.ts'
import { agentManager } from './run-agent.ts'
import { version } from './version.ts'

const component = 'token-exchange-agent'

/** By then it has read what is there and has done what it is for, if both clusters answer. */
const startedMs = 5_000

await runService(
  {
    name: component,
    version,
    describe: 'Carries secrets between this cluster and the hub, and prepares its storage for mirroring.',
    flags: agentFlags,
    defaults: agentDefaults,
    // The Deployment of the original starts its agent by this word.
    words: ['tokenexchange'],
    // It always elects: two at work would undo what the other does.
    ignores: ['leader-elect'],
    configure,
    async run({ scope, hubKubeconfig, podName }, { flags, logger, signal }) {
      const { env } = process
      const metrics = new Metrics()
      const connect = async (cluster: string, source: IdentitySource): Promise<KubeClient> =>
        new KubeClient({
          cluster,
          component,
          version,
          credentials: await Credentials.load(source),
          observer: metrics.requestObserver,
          env,
        })
      const { manager } = agentManager({
        scope,
        spoke: await connect('spoke', identitySource(flags.kubeconfig, env)),
        hub: await connect('hub', { kubeconfig: hubKubeconfig }),
        identity: `${podName ?? hostname()}_${randomUUID()}`,
        logger,
        metrics,
        leaderTimings: flags.leaderTimings,
        healthAddress: flags.healthAddress,
        metricsAddress: flags.metricsAddress,
        debug: flags.debug,
      })
      settleHeap(systemClock, startedMs, () => manager.informers.unsynced().length === 0)
      await manager.run(signal)
    },
  },
  process,
)
