// First: it is about how the rest is compiled.
import './small-process.ts'
import { Metrics, runService, settleHeap, systemClock } from '@odfmo/controller-kit'
import { chooseCertificates } from './choose-certificates.ts'
import { webhookConfig, webhookFlags } from './config.ts'
import { webhookManager } from './run-webhook.ts'
import { version } from './version.ts'
import { WebhookMetrics } from './webhook-metrics.ts'

/** By then it has loaded what it needs and has answered: what a collection takes would be part of its start. */
const startedMs = 1_000

await runService(
  {
    name: 'webhook',
    version,
    describe: 'Judges MirrorPeers before they are stored, and fills in what was left out.',
    flags: webhookFlags,
    // Every replica serves, and nothing here is derived.
    ignores: [
      'leader-elect',
      'leader-elect-lease-duration',
      'leader-elect-renew-deadline',
      'leader-elect-retry-period',
      'debug',
    ],
    configure: webhookConfig,
    async run({ certificate, ...address }, { flags, logger, signal }) {
      const metrics = new Metrics()
      const webhookMetrics = new WebhookMetrics(metrics)
      const { certificates, client } = await chooseCertificates(certificate, {
        kubeconfig: flags.kubeconfig,
        env: process.env,
        logger,
        metrics,
        observer: webhookMetrics,
      })
      const { manager } = webhookManager({
        config: address,
        certificates,
        ...(client === undefined ? {} : { client }),
        logger,
        metrics,
        webhookMetrics,
        ...(flags.metricsAddress === undefined ? {} : { metricsAddress: flags.metricsAddress }),
        ...(flags.healthAddress === undefined ? {} : { healthAddress: flags.healthAddress }),
      })
      settleHeap(systemClock, startedMs)
      await manager.run(signal)
    },
  },
  process,
)
