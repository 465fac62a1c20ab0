import { ApiError } from '../api-error.ts'
import { isJsonObject, recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import { goTypeOfValue } from '../go-text.ts'
import { labelsProblem } from './label-problem.ts'

const reviewKind = 'ConversionReview'
/** Of ConversionReview, as far as the server knows. */
export const reviewVersions: readonly string[] = ['v1', 'v1beta1']

/** Whom the real server says it is about: `example.com/v1, Kind=Widget`. */
export const kindTextOf = ({ apiVersion, kind }: KubeObject): string => `${apiVersion}, Kind=${kind}`

/** A conversion that did not come about: the real server has no status for it. */
export const conversionError = (message: string): ApiError => new ApiError(500, '', message)

/** The ConversionReview that asks for objects in another version. */
export const conversionReview = (
  uid: string,
  version: string,
  desiredAPIVersion: string,
  objects: readonly KubeObject[],
): string =>
  JSON.stringify({
    kind: reviewKind,
    apiVersion: `apiextensions.k8s.io/${version}`,
    request: { uid, desiredAPIVersion, objects: objects.map(asSent) },
    response: { uid: '', convertedObjects: null, result: { metadata: {} } },
  })

/** With its fields in the order of their names, as Go writes them. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isJsonObject(value)) return value
  const fields = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1))
  return Object.fromEntries(fields.map(([name, field]) => [name, sorted(field)]))
}

/** As it is in the storage: its version is none of its fields there. */
const asSent = ({ metadata: { resourceVersion: _version, ...metadata }, ...rest }: KubeObject): unknown =>
  sorted({ ...rest, metadata })

/** Why an answer is not of the kind that was asked for; the second version is less careful. */
const otherKind = (review: Record<string, unknown>, version: string): string | undefined => {
  const [apiVersion, kind] = [textAt(review, 'apiVersion'), textAt(review, 'kind')]
  const [group = '', found = ''] = apiVersion.split('/')
  const wanted = `apiextensions.k8s.io/${version}`
  if (apiVersion === '' && kind === '')
    return version === 'v1'
      ? `expected webhook response of ${wanted}, Kind=${reviewKind}, got /, Kind=`
      : undefined
  if (group !== 'apiextensions.k8s.io' || kind !== reviewKind || !reviewVersions.includes(found))
    return `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`
  return found === version
    ? undefined
    : `converting (${found}.${reviewKind}) to (${version}.${reviewKind}): unknown conversion`
}

/** The objects of an answer, or why there are none. */
const convertedIn = (
  review: Record<string, unknown>,
  uid: string,
  version: string,
): readonly unknown[] | string => {
  const { response } = review
  const other = otherKind(review, version)
  if (other !== undefined) return other
  if (!isJsonObject(response)) return 'no response provided'
  const found = textAt(response, 'uid')
  if (version === 'v1' && found !== uid)
    return `expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(found)}`
  const result = recordAt(response, 'result')
  const status = textAt(result, 'status')
  if (status !== 'Success')
    return textAt(result, 'message') || `response.result.status was '${status}', not 'Success'`
  const { convertedObjects } = response
  return Array.isArray(convertedObjects) ? convertedObjects : []
}

/** What of its metadata a webhook may not change. */
const changedIdentity = (original: KubeObject, converted: Record<string, unknown>): string | undefined => {
  const meta = recordAt(converted, 'metadata')
  for (const [field, name] of [
    ['name', 'name'],
    ['namespace', 'namespace'],
    ['uid', 'UID'],
  ] as const) {
    const [before, after] = [original.metadata[field] ?? '', textAt(meta, field)]
    if (before !== after) return `must have the same ${name}: ${before} != ${after}`
  }
  return undefined
}

/** The metadata of the original with the labels and annotations of the answer; or what is wrong with these. */
const restored = (original: KubeObject, converted: Record<string, unknown>): KubeObject | string => {
  const { metadata } = converted
  if (!('metadata' in converted)) return 'missing metadata in converted object'
  if (!isJsonObject(metadata))
    return `invalid metadata of type ${goTypeOfValue(metadata)} in converted object`
  const next = { ...original.metadata }
  for (const field of ['labels', 'annotations'] as const) {
    const value = metadata[field]
    delete next[field]
    if (value === undefined || value === null) continue
    if (!isJsonObject(value))
      return `invalid metadata.${field} of type ${goTypeOfValue(value)} in converted object`
    for (const [name, text] of Object.entries(value))
      if (typeof text !== 'string')
        return `metadata.${field}[${name}] must be a string, but is ${goTypeOfValue(text)} in converted object`
    const texts = value as Record<string, string>
    const problem = labelsProblem(field, texts, original.metadata[field])
    if (problem !== undefined) return problem
    next[field] = texts
  }
  return { ...converted, metadata: next } as KubeObject
}

/** One object of an answer in place of the original. Throws the 500 of one that is not its conversion. */
const checked = (original: KubeObject, converted: unknown, wanted: string): KubeObject => {
  const about = `conversion webhook for ${kindTextOf(original)} returned`
  if (converted === null || converted === undefined) throw conversionError('unexpected end of JSON input')
  if (!isJsonObject(converted) || textAt(converted, 'kind') === '')
    throw conversionError(`Object 'Kind' is missing in '${JSON.stringify(converted)}'`)
  const [apiVersion, kind] = [textAt(converted, 'apiVersion'), textAt(converted, 'kind')]
  if (apiVersion !== wanted)
    throw conversionError(
      `${about} invalid object at index 0: invalid groupVersion (expected ${wanted}, received ${apiVersion})`,
    )
  if (kind !== original.kind)
    throw conversionError(
      `${about} invalid object at index 0: invalid kind (expected ${original.kind}, received ${kind})`,
    )
  const changed = changedIdentity(original, converted)
  if (changed !== undefined) throw conversionError(`${about} invalid object: ${changed}`)
  const whole = restored(original, converted)
  if (typeof whole === 'string') throw conversionError(`${about} invalid metadata: ${whole}`)
  return whole
}

/** Reads the answer of a conversion webhook. Throws the 500 of one that is none, in the real server's words. */
export const readConversion = (
  review: Record<string, unknown>,
  asked: { readonly uid: string; readonly version: string; readonly wanted: string },
  originals: readonly KubeObject[],
): KubeObject[] => {
  const [first] = originals
  const about = `conversion webhook for ${first === undefined ? '' : kindTextOf(first)}`
  const converted = convertedIn(review, asked.uid, asked.version)
  if (typeof converted === 'string') throw conversionError(`${about} failed: ${converted}`)
  if (converted.length !== originals.length)
    throw conversionError(`${about} returned ${converted.length} objects, expected ${originals.length}`)
  return originals.map((original, at) => checked(original, converted[at], asked.wanted))
}
