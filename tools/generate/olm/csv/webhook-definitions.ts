import { contract } from '@odfmo/api-types'
import { components } from '../../names.ts'
import { webhookConfigurations } from '../../objects/webhook-configurations.ts'
import type { WebhookDefinition } from './cluster-service-version.ts'

/**
 * Where OLM mounts the certificate that it makes for a Deployment with webhooks, in every container of it. The files are
 * replaced in place when it is renewed.
 */
export const olmCertificates = '/apiserver.local.config/certificates'

/** The Service that OLM makes for such a Deployment: its certificate is for that name. */
export const olmServiceName = (deployment: string): string => `${deployment}-service`

/**
 * The webhook configurations as OLM takes them. It knows no matchConditions, so it makes configurations without: then the
 * webhook is asked about every create and update, also of metadata alone, which is stricter and not wrong
 * (docs/decisions/0020).
 */
export const webhookDefinitions: readonly WebhookDefinition[] = webhookConfigurations.flatMap(
  ({ kind, webhooks = [] }) =>
    webhooks.map((webhook) => ({
      generateName: webhook.name,
      type:
        kind === 'MutatingWebhookConfiguration' ? 'MutatingAdmissionWebhook' : 'ValidatingAdmissionWebhook',
      deploymentName: components.webhook,
      containerPort: webhook.clientConfig.service?.port ?? 443,
      targetPort: contract.webhook.port,
      webhookPath: webhook.clientConfig.service?.path ?? '/',
      ...(webhook.rules === undefined ? {} : { rules: webhook.rules }),
      ...(webhook.matchPolicy === undefined ? {} : { matchPolicy: webhook.matchPolicy }),
      ...(webhook.failurePolicy === undefined ? {} : { failurePolicy: webhook.failurePolicy }),
      sideEffects: webhook.sideEffects,
      admissionReviewVersions: webhook.admissionReviewVersions,
      ...(webhook.timeoutSeconds === undefined ? {} : { timeoutSeconds: webhook.timeoutSeconds }),
    })),
)
