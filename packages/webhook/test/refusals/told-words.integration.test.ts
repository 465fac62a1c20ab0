import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import { kinds } from '@odfmo/api-types'
import { eventually } from '@odfmo/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { mirrorPeer } from '../reviews.ts'
import { startGuarded, type GuardedCluster } from './guarded-cluster.ts'

/*
 * A schema refuses before the validating webhook is asked, in words of its own. What the mutating one has said by then reaches
 * the user all the same, in the answer's headers: on the provider that the environment names.
 */

let guarded: GuardedCluster
beforeAll(async () => {
  guarded = await startGuarded({ cel: true, webhook: true }, [])
})
afterAll(() => guarded.end())

/** What kubectl sees when it creates it: status, Status, and the texts of the warnings. */
const created = async (spec: Readonly<Record<string, unknown>>) => {
  const { server, ca, cert, key } = (await guarded.as('admin')).credentials.current
  const { group, version, plural } = kinds.MirrorPeer
  const sent = request(new URL(`/apis/${group}/${version}/${plural}?dryRun=All`, server), {
    method: 'POST',
    ca,
    cert,
    key,
    headers: { 'content-type': 'application/json' },
  })
  sent.end(JSON.stringify(mirrorPeer(spec, { name: 'try' })))
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  const body = JSON.parse(await text(answer)) as { readonly message?: string }
  const warnings = [...(answer.headers.warning?.toString() ?? '').matchAll(/299 - "((?:[^"\\]|\\.)*)"/g)]
  return {
    status: answer.statusCode,
    message: body.message ?? '',
    warnings: warnings.map(([, words = '']) => words.replaceAll(/\\(.)/g, '$1')),
  }
}

it('a schema refuses, and the words of the webhook come as a warning', async () => {
  // A real server asks a webhook a moment after it was told of it.
  await eventually(guarded.cluster, async () => {
    const { warnings } = await created({ schedulingIntervals: ['0m'] })
    expect(warnings).toEqual([expect.stringContaining('is no time at all')])
  })
  const { status, message, warnings } = await created({ schedulingIntervals: ['5m', '5x'] })
  expect(status).toBe(422)
  expect(message).toContain('should match')
  expect(message).not.toContain('admission webhook')
  expect(warnings).toEqual([
    'spec.schedulingIntervals[1]: "5x" is no interval: use a whole number followed by m (minutes), h (hours) or d (days), like 5m',
  ])
})

it('what is well is not warned of', async () => {
  const { status, warnings } = await created({})
  expect([status, warnings]).toEqual([201, []])
})
