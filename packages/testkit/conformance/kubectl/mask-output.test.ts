import { expect, test } from 'vitest'
import { Normalizer } from '../normalize.ts'
import { maskedLines } from './mask-output.ts'

const startedAt = Date.parse('2026-01-02T03:04:05Z')
const masked = (text: string, mask?: RegExp): string[] =>
  maskedLines(text, new Normalizer('https://127.0.0.1:6443', startedAt), mask)

test('ages and the width of columns do not count, what is in the columns does', () => {
  const young = 'NAME   READY   AGE\nweb    0/2     3s\n'
  const old = 'NAME   READY   AGE\nweb    0/2     2m13s\n'
  expect(masked(young)).toEqual(masked(old))
  expect(masked(young)).toEqual(['NAME  READY  AGE', 'web  0/2  <age>'])
  expect(masked(young)).not.toEqual(masked('NAME   READY   AGE\nweb    1/2     3s\n'))
})

test('indentation is kept', () => {
  expect(masked('a:\n    b:  c\n')).toEqual(['a:', '    b:  c'])
})

test('uids are the same where they are equal', () => {
  const [one, two] = ['11111111-1111-1111-1111-111111111111', '22222222-2222-2222-2222-222222222222']
  expect(masked(`uid: ${one}\nowner: ${two}\nagain: ${one}`)).toEqual([
    'uid: <uid 1>',
    'owner: <uid 2>',
    'again: <uid 1>',
  ])
})

test('times of this run, versions, ports and temporary files are replaced', () => {
  expect(masked('creationTimestamp: "2026-01-02T03:04:05Z"')).toEqual(['creationTimestamp: "<time>"'])
  expect(masked('resourceVersion: "123"')).toEqual(['resourceVersion: "<version>"'])
  expect(masked('running at https://127.0.0.1:6443')).toEqual(['running at <server>'])
  expect(masked('--- /tmp/LIVE-123/v1.ConfigMap')).toEqual(['--- <temporary>/v1.ConfigMap'])
  expect(masked('Created: Fri, 02 Jan 2026 03:04:05 +0000')).toEqual(['Created: <long time>'])
})

test('what a command says is generated is replaced, nothing is said by an empty output', () => {
  expect(masked('pod/web-x7k2p created', /web-\w+/g)).toEqual(['pod/<masked> created'])
  expect(masked('')).toEqual([])
})
