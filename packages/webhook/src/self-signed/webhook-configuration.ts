import type { WebhookConfiguration } from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'
import type { Authority } from './authority.ts'
import type { ConfigurationView } from './observation.ts'
import { authorityOf, pemOf, readCertificates } from './read-certificates.ts'

/** Annotations by which others are asked to write the caBundle: two of them would never agree. */
const injectors = [
  'cert-manager.io/inject-ca-from',
  'cert-manager.io/inject-ca-from-secret',
  'cert-manager.io/inject-apiserver-ca',
  'service.beta.openshift.io/inject-cabundle',
  'service.alpha.openshift.io/inject-cabundle',
] as const

/** What the webhook of this name in a configuration trusts. */
export const viewOfConfiguration = (
  configuration: DeepReadonly<WebhookConfiguration> | undefined,
  webhook: string,
  backdateMs: number,
): ConfigurationView => {
  if (configuration === undefined) return { is: 'missing' }
  const { metadata, kind = 'webhook configuration' } = configuration
  const injector = injectors.find((annotation) => (metadata.annotations?.[annotation] ?? 'false') !== 'false')
  if (injector !== undefined) {
    const why = `the annotation ${injector} of the ${kind} ${metadata.name} asks somebody else to write its caBundle: take it off, or start without --self-signed`
    return { is: 'foreign', why }
  }
  const ours = (configuration.webhooks ?? []).find(({ name }) => name === webhook)
  if (ours === undefined)
    return { is: 'missing', why: `the ${kind} ${metadata.name} has no webhook ${webhook}: nothing asks us` }
  const { certificates, hasGarbage } = readCertificates(
    Buffer.from(ours.clientConfig.caBundle ?? '', 'base64').toString(),
  )
  return {
    is: 'ours',
    bundle: certificates.map((certificate) => authorityOf(certificate, backdateMs)),
    hasGarbage,
  }
}

/** The `caBundle` that trusts these. */
export const caBundle = (authorities: readonly Authority[]): string =>
  Buffer.from(pemOf(authorities)).toString('base64')
