/** Names of what an installation of the webhook consists of, in the service's own namespace or cluster scoped. */
export const installedNames = {
  /** The Service that the API server calls; its DNS name is what the certificate is for. */
  service: 'odfmo-webhook',
  /** Where a self-signed CA is kept; certificates are in memory only. */
  secret: 'odfmo-webhook-ca',
  mutatingWebhookConfiguration: 'odfmo-webhook',
  validatingWebhookConfiguration: 'odfmo-webhook',
} as const
