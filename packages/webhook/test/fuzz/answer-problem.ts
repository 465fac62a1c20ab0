import { isDeepStrictEqual } from 'node:util'
import {
  contract,
  defaultMirrorPeer,
  validateMirrorPeer,
  validateMirrorPeerUpdate,
  type MirrorPeer,
} from '@odfmo/api-types'
import { askedReview, isFlat, isMembers, type AskedReview, type JsonMembers } from './asked-review.ts'

/** What came back over HTTP. */
export interface ReceivedAnswer {
  readonly status: number
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What is wrong with the answer to a body that was sent whole; undefined when nothing is. */
export const answerProblem = (path: string, body: Uint8Array, answer: ReceivedAnswer): string | undefined => {
  if (answer.status !== 200) {
    const isDue = isFlat(body) && askedReview(body).is === 'answerable'
    return isDue ? `refused with ${answer.status}` : refusalProblem(answer)
  }
  const asked = askedReview(body)
  return asked.is === 'unreadable' ? 'answered what cannot be read' : reviewProblem(path, asked, answer)
}

/** A refusal is a 4xx with a sentence. */
export const refusalProblem = ({ status, headers, body }: ReceivedAnswer): string | undefined => {
  if (status < 400 || status > 499) return `the status is ${status}`
  if (headers['content-type'] !== 'text/plain; charset=utf-8') return 'the refusal is no plain text'
  return /^[^\n]{10,400}\n$/.test(body) ? undefined : 'the refusal is no sentence'
}

/** What can be said of an answer whatever was asked. */
export const answerShapeProblem = ({ body }: ReceivedAnswer): string | undefined => {
  const review = JSON.parse(body) as unknown
  if (!isMembers(review) || !isMembers(review['response'])) return 'the answer has no response'
  return review['kind'] === 'AdmissionReview'
    ? shapeProblem(review['response'])
    : 'the answer is no AdmissionReview'
}

type Readable = Exclude<AskedReview, { readonly is: 'unreadable' }>

const reviewProblem = (
  path: string,
  asked: Readable,
  { headers, body }: ReceivedAnswer,
): string | undefined => {
  if (headers['content-type'] !== 'application/json') return 'the answer is no JSON by its header'
  const review = JSON.parse(body) as unknown
  if (!isMembers(review) || !isMembers(review['response'])) return 'the answer has no response'
  const { response } = review
  if (review['kind'] !== 'AdmissionReview' || review['apiVersion'] !== asked.apiVersion)
    return 'the answer is not in the version that was asked'
  if (response['uid'] !== asked.uid) return 'the answer has another uid'
  return shapeProblem(response) ?? judgementProblem(path, asked.request, response)
}

const shapeProblem = ({
  allowed,
  status,
  patch,
  patchType,
  warnings = [],
}: JsonMembers): string | undefined => {
  if (typeof allowed !== 'boolean') return 'allowed is no boolean'
  if (allowed !== (status === undefined)) return 'there is a status exactly when it is refused'
  if ((patch === undefined) !== (patchType === undefined)) return 'patch and its type come together'
  if (patchType !== undefined && patchType !== 'JSONPatch') return 'an unknown type of patch'
  if (!Array.isArray(warnings) || !warnings.every((one) => typeof one === 'string' && one !== ''))
    return 'a warning that is no text'
  return warnings.length > 20 ? 'more warnings than anybody reads' : undefined
}

/** Against the functions of api-types, called directly. */
const judgementProblem = (path: string, request: JsonMembers, response: JsonMembers): string | undefined => {
  const { operation } = request
  const { allowed, patch } = response
  if (operation === 'DELETE' || operation === 'CONNECT')
    return isBareYes(response) ? undefined : 'an end was not just allowed'
  if (!isAboutMirrorPeers(request)) return statusProblem(response, 'BadRequest', 400)
  if ((request['subResource'] ?? '') === 'status')
    return isBareYes(response) ? undefined : 'a status was not just allowed'
  if (path === contract.webhook.mutatePath) {
    return allowed === true ? patchProblem(request['object'], patch) : 'the mutating webhook refuses nothing'
  }
  if (patch !== undefined) return 'the validating webhook changes nothing'
  return verdictProblem(request, response)
}

const verdictProblem = (request: JsonMembers, response: JsonMembers): string | undefined => {
  const { operation, object, oldObject, userInfo } = request
  const { username, groups } = isMembers(userInfo) ? userInfo : {}
  const { ok, problems } =
    operation === 'UPDATE'
      ? validateMirrorPeerUpdate(oldObject as MirrorPeer, object as MirrorPeer, {
          username: typeof username === 'string' ? username : '',
          groups: Array.isArray(groups) ? (groups as readonly string[]) : [],
        })
      : validateMirrorPeer(object as MirrorPeer)
  if (response['allowed'] !== ok) return `the library says ${ok ? 'yes' : 'no'}, the webhook does not`
  if (ok) return undefined
  const wrong = statusProblem(response, 'Invalid', 422)
  if (wrong !== undefined) return wrong
  const { status } = response
  const details = isMembers(status) ? status['details'] : undefined
  const causes = isMembers(details) ? details['causes'] : undefined
  // What leaves the spec as it is passes whatever that says.
  const isSpecKept = operation === 'UPDATE' && isDeepStrictEqual(specOf(oldObject), specOf(object))
  const long = isSpecKept ? [] : longListsOf(specOf(object))
  const told =
    long.length > 0 ? long : problems.slice(0, 64).map(({ path, message }) => ({ field: path, message }))
  const heard = Array.isArray(causes)
    ? causes.map((cause) => isMembers(cause) && { field: cause['field'], message: cause['message'] })
    : []
  return isDeepStrictEqual(heard, told) ? undefined : 'the causes are not the problems that the library has'
}

/** Where a list is longer than anybody means, that is all that is said. */
const longListsOf = (spec: unknown): readonly { readonly field: string; readonly message: string }[] =>
  ['items', 'schedulingIntervals'].flatMap((name) => {
    const list = isMembers(spec) ? spec[name] : undefined
    if (!Array.isArray(list) || list.length <= 1000) return []
    return [
      { field: `spec.${name}`, message: `there are ${list.length} entries: at most 1000 are looked at` },
    ]
  })

const specOf = (object: unknown): unknown => (isMembers(object) ? object['spec'] : undefined)

const statusProblem = (
  { allowed, status }: JsonMembers,
  reason: string,
  code: number,
): string | undefined => {
  if (allowed !== false || !isMembers(status)) return `it should have been refused: ${reason}`
  const isRight =
    status['status'] === 'Failure' &&
    status['reason'] === reason &&
    status['code'] === code &&
    status['message'] !== ''
  return isRight ? undefined : `the status is not that of ${reason}`
}

const isBareYes = (response: JsonMembers): boolean =>
  response['allowed'] === true && Object.keys(response).length === 2

const group = 'multicluster.odf.openshift.io'

const isAboutMirrorPeers = ({ kind, resource, subResource }: JsonMembers): boolean => {
  const says = (of: unknown, name: string, expected: string): boolean =>
    !isMembers(of) || (of[name] ?? expected) === expected
  return (
    says(kind, 'group', group) &&
    says(kind, 'kind', 'MirrorPeer') &&
    says(kind, 'version', 'v1alpha1') &&
    says(resource, 'group', group) &&
    says(resource, 'resource', 'mirrorpeers') &&
    ['', 'status'].includes((subResource ?? '') as string)
  )
}

const patchProblem = (object: unknown, patch: unknown): string | undefined => {
  const operations =
    typeof patch === 'string' ? (JSON.parse(Buffer.from(patch, 'base64').toString()) as unknown) : []
  if (!Array.isArray(operations)) return 'the patch is no list'
  if (patch !== undefined && operations.length === 0) return 'the patch is empty'
  const patched = structuredClone(object)
  for (const operation of operations as readonly unknown[]) {
    const spec = isMembers(patched) ? patched['spec'] : undefined
    if (!isMembers(operation) || operation['op'] !== 'add') return 'the patch does something else than add'
    const [, name] = /^\/spec\/(\w+)$/.exec(String(operation['path'])) ?? []
    if (!isMembers(spec) || name === undefined) return 'the patch is for what is not there'
    if (isDeepStrictEqual(spec[name], operation['value'])) return 'the patch sets what is so already'
    Object.assign(spec, { [name]: operation['value'] })
  }
  const wanted = isMembers(object) ? defaultMirrorPeer(object as unknown as MirrorPeer) : object
  return isDeepStrictEqual(patched, wanted)
    ? undefined
    : 'the patched object is not the one with its defaults'
}
