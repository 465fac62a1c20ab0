import { contract } from '@odfmo/api-types'
import { silentLogger } from '@odfmo/controller-kit'
import { expect, it } from 'vitest'
import { webhookEndpoints } from '../../src/app.ts'
import { mirrorPeer, review } from '../reviews.ts'
import { answerProblem } from './answer-problem.ts'

const { validatePath } = contract.webhook
const endpoints = webhookEndpoints({ logger: silentLogger, observer: { judged: () => undefined } })
const ones = Array.from({ length: 1001 }, () => 1)

it.each([
  ['good', {}],
  ['bad', { type: 'metro' }],
  ['with a list that is not looked into', { schedulingIntervals: ones }],
  ['with two of them', { items: ones, schedulingIntervals: ones, type: 5 }],
])('the answer about a MirrorPeer that is %s is right, and any other is not', (_what, spec) => {
  const body = Buffer.from(JSON.stringify(review({ object: mirrorPeer(spec) })))
  const text = endpoints[validatePath]?.(body) ?? ''
  const headers = { 'content-type': 'application/json' }
  expect(answerProblem(validatePath, body, { status: 200, headers, body: text })).toBeUndefined()
  const other = endpoints[validatePath]?.(
    Buffer.from(JSON.stringify(review({ object: mirrorPeer({ items: [] }) }))),
  )
  expect(answerProblem(validatePath, body, { status: 200, headers, body: other ?? '' })).toBeDefined()
})

it('the answer about an update by an agent that leaves a spec with such a list as it is, is right', () => {
  const old = mirrorPeer({ items: ones })
  const object = { ...old, metadata: { ...(old.metadata as object), labels: { of: 'somebody' } } }
  const groups = ['system:open-cluster-management:cluster:cluster1:addon:tokenexchange']
  const body = Buffer.from(
    JSON.stringify(
      review({ operation: 'UPDATE', object, oldObject: old, userInfo: { username: 'agent', groups } }),
    ),
  )
  const text = endpoints[validatePath]?.(body) ?? ''
  expect(text).toContain('metadata.labels')
  const headers = { 'content-type': 'application/json' }
  expect(answerProblem(validatePath, body, { status: 200, headers, body: text })).toBeUndefined()
})
