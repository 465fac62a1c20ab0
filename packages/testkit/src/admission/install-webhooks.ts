import type { Cluster } from '../cluster.ts'
import { readObjects } from '../fixtures.ts'
import type { ObjectSource } from '../fixtures.ts'
import { listAt, recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import type { WebhookServer } from './start-webhook-server.ts'

const kinds = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']

const pathOf = (clientConfig: Record<string, unknown>): string => {
  const url = textAt(clientConfig, 'url')
  return url === '' ? textAt(clientConfig, 'service', 'path') : new URL(url).pathname
}

const pointedAt = (
  configuration: KubeObject,
  { url, caBundle }: Pick<WebhookServer, 'url' | 'caBundle'>,
): KubeObject => ({
  ...configuration,
  webhooks: listAt(configuration, 'webhooks').map((webhook) => {
    const path = pathOf(recordAt(webhook, 'clientConfig')).replace(/^\//, '')
    return { ...recordAt(webhook), clientConfig: { url: `${url.replace(/\/$/, '')}/${path}`, caBundle } }
  }),
})

/**
 * Installs Mutating- and ValidatingWebhookConfigurations (objects, files or folders; other kinds in them are left out)
 * as they are shipped, but for where their webhooks are: a service or URL becomes the same path of `server`. A cluster
 * in memory asks them from then on; a real API server within about a second.
 */
export const installWebhooks = async (
  cluster: Pick<Cluster, 'apply'>,
  sources: ObjectSource | readonly ObjectSource[],
  server: Pick<WebhookServer, 'url' | 'caBundle'>,
): Promise<void> => {
  const list = Array.isArray(sources) ? (sources as readonly ObjectSource[]) : [sources]
  const found = readObjects(list).filter(({ kind }) => kinds.includes(kind))
  if (found.length === 0) throw new Error('there is no webhook configuration among the objects')
  await cluster.apply(...found.map((configuration) => pointedAt(configuration, server)))
}
