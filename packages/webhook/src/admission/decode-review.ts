import {
  admissionVersions,
  operations,
  type AdmissionRequest,
  type AdmissionReview,
  type AdmissionVersion,
  type AskedKind,
  type Operation,
} from './admission-review.ts'
import { BadRequestError } from '../serving/bad-request-error.ts'
import { isNestedDeeper, isTextNestedDeeper } from './nesting.ts'

/** A MirrorPeer has seven levels, its managed fields a dozen. */
const deepestNesting = 200
/** Bytes of a body that is looked at before it is read. */
const longUnread = 64 * 1024

/**
 * The AdmissionReview in the body of a request. Only what is looked at is checked; the objects in it are judged later.
 * @throws BadRequestError with what is wrong and what was expected.
 */
export const decodeReview = (body: Uint8Array): AdmissionReview => {
  const review = parsed(body)
  if (!isObject(review) || review['kind'] !== 'AdmissionReview') {
    throw bad(
      `the body is no AdmissionReview: expected an object of kind AdmissionReview, got ${kindOf(review)}`,
    )
  }
  const version = versionOf(review['apiVersion'])
  const { request } = review
  if (!isObject(request)) {
    throw bad(`the AdmissionReview has no request: expected an object, got ${shown(request)}`)
  }
  return { version, request: requestOf(request) }
}

const parsed = (body: Uint8Array): unknown => {
  const text = textOf(body)
  if (text.trim() === '') throw bad('the body is empty: expected an AdmissionReview as JSON')
  // To look at what was read takes half as long as to look at its text; a short one cannot hold more than is read with ease.
  if (body.length > longUnread && isTextNestedDeeper(text, deepestNesting)) throw tooDeep()
  const value = readJson(text)
  if (isObjectOrList(value) && isNestedDeeper(value, deepestNesting)) throw tooDeep()
  return value
}

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw bad('the body is no JSON: expected an AdmissionReview', { cause })
  }
}

const tooDeep = (): BadRequestError =>
  bad(`the body is nested too deep: at most ${deepestNesting} levels are read`)

const isObjectOrList = (value: unknown): value is object => typeof value === 'object' && value !== null

const utf8 = new TextDecoder('utf-8', { fatal: true })

const textOf = (body: Uint8Array): string => {
  try {
    return utf8.decode(body)
  } catch (cause) {
    throw bad('the body is no UTF-8: expected an AdmissionReview as JSON', { cause })
  }
}

const versionOf = (apiVersion: unknown): AdmissionVersion => {
  const version = admissionVersions.find((known) => apiVersion === `admission.k8s.io/${known}`)
  if (version === undefined) {
    throw bad(
      `the AdmissionReview is of apiVersion ${shown(apiVersion)}: expected admission.k8s.io/${admissionVersions.join(' or /')}`,
    )
  }
  return version
}

const requestOf = (request: Json): AdmissionRequest => {
  const { uid, operation, object, oldObject } = request
  if (typeof uid !== 'string' || uid === '') {
    throw bad(`the request has no uid: expected a text that is not empty, got ${shown(uid)}`)
  }
  if (!isOperation(operation)) {
    throw bad(
      `the request has an unknown operation: expected ${operations.join(', ')}, got ${shown(operation)}`,
    )
  }
  const userInfo = member(request, 'userInfo')
  return {
    uid,
    operation,
    kind: asked(member(request, 'kind'), 'kind'),
    resource: asked(member(request, 'resource'), 'resource'),
    subResource: text(request, 'subResource') ?? '',
    name: text(request, 'name') ?? '',
    username: text(userInfo, 'username') ?? '',
    groups: texts(userInfo, 'groups'),
    dryRun: request['dryRun'] === true,
    object,
    oldObject,
  }
}

type Json = Readonly<Record<string, unknown>>

const nothing: Json = {}

const member = (of: Json, name: string): Json => {
  const value = of[name] ?? undefined
  if (value === undefined) return nothing
  if (!isObject(value)) throw bad(`${name} of the request is no object, it is ${shown(value)}`)
  return value
}

const text = (of: Json, name: string): string | undefined => {
  const value = of[name] ?? undefined
  if (value === undefined || typeof value === 'string') return value
  throw bad(`${name} of the request is no text, it is ${shown(value)}`)
}

const texts = (of: Json, name: string): readonly string[] => {
  const value = of[name] ?? []
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value
  throw bad(`${name} of the request are no list of texts, they are ${shown(value)}`)
}

const asked = (of: Json, name: string): AskedKind => ({
  group: text(of, 'group'),
  version: text(of, 'version'),
  name: text(of, name),
})

const isOperation = (value: unknown): value is Operation => (operations as readonly unknown[]).includes(value)

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const kindOf = (value: unknown): string => (isObject(value) ? `kind ${shown(value['kind'])}` : shown(value))

/** A value as an error shows it: it may be anything, so only what it is, unless it is short. */
const shown = (value: unknown): string => {
  if (value === undefined || value === null) return 'none'
  if (typeof value === 'string') return value.length > 80 ? 'a long text' : JSON.stringify(value)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return Array.isArray(value) ? 'a list' : 'an object'
}

const bad = (message: string, options?: ErrorOptions): BadRequestError =>
  new BadRequestError(400, message, options)
