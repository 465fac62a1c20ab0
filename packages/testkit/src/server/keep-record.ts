import { groupResource } from '../api-error.ts'
import type { Clock } from '../clock/clock.ts'
import type { Journal, RequestRecord } from '../journal.ts'
import type { Exchange } from './exchange.ts'
import type { RequestInfo } from './request-info.ts'

type Mutable<T> = { -readonly [Field in keyof T]: T[Field] }

const newRecord = (info: RequestInfo, exchange: Exchange, at: number): Mutable<RequestRecord> => {
  const common = {
    at,
    user: '',
    userAgent: exchange.header('user-agent') ?? '',
    status: 0,
    bytes: 0,
    durationMs: 0,
  }
  if (!info.isResource)
    return { ...common, verb: info.verb, resource: info.path, subresource: '', namespace: '', name: '' }
  const resource = groupResource(info) + (info.subresource === '' ? '' : `/${info.subresource}`)
  const { verb, subresource, namespace, name } = info
  return { ...common, verb, resource, subresource, namespace, name }
}

export interface KeptRecord {
  /** Its `user` is filled in by who finds out. */
  readonly entry: Mutable<RequestRecord>
  /** Whatever was to be done with the request is done: adds the line, if there was an answer. */
  readonly finish: () => void
}

/** Keeps the journal's line about one request: it is there when the request is answered, or its connection ends. */
export const keepRecord = (
  journal: Journal,
  clock: Clock,
  exchange: Exchange,
  info: RequestInfo,
): KeptRecord => {
  const { response } = exchange
  const started = clock.monotonic()
  const entry = newRecord(info, exchange, clock.now())
  let isAdded = false
  const record = (status: number): void => {
    entry.status = status
    entry.bytes = exchange.bytes
    entry.durationMs = clock.monotonic() - started
    if (!isAdded) journal.add(entry)
    isAdded = true
  }
  response.on('close', () => record(response.headersSent ? response.statusCode : 0))
  return {
    entry,
    finish: () => {
      if (exchange.hasAnswered) record(response.statusCode)
    },
  }
}
