import { installedNames } from '../installed-names.ts'

/** Where the CA is kept, and who is told of it. */
export interface SelfSignedNames {
  /** The service's own, which the Secret and the Service are in. */
  readonly namespace: string
  /** Of the Secret. */
  readonly secret: string
  /** Of the MutatingWebhookConfiguration. */
  readonly mutating: string
  /** Of the ValidatingWebhookConfiguration. */
  readonly validating: string
}

/** As installed into `namespace`. */
export const installedIn = (namespace: string, secret: string = installedNames.secret): SelfSignedNames => ({
  namespace,
  secret,
  mutating: installedNames.mutatingWebhookConfiguration,
  validating: installedNames.validatingWebhookConfiguration,
})

/** The names by which the Service can be called, from the shortest on. API servers use the third. */
export const serviceHosts = (
  namespace: string,
  service: string = installedNames.service,
): readonly string[] => [
  service,
  `${service}.${namespace}`,
  `${service}.${namespace}.svc`,
  `${service}.${namespace}.svc.cluster.local`,
]
