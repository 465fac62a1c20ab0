import { ApiError, badRequest, invalidObject } from '../api-error.ts'
import { forbiddenField, notSupported } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'

export interface ListOptions {
  /** Undefined when absent. */
  readonly revision: number | undefined
  readonly match: 'Exact' | 'NotOlderThan' | undefined
  readonly limit: number
  readonly continueToken: string
  readonly sendInitialEvents: boolean | undefined
  readonly allowBookmarks: boolean
  readonly timeoutSeconds: number | undefined
}

/** Whether a parameter says yes: any text but these two does, also an empty one. */
export const isTrue = (text: string | null): boolean =>
  text !== null && text !== '0' && text.toLowerCase() !== 'false'

const largest = 2n ** 63n - 1n

const wholeNumber = (query: URLSearchParams, name: string): number | undefined => {
  const text = query.get(name)
  if (text === null) return undefined
  const refused = (why: string): ApiError =>
    badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: ${why}`)
  if (!/^[+-]?\d+$/.test(text)) throw refused('invalid syntax')
  if (BigInt(text.replace('+', '')) > largest) throw refused('value out of range')
  return Number(text)
}

const match = (detail: string): FieldError => forbiddenField('resourceVersionMatch', detail)
const withContinue = match('resourceVersionMatch is forbidden when continue is provided')

interface Given {
  readonly match: string
  readonly revision: string
  readonly continueToken: string
  readonly sendInitialEvents: boolean | undefined
}

const watchErrors = ({ match: wanted, continueToken, sendInitialEvents }: Given): FieldError[] => [
  ...(sendInitialEvents !== undefined && wanted !== 'NotOlderThan'
    ? [match('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan')]
    : []),
  ...(wanted !== '' && sendInitialEvents === undefined
    ? [match('resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided')]
    : []),
  ...(wanted !== '' && wanted !== 'NotOlderThan'
    ? [notSupported('resourceVersionMatch', wanted, ['NotOlderThan'])]
    : []),
  ...(wanted !== '' && continueToken !== '' ? [withContinue] : []),
]

const listErrors = ({ match: wanted, revision, continueToken, sendInitialEvents }: Given): FieldError[] => [
  ...(wanted !== '' && revision === ''
    ? [match('resourceVersionMatch is forbidden unless resourceVersion is provided')]
    : []),
  ...(wanted !== '' && continueToken !== '' ? [withContinue] : []),
  ...(wanted !== '' && wanted !== 'Exact' && wanted !== 'NotOlderThan'
    ? [notSupported('resourceVersionMatch', wanted, ['Exact', 'NotOlderThan', ''])]
    : []),
  ...(wanted === 'Exact' && revision === '0'
    ? [match('resourceVersionMatch "exact" is forbidden for resourceVersion "0"')]
    : []),
  ...(sendInitialEvents === undefined
    ? []
    : [forbiddenField('sendInitialEvents', 'sendInitialEvents is forbidden for list')]),
]

/** A watch from no version, or from 0, begins with what is there: the defaults say so in the words of today. */
const withWatchDefaults = (given: Given): Given =>
  given.sendInitialEvents === undefined && given.match === '' && ['', '0'].includes(given.revision)
    ? { ...given, sendInitialEvents: true, match: 'NotOlderThan' }
    : given

const optionsKind = { group: 'meta.k8s.io', kind: 'ListOptions' }

/** Undefined when absent; throws what `refusal` makes of a text that is no version. */
const readRevision = (text: string, refusal: (why: string) => ApiError): number | undefined => {
  if (text === '') return undefined
  if (/^\d+$/.test(text)) return Number(text)
  const shown = JSON.stringify(text)
  throw refusal(
    `resourceVersion: Invalid value: ${shown}: strconv.ParseUint: parsing ${shown}: invalid syntax`,
  )
}

/** As the real server answers an error that it has no status for. */
const unknownError = (message: string): ApiError => new ApiError(500, '', message)

/** Reads the query of a list or a watch; throws the 4xx of options that contradict each other. */
export const readListOptions = (query: URLSearchParams, isWatch: boolean): ListOptions => {
  const limit = wholeNumber(query, 'limit') ?? 0
  const timeoutSeconds = wholeNumber(query, 'timeoutSeconds')
  const initial = query.get('sendInitialEvents')
  const asked: Given = {
    match: query.get('resourceVersionMatch') ?? '',
    revision: query.get('resourceVersion') ?? '',
    continueToken: query.get('continue') ?? '',
    sendInitialEvents: initial === null ? undefined : isTrue(initial),
  }
  // a watch by the old paths is not said in the query: its options are those of a list
  const saysWatch = isWatch && isTrue(query.get('watch'))
  const given = saysWatch ? withWatchDefaults(asked) : asked
  const errors = saysWatch ? watchErrors(given) : listErrors(given)
  if (errors.length > 0) throw invalidObject(optionsKind, '', errors)
  const revision = readRevision(
    given.revision,
    isWatch ? unknownError : (why) => badRequest(`invalid resource version: ${why}`),
  )
  if (given.continueToken !== '' && revision !== undefined && revision !== 0)
    throw badRequest('specifying resource version is not allowed when using continue')
  return {
    revision,
    match: given.match === '' ? undefined : (given.match as ListOptions['match']),
    limit,
    continueToken: given.continueToken,
    sendInitialEvents: given.sendInitialEvents,
    allowBookmarks: isTrue(query.get('allowWatchBookmarks')),
    timeoutSeconds,
  }
}

/** The version that a read is to be not older than; throws when it is none, or has not been reached. */
export const readReadRevision = (query: URLSearchParams, current: number): number | undefined => {
  const revision = readRevision(query.get('resourceVersion') ?? '', unknownError)
  if (revision !== undefined && revision > current) throw futureRevision(revision, current)
  return revision
}

/** A version that has not been reached: the real server waits 3 s for it, then answers this. */
export const futureRevision = (wanted: number, current: number): ApiError =>
  new ApiError(504, 'Timeout', `Timeout: Too large resource version: ${wanted}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  })
