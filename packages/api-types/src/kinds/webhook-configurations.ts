import type { KubeObject } from '../meta.ts'

/** admissionregistration.k8s.io/v1 WebhookClientConfig. */
export interface WebhookClientConfig {
  readonly url?: string
  readonly service?: {
    readonly namespace: string
    readonly name: string
    readonly path?: string
    readonly port?: number
  }
  /** Base64 of PEM certificates. */
  readonly caBundle?: string
}

/** What MutatingWebhook and ValidatingWebhook of admissionregistration.k8s.io/v1 have in common, as far as it is read. */
export interface Webhook {
  readonly name: string
  readonly clientConfig: WebhookClientConfig
}

/** Either of the two. */
export interface WebhookConfiguration extends KubeObject {
  readonly webhooks?: readonly Webhook[]
}

/** admissionregistration.k8s.io/v1 MutatingWebhookConfiguration. */
export type MutatingWebhookConfiguration = WebhookConfiguration

/** admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration. */
export type ValidatingWebhookConfiguration = WebhookConfiguration
