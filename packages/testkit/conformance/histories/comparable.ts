import type { HistoryKind } from './shapes.ts'

/** What a server said, as far as it is looked at here. */
export interface Said {
  readonly status: number
  readonly json: Readonly<Record<string, unknown>>
}

interface Status {
  readonly reason?: string
  readonly message?: string
  readonly details?: { readonly causes?: readonly { readonly field?: string }[] }
}

const sortedText = (text: string): string => [...text].toSorted().join('')

/** A body without what comes in no order on the real server, and what the in-memory one is not held to. */
export const comparable = (body: unknown): unknown => {
  const { reason, message = '', details } = body as Status
  if (message === '') return body
  // a patched object is shown as a Go type writes it, and the first of its wrong values is told
  if (message.includes('patch: Invalid value: '))
    return { ...(body as object), message: undefined, details: undefined }
  if (details?.causes === undefined) return { ...(body as object), message: message.split('\n').toSorted() }
  const causes = details.causes.map((cause) => JSON.stringify(cause)).toSorted()
  return {
    ...(body as object),
    message: reason === 'Invalid' ? sortedText(message) : message,
    details: { ...details, causes },
  }
}

/** What the spec of a built-in kind may hold is not what histories are about. */
export const isOfValues = ({ kind }: HistoryKind, { status, json }: Said): boolean => {
  const { details: { causes = [] } = {} } = json as Status
  return status === 422 && kind !== 'Gadget' && causes.some(({ field = '' }) => field.startsWith('spec.'))
}

/** Of several directives that are wrong the real server tells any. */
export const isInAnyOrder = (request: string, real: Said, memory: Said): boolean =>
  real.status === 500 && memory.status === 500 && request.split('$setElementOrder').length > 2

/** Without those about the values of a pod's spec. */
export const otherWarnings = (warning: string | string[] | undefined): string[] =>
  [warning ?? []].flat().filter((text) => !text.includes('spec.template.'))
