import { ApiError, badRequest, invalidObject } from '../api-error.ts'
import { forbiddenField, invalid, notSupported } from '../field-error.ts'
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

const isTrue = (value: string | null): boolean => value === 'true' || value === '1'

const wholeNumber = (query: URLSearchParams, name: string): number | undefined => {
  const text = query.get(name)
  if (text === null || text === '') return undefined
  if (!/^\d+$/.test(text))
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
  return Number(text)
}

const optionErrors = (query: URLSearchParams, isWatch: boolean): FieldError[] => {
  const match = query.get('resourceVersionMatch') ?? ''
  const initial = query.get('sendInitialEvents')
  const revision = query.get('resourceVersion') ?? ''
  const errors: FieldError[] = []
  if (match !== '' && match !== 'Exact' && match !== 'NotOlderThan') {
    return [notSupported('resourceVersionMatch', match, ['Exact', 'NotOlderThan', ''])]
  }
  if (isWatch) {
    if (initial === null && match !== '') {
      errors.push(
        forbiddenField(
          'resourceVersionMatch',
          'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
        ),
      )
    }
    if (match === 'Exact') errors.push(notSupported('resourceVersionMatch', match, ['NotOlderThan']))
    if (initial !== null && match !== 'NotOlderThan') {
      errors.push(
        forbiddenField(
          'resourceVersionMatch',
          'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
        ),
      )
    }
    return errors
  }
  if (initial !== null)
    errors.push(forbiddenField('sendInitialEvents', 'sendInitialEvents is forbidden for list'))
  if (match !== '' && revision === '') {
    errors.push(
      forbiddenField(
        'resourceVersionMatch',
        'resourceVersionMatch is forbidden unless resourceVersion is provided',
      ),
    )
  }
  if (match !== '' && (query.get('continue') ?? '') !== '') {
    errors.push(
      forbiddenField('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided'),
    )
  }
  if (match === 'Exact' && revision === '0') {
    errors.push(
      forbiddenField(
        'resourceVersionMatch',
        'resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
      ),
    )
  }
  return errors
}

const optionsKind = { group: 'meta.k8s.io', kind: 'ListOptions' }

/** Reads the query of a list or a watch; throws the 4xx of options that contradict each other. */
export const readListOptions = (query: URLSearchParams, isWatch: boolean): ListOptions => {
  const errors = optionErrors(query, isWatch)
  if (errors.length > 0) throw invalidObject(optionsKind, '', errors)
  const revisionText = query.get('resourceVersion') ?? ''
  if (!/^\d*$/.test(revisionText)) {
    throw invalidObject({ group: '', kind: 'ListOptions' }, '', [
      invalid('resourceVersion', revisionText, 'must be an unsigned integer'),
    ])
  }
  const continueToken = query.get('continue') ?? ''
  if (continueToken !== '' && revisionText !== '' && revisionText !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue')
  }
  return {
    revision: revisionText === '' ? undefined : Number(revisionText),
    match: (query.get('resourceVersionMatch') || undefined) as ListOptions['match'],
    limit: wholeNumber(query, 'limit') ?? 0,
    continueToken,
    sendInitialEvents:
      query.get('sendInitialEvents') === null ? undefined : isTrue(query.get('sendInitialEvents')),
    allowBookmarks: isTrue(query.get('allowWatchBookmarks')),
    timeoutSeconds: wholeNumber(query, 'timeoutSeconds'),
  }
}

/** A version that has not been reached: the real server waits 3 s for it, then answers this. */
export const futureRevision = (wanted: number, current: number): ApiError =>
  new ApiError(504, 'Timeout', `Too large resource version: ${wanted}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  })
