import { ApiError } from '../api-error.ts'
import { isJsonObject, listAt, recordAt, textAt } from '../kube-object.ts'
import type { Webhook } from './webhook.ts'

/** What a webhook answered. */
export interface ReviewAnswer {
  readonly isAllowed: boolean
  /** The text of a JSON patch; empty without one. */
  readonly patch: string
  readonly patchType: string
  /** A `v1.Status`, as far as it was given. */
  readonly result: Record<string, unknown>
  readonly warnings: readonly string[]
}

/** An answer that says nothing. */
export class InvalidReviewError extends Error {
  override readonly name = 'InvalidReviewError'
}

const group = 'admission.k8s.io'

/** As Go prints a group, a version and a kind. */
const shownKind = (apiVersion: string, kind: string): string => {
  const at = apiVersion.lastIndexOf('/')
  return `${apiVersion.slice(0, Math.max(at, 0))}/${apiVersion.slice(at + 1)}, Kind=${kind}`
}

const checkPatch = (
  isMutating: boolean,
  version: string,
  patch: string,
  patchType: string | undefined,
): void => {
  if (!isMutating && version === 'v1') {
    if (patch !== '') throw new InvalidReviewError('validating webhook may not return response.patch')
    if (patchType !== undefined)
      throw new InvalidReviewError('validating webhook may not return response.patchType')
    return
  }
  if (version !== 'v1') return
  if (patch !== '' && patchType === undefined)
    throw new InvalidReviewError('webhook returned response.patch but not response.patchType')
  if (patch === '' && patchType !== undefined)
    throw new InvalidReviewError('webhook returned response.patchType but not response.patch')
  if (patchType === '') throw new InvalidReviewError('webhook returned invalid response.patchType of ""')
}

/** Reads the AdmissionReview that answers `uid`; throws InvalidReviewError with the server's own words. */
export const readReview = (
  review: Record<string, unknown>,
  { isMutating }: Webhook,
  uid: string,
  version: 'v1' | 'v1beta1',
): ReviewAnswer => {
  const { response } = review
  if (!isJsonObject(response)) throw new InvalidReviewError('webhook response was absent')
  const found = textAt(response, 'uid')
  if (version === 'v1' && found !== uid)
    throw new InvalidReviewError(`expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(found)}`)
  const [apiVersion, kind] = [textAt(review, 'apiVersion'), textAt(review, 'kind')]
  const expected = `${group}/${version}`
  const isUnnamed = version === 'v1beta1' && apiVersion === '' && kind === ''
  if (!isUnnamed && (apiVersion !== expected || kind !== 'AdmissionReview'))
    throw new InvalidReviewError(
      `expected webhook response of ${shownKind(expected, 'AdmissionReview')}, got ${shownKind(apiVersion, kind)}`,
    )
  const patch = Buffer.from(textAt(response, 'patch'), 'base64').toString('utf8')
  const patchType = typeof response['patchType'] === 'string' ? response['patchType'] : undefined
  checkPatch(isMutating, version, patch, patchType)
  return {
    isAllowed: response['allowed'] === true,
    patch,
    patchType: patchType ?? (version === 'v1beta1' ? 'JSONPatch' : ''),
    result: recordAt(response, 'status'),
    warnings: listAt(response, 'warnings').filter((warning) => typeof warning === 'string'),
  }
}

const lowestError = 400

/** The refusal of a request that a webhook denied: its own Status, made one of a failure. */
export const denial = (webhook: string, result: Record<string, unknown>): ApiError => {
  const by = `admission webhook ${JSON.stringify(webhook)} denied the request`
  const [message, reason] = [textAt(result, 'message'), textAt(result, 'reason')]
  const code = typeof result['code'] === 'number' ? result['code'] : 0
  const why = message || reason
  const { details } = result
  return new ApiError(
    Math.max(code, lowestError),
    reason,
    why === '' ? `${by} without explanation` : `${by}: ${why}`,
    isJsonObject(details) ? details : undefined,
  )
}
