import { reviewVersionErrors } from '../conversion/review-version-errors.ts'
import { webhookServiceErrors, webhookUrlErrors } from '../conversion/webhook-reference-errors.ts'
import { duplicate, invalid, notSupported, required } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { isJsonObject, listAt, recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Strategy } from '../resources/resource.ts'
import { selectorErrors } from '../selectors/selector-errors.ts'
import { subdomainProblems } from '../verbs/names.ts'
import { matchConditionErrors } from './admission-policy-errors.ts'
import { ruleErrors } from './match-resource-errors.ts'

const httpsPort = 443
const defaultTimeoutSeconds = 10
const longestTimeoutSeconds = 30
const fewestSegments = 3
const reviewVersions = ['v1', 'v1beta1']

const fillWebhook = (webhook: Record<string, unknown>, isMutating: boolean): void => {
  const { service } = recordAt(webhook, 'clientConfig')
  if (isJsonObject(service)) service['port'] ??= httpsPort
  for (const rule of listAt(webhook, 'rules')) if (isJsonObject(rule)) rule['scope'] ??= '*'
  webhook['failurePolicy'] ??= 'Fail'
  webhook['matchPolicy'] ??= 'Equivalent'
  webhook['namespaceSelector'] ??= {}
  webhook['objectSelector'] ??= {}
  webhook['timeoutSeconds'] ??= defaultTimeoutSeconds
  if (isMutating) webhook['reinvocationPolicy'] ??= 'Never'
}

const nameErrors = (name: string, path: string): FieldError[] => {
  if (name === '') return [required(path)]
  const problems = subdomainProblems(name)
  if (problems.length > 0) return [invalid(path, name, problems.join(','))]
  return name.split('.').length < fewestSegments
    ? [invalid(path, name, 'should be a domain with at least three segments separated by dots')]
    : []
}

const oneOf = (webhook: unknown, field: string, path: string, known: readonly string[]): FieldError[] => {
  const value = textAt(webhook, field)
  return recordAt(webhook)[field] === undefined || known.includes(value)
    ? []
    : [notSupported(`${path}.${field}`, value, known)]
}

const sideEffectErrors = (webhook: unknown, path: string): FieldError[] => {
  const known = ['None', 'NoneOnDryRun']
  return recordAt(webhook)['sideEffects'] === undefined
    ? [required(`${path}.sideEffects`, `must specify one of ${known.join(', ')}`)]
    : oneOf(webhook, 'sideEffects', path, known)
}

const timeoutErrors = (webhook: unknown, path: string): FieldError[] => {
  const seconds = Number(recordAt(webhook)['timeoutSeconds'])
  return seconds >= 1 && seconds <= longestTimeoutSeconds
    ? []
    : [
        invalid(
          `${path}.timeoutSeconds`,
          seconds,
          `the timeout value must be between 1 and ${longestTimeoutSeconds} seconds`,
        ),
      ]
}

/** Of a service without a name the real server says here that it has no namespace, and the other way round. */
const serviceErrors = (service: Record<string, unknown>, path: string): FieldError[] => {
  const { name, namespace } = service
  return webhookServiceErrors({ ...service, name: namespace, namespace: name }, path)
}

const clientErrors = (webhook: unknown, path: string): FieldError[] => {
  const { url, service } = recordAt(webhook, 'clientConfig')
  if ((typeof url === 'string') === isJsonObject(service))
    return [required(path, 'exactly one of url or service is required')]
  return typeof url === 'string'
    ? webhookUrlErrors(url, `${path}.url`)
    : serviceErrors(recordAt(service), `${path}.service`)
}

const webhookErrors = (webhook: unknown, path: string): FieldError[] => [
  ...nameErrors(textAt(webhook, 'name'), `${path}.name`),
  ...listAt(webhook, 'rules').flatMap((rule, at) => ruleErrors(rule, `${path}.rules[${at}]`)),
  ...oneOf(webhook, 'failurePolicy', path, ['Fail', 'Ignore']),
  ...oneOf(webhook, 'matchPolicy', path, ['Equivalent', 'Exact']),
  ...sideEffectErrors(webhook, path),
  ...timeoutErrors(webhook, path),
  ...selectorErrors(recordAt(webhook, 'namespaceSelector'), `${path}.namespaceSelector`),
  ...selectorErrors(recordAt(webhook, 'objectSelector'), `${path}.objectSelector`),
  ...oneOf(webhook, 'reinvocationPolicy', path, ['IfNeeded', 'Never']),
  ...clientErrors(webhook, `${path}.clientConfig`),
  ...matchConditionErrors(listAt(webhook, 'matchConditions'), `${path}.matchConditions`),
  ...reviewVersionErrors(listAt(webhook, 'admissionReviewVersions'), `${path}.admissionReviewVersions`, {
    known: reviewVersions,
    whyRequired: `must specify one of ${reviewVersions.join(', ')}`,
  }),
]

const configurationErrors = (configuration: KubeObject): FieldError[] => {
  const webhooks = listAt(configuration, 'webhooks')
  const names = webhooks.map((webhook) => textAt(webhook, 'name'))
  return webhooks.flatMap((webhook, at) => [
    ...webhookErrors(webhook, `webhooks[${at}]`),
    ...(names[at] !== '' && names.indexOf(names[at] ?? '') < at
      ? [duplicate(`webhooks[${at}].name`, names[at])]
      : []),
  ])
}

/** Mutating- and ValidatingWebhookConfigurations. */
export const webhookConfigurationStrategy: Strategy = {
  conditionalUpdate: true,
  setDefaults(configuration) {
    for (const webhook of listAt(configuration, 'webhooks'))
      if (isJsonObject(webhook)) fillWebhook(webhook, configuration.kind === 'MutatingWebhookConfiguration')
  },
  validateCreate: configurationErrors,
  validateUpdate: configurationErrors,
}
