// The smallest service there can be, to be bundled and started by the benchmark: it tells when it is synced.
import { kinds } from '@odfmo/api-types'
import {
  cluster,
  createManager,
  Credentials,
  identitySource,
  KubeClient,
  Metrics,
  runService,
  watch,
} from '@odfmo/controller-kit'

const name = 'bench'
const hub = cluster('hub', { Secret: watch(kinds.Secret), MirrorPeer: watch(kinds.MirrorPeer) })

await runService(
  {
    name,
    version: '0.0.0',
    describe: 'Watches two kinds.',
    configure: () => ({}),
    async run(_config, { flags, logger, signal }) {
      const metrics = new Metrics()
      const credentials = await Credentials.load(identitySource(flags.kubeconfig, process.env))
      const client = new KubeClient({
        cluster: 'hub',
        component: name,
        version: '0.0.0',
        credentials,
        observer: metrics.requestObserver,
      })
      const watches = [hub.Secret, hub.MirrorPeer]
      const { metricsAddress, healthAddress } = flags
      const manager = createManager({
        name,
        identity: name,
        logger,
        metrics,
        clients: { hub: client },
        watches,
        metricsAddress,
        healthAddress,
      })
      const running = manager.run(signal)
      await manager.informers.waitForSync(signal)
      process.stdout.write(`synced ${performance.now()}\n`)
      process.once('SIGUSR2', () => process.stdout.write(`rss ${process.memoryUsage.rss()}\n`))
      await running
    },
  },
  process,
)
