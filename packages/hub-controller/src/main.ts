import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { Credentials, identitySource, KubeClient, Metrics, runService } from '@odfmo/controller-kit'
import { contract } from '@odfmo/api-types'
import { consolePortFlag, hubConfig } from './config.ts'
import { hubManager } from './run-hub.ts'
import { version } from './version.ts'

const component = 'hub-controller'

await runService(
  {
    name: component,
    version,
    describe: 'Turns MirrorPeers into exchanged secrets, S3 profiles, DRClusters and running agents.',
    words: ['manager'],
    flags: {
      [consolePortFlag]: {
        type: 'string',
        describe: 'port of the Service of the multicluster console',
        default: String(contract.console.port),
      },
    },
    configure: hubConfig,
    async run(config, { flags, logger, signal }) {
      const metrics = new Metrics()
      const credentials = await Credentials.load(identitySource(flags.kubeconfig, process.env))
      const client = new KubeClient({
        cluster: 'hub',
        component,
        version,
        credentials,
        // The engine's workers bound what is under way; how much of it is too much, the server knows better.
        rateLimit: false,
        observer: metrics.requestObserver,
        env: process.env,
      })
      const { manager } = hubManager({
        config,
        client,
        logger,
        metrics,
        identity: `${hostname()}_${randomUUID()}`,
        leaderElect: flags.leaderElect,
        leaderTimings: flags.leaderTimings,
        debug: flags.debug,
        ...(flags.metricsAddress === undefined ? {} : { metricsAddress: flags.metricsAddress }),
        ...(flags.healthAddress === undefined ? {} : { healthAddress: flags.healthAddress }),
      })
      await manager.run(signal)
    },
  },
  process,
)
