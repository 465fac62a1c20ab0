import { X509Certificate } from 'node:crypto'
import { forbiddenField, invalid, notSupported, required } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { isJsonObject, listAt, recordAt, textAt } from '../kube-object.ts'
import { reviewVersions } from './conversion-review.ts'
import { reviewVersionErrors } from './review-version-errors.ts'
import { webhookServiceErrors, webhookUrlErrors } from './webhook-reference-errors.ts'

const strategies = ['None', 'Webhook']

/** Whether a text (base64 of PEM) has certificates, if anything. */
const isBundle = (caBundle: string): boolean => {
  const text = Buffer.from(caBundle, 'base64').toString('latin1')
  if (text.trim() === '') return true
  try {
    return new X509Certificate(text).subject !== undefined
  } catch {
    return false
  }
}

/** What is wrong with an authority that nobody has checked yet. */
export const caBundleErrors = (caBundle: string, path: string): FieldError[] =>
  caBundle === '' || isBundle(caBundle)
    ? []
    : [
        invalid(
          path,
          // bytes are printed as they are sent
          caBundle,
          'unable to load root certificates: unable to parse bytes as PEM block',
        ),
      ]

const clientErrors = (conversion: unknown, path: string, checksBundle: boolean): FieldError[] => {
  const config = recordAt(conversion, 'webhook')['clientConfig']
  if (!isJsonObject(config)) return [required(path, 'required when strategy is set to Webhook')]
  const { url, service } = config
  const hasUrl = typeof url === 'string'
  const bundle = checksBundle ? caBundleErrors(textAt(config, 'caBundle'), `${path}.caBundle`) : []
  if (hasUrl === isJsonObject(service))
    return [required(path, 'exactly one of url or service is required'), ...bundle]
  return [
    ...(hasUrl
      ? webhookUrlErrors(url, `${path}.url`)
      : webhookServiceErrors(recordAt(service), `${path}.service`)),
    ...bundle,
  ]
}

/** What is wrong with how a definition converts its objects. `checksBundle`: it is established, so its authority counts. */
export const conversionErrors = (conversion: unknown, checksBundle: boolean): FieldError[] => {
  if (!isJsonObject(conversion)) return []
  const path = 'spec.conversion'
  const strategy = textAt(conversion, 'strategy')
  const known = strategies.includes(strategy)
    ? []
    : [
        strategy === ''
          ? required(`${path}.strategy`)
          : notSupported(`${path}.strategy`, strategy, strategies),
      ]
  // the fields as they are inside the real server
  const [client, reviews] = [`${path}.webhookClientConfig`, `${path}.conversionReviewVersions`]
  const versions = listAt(conversion, 'webhook', 'conversionReviewVersions')
  if (strategy === 'Webhook')
    return [
      ...clientErrors(conversion, client, checksBundle),
      ...reviewVersionErrors(versions, reviews, { known: reviewVersions }),
    ]
  const detail = 'should not be set when strategy is not set to Webhook'
  return [
    ...known,
    ...(isJsonObject(recordAt(conversion, 'webhook')['clientConfig'])
      ? [forbiddenField(client, detail)]
      : []),
    ...(versions.length > 0 ? [forbiddenField(reviews, detail)] : []),
  ]
}
