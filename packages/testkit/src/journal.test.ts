import { expect, it } from 'vitest'
import { Journal } from './journal.ts'
import type { RequestRecord } from './journal.ts'

const record = (fields: Partial<RequestRecord> = {}): RequestRecord => ({
  at: 0,
  verb: 'get',
  resource: 'configmaps',
  subresource: '',
  namespace: 'default',
  name: 'a',
  user: 'admin',
  userAgent: 'kubectl/v1.35.4 (linux/amd64)',
  status: 200,
  bytes: 312,
  durationMs: 2.6,
  ...fields,
})

it('keeps the newest records, at most a tenth more than its limit, and counts all', () => {
  const journal = new Journal({ limit: 100 })
  for (let at = 0; at < 1_000; at++) journal.add(record({ at }))
  const kept = journal.all()
  expect(kept.length).toBeGreaterThanOrEqual(100)
  expect(kept.length).toBeLessThanOrEqual(110)
  expect(kept.at(-1)?.at).toBe(999)
  expect(journal.forgotten).toBe(1_000 - kept.length)
  expect(journal.counts()).toEqual({ 'get configmaps': 1_000 })
})

it.each([-1, 1.5, Number.NaN])('refuses the limit %s', (limit) => {
  expect(() => new Journal({ limit })).toThrow('journal limit: expected a whole number from 0')
})

it('can keep nothing, and still be waited on', async () => {
  const journal = new Journal({ limit: 0 })
  const waiting = journal.wait({ name: 'b' })
  journal.add(record())
  journal.add(record({ name: 'b' }))
  expect(await waiting).toMatchObject({ name: 'b' })
  expect(journal.all()).toEqual([])
})

it('waits for the nth matching request, those before the call too', async () => {
  const journal = new Journal()
  journal.add(record({ at: 1 }))
  expect(await journal.wait({ verb: 'get' })).toMatchObject({ at: 1 })
  const third = journal.wait({ resource: 'configmaps', verb: 'get', user: 'admin' }, { count: 3 })
  journal.add(record({ at: 2 }))
  journal.add(record({ at: 3, verb: 'list' }))
  journal.add(record({ at: 4 }))
  journal.add(record({ at: 5 }))
  expect(await third).toMatchObject({ at: 4 })
})

it('tells what came instead of what it waits for', async () => {
  const journal = new Journal()
  journal.add(record())
  await expect(journal.wait({ verb: 'get' }, { count: 2, timeoutMs: 5 })).rejects.toThrow(
    /^no request {"verb":"get"} within 5 ms \(1 of 2\); the last ones:\n200 get configmaps default\/a by admin/,
  )
})

it('has lines that can be read', () => {
  const journal = new Journal()
  journal.add(record())
  journal.add(record({ verb: 'list', name: '', userAgent: '' }))
  journal.add(record({ verb: 'list', namespace: '', name: '', status: 403 }))
  journal.add(record({ status: 0, user: '', verb: 'patch', resource: 'configmaps/status', bytes: 0 }))
  journal.add(record({ resource: '/version', namespace: '', name: '' }))
  expect(journal.tail()).toBe(
    [
      '200 get configmaps default/a by admin (kubectl/v1.35.4), 3 ms, 312 B',
      '200 list configmaps default/* by admin, 3 ms, 312 B',
      '403 list configmaps by admin (kubectl/v1.35.4), 3 ms, 312 B',
      'cut patch configmaps/status default/a by nobody (kubectl/v1.35.4), 3 ms, 0 B',
      '200 get /version by admin (kubectl/v1.35.4), 3 ms, 312 B',
    ].join('\n'),
  )
  expect(journal.tail(1)).toMatch(/version/)
  expect(journal.tail(0)).toBe('')
})

it('refuses a filter that finds nothing because it is misspelt, and a count of nothing', () => {
  const journal = new Journal()
  journal.add(record())
  expect(() => journal.writes({ nmae: 'a' } as object)).toThrow(
    new TypeError(
      'journal filter: expected verb, resource, subresource, namespace, name, user, userAgent or status, got "nmae"',
    ),
  )
  expect(() => journal.wait({}, { count: 0 })).toThrow(
    new TypeError('journal wait: count: expected a whole number from 1, got 0'),
  )
})
