import type { MetricEntry } from '../../reference/hub-reference.ts'
import { components } from '../names.ts'
import { metricsServiceName } from '../objects/metrics-service.ts'
import { webhookMemory } from '../objects/webhook.ts'
import type { Alert } from './alert.ts'
import { aggregate, growth, selectorOfJob } from './promql.ts'
import { forbiddenAlert, memoryAlert } from './runtime-alerts.ts'

const leastDays = 7

/** When somebody should look at the webhook. */
export const webhookAlerts = (metrics: readonly MetricEntry[]): readonly Alert[] => {
  const select = selectorOfJob(metricsServiceName(components.webhook), metrics)
  const expiry = select('odfmo_webhook_certificate_expiry_timestamp_seconds')
  const service = {
    component: components.webhook,
    prefix: 'OdfmoWebhook',
    metrics,
    limitMiB: webhookMemory.limitMiB,
  }
  return [
    {
      alert: 'OdfmoWebhookDown',
      expr: `absent(${expiry})`,
      for: '5m',
      severity: 'critical',
      summary: 'No replica of the webhook has a certificate to serve.',
      description:
        'MirrorPeers can neither be created nor changed; what is there goes on. `/readyz?verbose` of its pods and their log say why.',
    },
    {
      alert: 'OdfmoWebhookCertificateExpires',
      // The difference as it is, so that the alert tells how long there is.
      expr: `${aggregate(['pod'], 'min', expiry)} - time() < ${leastDays * 86_400}`,
      for: '10m',
      severity: 'critical',
      summary: `The certificate of {{ $labels.pod }} ends in less than ${leastDays} days and has not been renewed.`,
      description:
        'Then MirrorPeers can neither be created nor changed. Self-signed ones are renewed at two thirds of their life: the log of the pod says what keeps it from that. Others are renewed by whoever keeps the Secret.',
    },
    {
      alert: 'OdfmoWebhookCertificateRefused',
      expr: `${growth([], select('certwatcher_read_certificate_errors_total'))} > 0`,
      for: '10m',
      severity: 'warning',
      summary: 'A serving certificate is there that the webhook cannot take.',
      description: 'It goes on with the one it has. The log of its pods says what is wrong with the new one.',
    },
    {
      alert: 'OdfmoWebhookErrors',
      expr: `${growth(['code'], select('controller_runtime_webhook_requests_total', { code: ['0', '500', '503'] }))} > 0`,
      for: '10m',
      severity: 'warning',
      summary: 'The webhook leaves requests without an answer, or answers with {{ $labels.code }}.',
      description:
        'MirrorPeers are refused though nothing is wrong with them. 500 is a defect: report it with the log; 0 and 503 mean that it is too slow or stopping.',
    },
    forbiddenAlert(service),
    memoryAlert(service),
  ]
}
