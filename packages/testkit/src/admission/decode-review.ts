import { isJsonObject } from '../kube-object.ts'
import { readJson } from '../server/read-json.ts'
import { goKind } from '../verbs/decode-object.ts'

/** What a webhook sent cannot be read as a review. */
export class UnreadableReviewError extends Error {
  override readonly name = 'UnreadableReviewError'
}

const typeOfKinds = String.raw`struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }`
const scheme = 'in scheme "pkg/runtime/scheme.go:111"'

/** A text that is no JSON may still be YAML, and is read as such: a word is a string then. */
const parsed = (text: string): unknown => {
  try {
    return readJson(text)
  } catch (error) {
    if (/^[\w][^:{}[\]&*#?|<>=!%@`"']*$/.test(text.trim())) return text
    const why = error instanceof Error ? error.message : String(error)
    throw new UnreadableReviewError(`couldn't get version/kind; json parse error: ${why}`)
  }
}

/** Fields of a response and what Go calls their types. */
const fieldTypes: Readonly<
  Record<string, { readonly go: string; readonly fits: (value: unknown) => boolean }>
> = {
  uid: { go: 'types.UID', fits: (value) => typeof value === 'string' },
  allowed: { go: 'bool', fits: (value) => typeof value === 'boolean' },
  status: { go: 'v1.Status', fits: isJsonObject },
  patch: { go: '[]uint8', fits: (value) => typeof value === 'string' },
  patchType: { go: 'v1.PatchType', fits: (value) => typeof value === 'string' },
  auditAnnotations: { go: 'map[string]string', fits: isJsonObject },
  warnings: { go: '[]string', fits: Array.isArray },
}

const checkFields = (response: Record<string, unknown>): void => {
  for (const [name, value] of Object.entries(response)) {
    const type = fieldTypes[name]
    if (type === undefined || value === null || type.fits(value)) continue
    throw new UnreadableReviewError(
      `json: cannot unmarshal ${goKind(value)} into Go struct field AdmissionResponse.response.${name} of type ${type.go}`,
    )
  }
}

/** The version of a group and version. */
const versionOf = (apiVersion: string): string => apiVersion.slice(apiVersion.lastIndexOf('/') + 1)

const checkKind = (review: Record<string, unknown>, version: string): void => {
  const { apiVersion, kind } = review
  if (typeof kind !== 'string' || typeof apiVersion !== 'string' || kind === '' || apiVersion === '') return
  const isReview = kind === 'AdmissionReview' && /^admission\.k8s\.io\/v1(?:beta1)?$/.test(apiVersion)
  if (!isReview)
    throw new UnreadableReviewError(
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} ${scheme}`,
    )
  if (versionOf(apiVersion) !== version)
    throw new UnreadableReviewError(
      `converting (${versionOf(apiVersion)}.${kind}) to (${version}.${kind}): unknown conversion`,
    )
}

/** Reads the body of an answer as a review of a version; throws UnreadableReviewError in the words of Go's decoder. */
export const decodeReview = (text: string, version: 'v1' | 'v1beta1'): Record<string, unknown> => {
  const review = parsed(text)
  if (!isJsonObject(review))
    throw new UnreadableReviewError(
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${goKind(review)} into Go value of type ${typeOfKinds}`,
    )
  checkKind(review, version)
  const { response } = review
  if (response !== undefined && response !== null && !isJsonObject(response))
    throw new UnreadableReviewError(
      `json: cannot unmarshal ${goKind(response)} into Go struct field AdmissionReview.response of type ${version}.AdmissionResponse`,
    )
  if (isJsonObject(response)) checkFields(response)
  return review
}
