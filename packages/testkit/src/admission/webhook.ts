import { isJsonObject, listAt, recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'

/** What operations on which resources a webhook is asked about. */
export interface WebhookRule {
  readonly operations: readonly string[]
  readonly apiGroups: readonly string[]
  readonly apiVersions: readonly string[]
  readonly resources: readonly string[]
  readonly scope: string
}

export interface ServiceReference {
  readonly namespace: string
  readonly name: string
  readonly path: string
  readonly port: number
}

/** One webhook of a configuration, read once. */
export interface Webhook {
  /** Unique among all webhooks, the same as long as it stands in its place. */
  readonly id: string
  readonly name: string
  readonly isMutating: boolean
  readonly url: string | undefined
  readonly service: ServiceReference | undefined
  /** PEM; empty for the certificates that the machine trusts. */
  readonly caBundle: string
  readonly rules: readonly WebhookRule[]
  readonly isIgnored: boolean
  readonly isEquivalent: boolean
  readonly namespaceSelector: unknown
  readonly objectSelector: unknown
  readonly sideEffects: string
  readonly timeoutSeconds: number
  readonly reviewVersions: readonly string[]
  readonly isReinvoked: boolean
  readonly matchConditions: readonly { readonly name: string; readonly expression: string }[]
}

const textsAt = (object: unknown, field: string): string[] =>
  listAt(object, field).filter((item) => typeof item === 'string')

export const ruleOf = (rule: unknown): WebhookRule => ({
  operations: textsAt(rule, 'operations'),
  apiGroups: textsAt(rule, 'apiGroups'),
  apiVersions: textsAt(rule, 'apiVersions'),
  resources: textsAt(rule, 'resources'),
  scope: textAt(rule, 'scope') || '*',
})

const defaultTimeoutSeconds = 10
const httpsPort = 443

const serviceOf = (config: Record<string, unknown>): ServiceReference | undefined => {
  const { service } = config
  if (!isJsonObject(service)) return undefined
  const { port } = service
  return {
    namespace: textAt(service, 'namespace'),
    name: textAt(service, 'name'),
    path: textAt(service, 'path'),
    port: typeof port === 'number' ? port : httpsPort,
  }
}

const webhookOf = (webhook: unknown, configuration: string, isMutating: boolean): Webhook => {
  const config = recordAt(webhook, 'clientConfig')
  const { timeoutSeconds, namespaceSelector, objectSelector } = recordAt(webhook)
  const name = textAt(webhook, 'name')
  return {
    id: `${configuration}/${name}`,
    name,
    isMutating,
    url: typeof config['url'] === 'string' ? config['url'] : undefined,
    service: serviceOf(config),
    caBundle: Buffer.from(textAt(config, 'caBundle'), 'base64').toString('utf8'),
    rules: listAt(webhook, 'rules').map(ruleOf),
    isIgnored: textAt(webhook, 'failurePolicy') === 'Ignore',
    isEquivalent: textAt(webhook, 'matchPolicy') !== 'Exact',
    namespaceSelector,
    objectSelector,
    sideEffects: textAt(webhook, 'sideEffects'),
    timeoutSeconds: typeof timeoutSeconds === 'number' ? timeoutSeconds : defaultTimeoutSeconds,
    reviewVersions: textsAt(webhook, 'admissionReviewVersions'),
    isReinvoked: textAt(webhook, 'reinvocationPolicy') === 'IfNeeded',
    matchConditions: listAt(webhook, 'matchConditions').map((condition) => ({
      name: textAt(condition, 'name'),
      expression: textAt(condition, 'expression'),
    })),
  }
}

/** The webhooks of a Mutating- or ValidatingWebhookConfiguration, in their order. */
export const webhooksOf = (configuration: KubeObject): Webhook[] =>
  listAt(configuration, 'webhooks').map((webhook) =>
    webhookOf(
      webhook,
      configuration.metadata.name ?? '',
      configuration.kind === 'MutatingWebhookConfiguration',
    ),
  )
