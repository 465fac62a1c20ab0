/** Names of what an installation of the webhook consists of, in the service's own namespace or cluster scoped. */
export const installedNames = {
  /** The Service that the API server calls; its DNS name is what the certificate is for. */
  service: 'odfmo-webhook',
  /** Where self-signed certificates and their CA are kept. */
  secret: 'odfmo-webhook-serving-cert',
  mutatingWebhookConfiguration: 'odfmo-webhook',
  validatingWebhookConfiguration: 'odfmo-webhook',
} as const
