import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { kinds, type WebhookConfiguration } from '@odfmo/api-types'
import { apiVersionOf, type Kind } from '@odfmo/api-types/meta'
import { simulator, type Cluster, type KindRef, type Simulator } from '@odfmo/testkit'
import { root } from '../../command/root.ts'

const wantsCertificate = 'service.beta.openshift.io/serving-cert-secret-name'
const wantsBundle = 'service.beta.openshift.io/inject-cabundle'

const refOf = (kind: Kind): KindRef => ({ apiVersion: apiVersionOf(kind), kind: kind.kind })
const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** PEM. */
export interface Issued {
  readonly ca: string
  readonly cert: string
  readonly key: string
}

/** A certificate of a CA of its own for this name, by a process of the webhook's tests: tools import no service. */
export const issue = async (name: string): Promise<Issued> => {
  const flags = ['--conditions=@odfmo/source', '--disable-warning=ExperimentalWarning']
  const program = 'packages/webhook/test/certificates-process.ts'
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, program, name], { cwd: root })
  return JSON.parse(stdout) as Issued
}

/**
 * Plays OpenShift's service-ca operator for one Service: when that asks for a certificate, it comes into the Secret that
 * it names; the authority comes into the webhook configurations that ask for it.
 */
export const serviceCa = async (
  hub: Cluster,
  service: { readonly name: string; readonly namespace: string },
): Promise<readonly Simulator[]> => {
  const { ca, cert, key } = await issue(`${service.name}.${service.namespace}.svc`)
  const certificates = simulator(hub, {
    name: 'service-ca',
    namespace: service.namespace,
    for: refOf(kinds.Service),
    async reconcile({ metadata }, context) {
      const name = metadata.annotations?.[wantsCertificate]
      if (metadata.name !== service.name || name === undefined) return
      const data = { 'tls.crt': base64(cert), 'tls.key': base64(key) }
      await context.applyOwned({
        ...refOf(kinds.Secret),
        metadata: { name },
        type: 'kubernetes.io/tls',
        data,
      })
    },
  })
  const bundles = [kinds.MutatingWebhookConfiguration, kinds.ValidatingWebhookConfiguration].map((kind) =>
    simulator(hub, {
      name: 'service-ca',
      for: refOf(kind),
      async reconcile(object, context) {
        const { metadata, webhooks = [] } = object as WebhookConfiguration
        if (metadata.annotations?.[wantsBundle] !== 'true') return
        const withBundle = webhooks.map((webhook) => ({
          ...webhook,
          clientConfig: { ...webhook.clientConfig, caBundle: base64(ca) },
        }))
        await context.apply({ ...refOf(kind), metadata: { name: metadata.name ?? '' }, webhooks: withBundle })
      },
    }),
  )
  return Promise.all([certificates, ...bundles])
}
