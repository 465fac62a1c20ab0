import { recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'

/** Where a conversion webhook of a test is. */
export interface ConversionAddress {
  /** `https://HOST:PORT`; the path is that of the definition's service or URL. */
  readonly url: string
  /** Base64 of PEM: who vouches for its certificate. */
  readonly caBundle: string
}

const pathOf = (clientConfig: Record<string, unknown>): string => {
  const url = textAt(clientConfig, 'url')
  return (url === '' ? textAt(clientConfig, 'service', 'path') : new URL(url).pathname).replace(/^\//, '')
}

const pointed = (definition: KubeObject, { url, caBundle }: ConversionAddress): KubeObject => {
  const spec = recordAt(definition, 'spec')
  const webhook = recordAt(spec, 'conversion', 'webhook')
  const path = pathOf(recordAt(webhook, 'clientConfig'))
  const clientConfig = { url: `${url.replace(/\/$/, '')}/${path}`, caBundle }
  return {
    ...definition,
    spec: {
      ...spec,
      conversion: { ...recordAt(spec, 'conversion'), webhook: { ...webhook, clientConfig } },
    },
  }
}

/** Definitions whose conversion webhooks, services of a cluster, are at an address instead. Others are as they were. */
export const pointConversions = (
  definitions: readonly KubeObject[],
  address: ConversionAddress | undefined,
): readonly KubeObject[] =>
  address === undefined
    ? definitions
    : definitions.map((definition) =>
        textAt(definition, 'spec', 'conversion', 'strategy') === 'Webhook'
          ? pointed(definition, address)
          : definition,
      )
