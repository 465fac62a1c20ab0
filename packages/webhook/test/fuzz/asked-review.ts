/** What a body asks, read as the specification has it, apart from the code that is tested. */
export type AskedReview =
  /** Nobody can answer this: it must be refused with a 4xx. */
  | { readonly is: 'unreadable' }
  | {
      /** `strange`: a part that no API server would send so; it may be refused or answered, but never answered wrongly. */
      readonly is: 'answerable' | 'strange'
      readonly apiVersion: string
      readonly uid: string
      readonly request: JsonMembers
    }

export type JsonMembers = Readonly<Record<string, unknown>>

const deepest = 200

/** Reads a body. */
export const askedReview = (body: Uint8Array): AskedReview => {
  const review = jsonOf(body)
  if (!isMembers(review) || isTooDeep(review)) return { is: 'unreadable' }
  const { kind, apiVersion, request } = review
  if (kind !== 'AdmissionReview' || !isMembers(request)) return { is: 'unreadable' }
  if (apiVersion !== 'admission.k8s.io/v1' && apiVersion !== 'admission.k8s.io/v1beta1')
    return { is: 'unreadable' }
  const { uid, operation } = request
  if (typeof uid !== 'string' || uid === '') return { is: 'unreadable' }
  if (!['CREATE', 'UPDATE', 'DELETE', 'CONNECT'].includes(operation as string)) return { is: 'unreadable' }
  // A member that is there twice is gone when it is read, but may have been too deep.
  return { is: isFlat(body) && isAsSent(request) ? 'answerable' : 'strange', apiVersion, uid, request }
}

/** Whether nothing in a body can be too deep. What is not so is never `answerable`, and costs time to read. */
export const isFlat = (body: Uint8Array): boolean => {
  let openings = 0
  for (const byte of body) if (byte === 0x7b || byte === 0x5b) openings++
  return openings <= deepest
}

const decoder = new TextDecoder('utf-8', { fatal: true })

const jsonOf = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(decoder.decode(body)) as unknown
  } catch {
    return undefined
  }
}

const isTooDeep = (value: unknown): boolean => {
  let level = [value].filter(isNesting)
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > deepest) return true
    level = level.flatMap((one) => Object.values(one) as unknown[]).filter(isNesting)
  }
  return false
}

const isNesting = (value: unknown): value is object => typeof value === 'object' && value !== null

const isAsSent = ({ kind, resource, userInfo, name, subResource }: JsonMembers): boolean =>
  isTexts(kind, ['group', 'version', 'kind']) &&
  isTexts(resource, ['group', 'version', 'resource']) &&
  isTexts(userInfo, ['username']) &&
  isListOfTexts(isMembers(userInfo) ? (userInfo['groups'] ?? []) : []) &&
  [name, subResource].every(isTextOrNothing)

const isTexts = (value: unknown, members: readonly string[]): boolean =>
  isMembers(value) && members.every((member) => isTextOrNothing(value[member]))

const isListOfTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((one) => typeof one === 'string')

const isTextOrNothing = (value: unknown): boolean => value === undefined || typeof value === 'string'

export const isMembers = (value: unknown): value is JsonMembers =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
