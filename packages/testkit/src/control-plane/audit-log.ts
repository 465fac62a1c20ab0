import { groupResource } from '../api-error.ts'
import type { Journal, RequestRecord } from '../journal.ts'
import { recordAt, textAt } from '../kube-object.ts'
import { readRequestInfo } from '../server/request-info.ts'

/** Which requests the API server tells about, and what: not their bodies, not that they came in. */
export const auditPolicy = JSON.stringify({
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata' }],
})

type Mutable<T> = { -readonly [Field in keyof T]: T[Field] }

const requestRecord = (event: unknown): Mutable<RequestRecord> => {
  const [path = '/', query = ''] = textAt(event, 'requestURI').split('?', 2)
  const verb = textAt(event, 'verb')
  const info = readRequestInfo('GET', path, new URLSearchParams(query))
  const { code } = recordAt(event, 'responseStatus')
  const received = Date.parse(textAt(event, 'requestReceivedTimestamp'))
  const record = {
    at: received,
    verb,
    user: textAt(event, 'impersonatedUser', 'username') || textAt(event, 'user', 'username'),
    userAgent: textAt(event, 'userAgent'),
    status: typeof code === 'number' ? code : 0,
    bytes: 0, // an audit log does not tell
    durationMs: Date.parse(textAt(event, 'stageTimestamp')) - received,
  }
  if (!info.isResource) return { ...record, resource: path, subresource: '', namespace: '', name: '' }
  const resource = groupResource(info) + (info.subresource === '' ? '' : `/${info.subresource}`)
  const { subresource, namespace, name } = info
  return { ...record, resource, subresource, namespace, name }
}

/** Undefined for what is none: the last line of a server that was killed may be cut. */
const eventIn = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

export interface AuditLogOptions {
  readonly journal: Journal
  /** Whether a request is the control plane's own, which the journal does not show. */
  readonly isOwn: (record: RequestRecord) => boolean
  /** Hears of each finished request, own ones too. */
  readonly onRequest: (record: RequestRecord) => void
}

/** Turns the lines of an API server's audit log into records of a journal. */
export const auditLog = ({ journal, isOwn, onRequest }: AuditLogOptions): ((line: string) => void) => {
  /** Watches that go on, by audit id. */
  const open = new Map<string, Mutable<RequestRecord>>()
  return (line) => {
    const event = eventIn(line)
    if (event === undefined) return
    const id = textAt(event, 'auditID')
    const record = requestRecord(event)
    const begun = open.get(id)
    if (begun !== undefined) {
      open.delete(id)
      begun.durationMs = record.durationMs
      return
    }
    if (textAt(event, 'stage') === 'ResponseStarted') open.set(id, record)
    if (!isOwn(record)) journal.add(record)
    onRequest(record)
  }
}
