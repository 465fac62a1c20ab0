import {
  createManager,
  systemClock,
  type KubeClient,
  type Logger,
  type Manager,
  type ManagerOptions,
  type Metrics,
} from '@odfmo/controller-kit'
import { webhookEndpoints } from './app.ts'
import type { WebhookConfig } from './config.ts'
import type { CertificateSource } from './serving/certificate-source.ts'
import type { ServingLimits } from './serving/serving-limits.ts'
import { WebhookServer } from './serving/webhook-server.ts'
import type { WebhookMetrics } from './webhook-metrics.ts'

export interface WebhookOptions extends Pick<ManagerOptions, 'clock' | 'metricsAddress' | 'healthAddress'> {
  readonly config: Pick<WebhookConfig, 'host' | 'port'>
  readonly certificates: CertificateSource
  readonly logger: Logger
  readonly metrics: Metrics
  readonly webhookMetrics: WebhookMetrics
  /** Of the source of certificates, if that has one: its credentials are followed and probed. */
  readonly client?: KubeClient
  readonly limits?: Partial<ServingLimits>
}

/** For the server's end, and what comes after it. */
const drainMs = 10_000

/** The webhook's parts, wired and ready to run. */
export const webhookManager = ({
  config,
  certificates,
  webhookMetrics,
  client,
  limits = {},
  ...rest
}: WebhookOptions): { readonly manager: Manager; readonly server: WebhookServer } => {
  const { clock = systemClock, logger } = rest
  const manager = createManager({
    ...rest,
    name: 'webhook',
    clients: client === undefined ? {} : { hub: client },
    drainMs,
  })
  const server = new WebhookServer({
    ...config,
    certificates,
    endpoints: webhookEndpoints({ logger, observer: webhookMetrics }),
    clock,
    logger,
    observer: webhookMetrics,
    limits,
  })
  webhookMetrics.watchCertificate(certificates)
  // The manager has no caches here: in its place, after it.
  rest.metrics.watchInformers(() => certificates.caches?.() ?? [])
  manager.add(
    { name: 'certificate', needsLeadership: false, start: (signal) => certificates.run(signal) },
    server,
  )
  return { manager, server }
}
