import { expect, test } from 'vitest'
import { Journal } from '../journal.ts'
import type { RequestRecord } from '../journal.ts'
import { auditLog } from './audit-log.ts'

const event = (fields: object): string =>
  JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    auditID: 'a',
    stage: 'ResponseComplete',
    requestURI: '/apis/apps/v1/namespaces/app/deployments/web/status?fieldManager=x',
    verb: 'patch',
    user: { username: 'admin', groups: ['system:masters'] },
    userAgent: 'kubectl',
    responseStatus: { metadata: {}, code: 200 },
    requestReceivedTimestamp: '2026-01-01T00:00:00.000500Z',
    stageTimestamp: '2026-01-01T00:00:00.020500Z',
    ...fields,
  })

const read = (...lines: string[]): { journal: Journal; heard: RequestRecord[] } => {
  const journal = new Journal()
  const heard: RequestRecord[] = []
  const take = auditLog({
    journal,
    isOwn: ({ user }) => user === 'system:apiserver',
    onRequest: (record) => heard.push(record),
  })
  for (const line of lines) take(line)
  return { journal, heard }
}

test('an event becomes the record that the in-memory server writes', () => {
  expect(read(event({})).journal.all()).toEqual([
    {
      at: Date.parse('2026-01-01T00:00:00.000Z'),
      verb: 'patch',
      resource: 'deployments.apps/status',
      subresource: 'status',
      namespace: 'app',
      name: 'web',
      user: 'admin',
      userAgent: 'kubectl',
      status: 200,
      bytes: 0,
      durationMs: 20,
    },
  ])
})

test.each([
  [
    'a collection',
    { verb: 'list', requestURI: '/api/v1/secrets?limit=5' },
    { resource: 'secrets', namespace: '', name: '' },
  ],
  ['a path', { verb: 'get', requestURI: '/openapi/v3?x' }, { resource: '/openapi/v3', verb: 'get' }],
  ['whom it is made for', { impersonatedUser: { username: 'bob' } }, { user: 'bob' }],
  ['nobody', { user: {}, responseStatus: { code: 401 } }, { user: '', status: 401 }],
])('a record tells %s', (_case, fields, expected) => {
  expect(read(event(fields)).journal.all()[0]).toMatchObject(expected)
})

test('a watch is one record, there when it begins, which learns how long it lasted', () => {
  const uri = { verb: 'watch', requestURI: '/api/v1/secrets?watch=true' }
  const { journal } = read(
    event({ ...uri, stage: 'ResponseStarted' }),
    event({ ...uri, stageTimestamp: '2026-01-01T00:00:05.000500Z' }),
  )
  expect(journal.all()).toHaveLength(1)
  expect(journal.all()[0]).toMatchObject({ verb: 'watch', resource: 'secrets', durationMs: 5_000 })
})

test('own requests are heard of and not shown; what is no event is passed over', () => {
  const { journal, heard } = read(
    'I0101 a line of a log',
    '{"kind": "Event", "cut',
    event({ user: { username: 'system:apiserver' } }),
  )
  expect(journal.all()).toEqual([])
  expect(heard).toHaveLength(1)
})
