import { Metrics, runService, systemClock } from '@odfmo/controller-kit'
import { webhookConfig, webhookFlags } from './config.ts'
import { webhookManager } from './run-webhook.ts'
import { CertificateFiles } from './serving/certificate-files.ts'
import { version } from './version.ts'
import { WebhookMetrics } from './webhook-metrics.ts'

await runService(
  {
    name: 'webhook',
    version,
    describe: 'Judges MirrorPeers before they are stored, and fills in what was left out.',
    flags: webhookFlags,
    configure: webhookConfig,
    async run({ certificate, ...address }, { flags, logger, signal }) {
      const metrics = new Metrics()
      const webhookMetrics = new WebhookMetrics(metrics)
      if (certificate.from === 'self-signed') throw new Error('not there yet')
      const certificates = new CertificateFiles({
        ...certificate,
        clock: systemClock,
        logger,
        observer: webhookMetrics,
      })
      const { manager } = webhookManager({
        config: address,
        certificates,
        logger,
        metrics,
        webhookMetrics,
        debug: flags.debug,
        ...(flags.metricsAddress === undefined ? {} : { metricsAddress: flags.metricsAddress }),
        ...(flags.healthAddress === undefined ? {} : { healthAddress: flags.healthAddress }),
      })
      await manager.run(signal)
    },
  },
  process,
)
