import type { KubeObject } from '@odfmo/api-types/meta'
import { startCluster, type Cluster } from '@odfmo/testkit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { clientOf } from '../../test/clients.ts'
import type { KubeClient } from '../client/kube-client.ts'
import { ManualClock } from '../manual-clock.ts'
import { EventRecorder } from './event-recorder.ts'

let cluster: Cluster
let client: KubeClient
let clock: ManualClock
let recorder: EventRecorder

beforeEach(async () => {
  cluster = await startCluster({ name: 'hub', controllers: false })
  client = await clientOf(cluster)
  clock = new ManualClock()
  recorder = new EventRecorder({ client, controller: 'odfmo-test', instance: 'pod-1', clock })
})

afterEach(async () => {
  await client.close()
  await cluster.stop()
})

const peer: KubeObject = {
  apiVersion: 'test.io/v1',
  kind: 'Peer',
  metadata: { name: 'p', uid: 'u1', resourceVersion: '5' },
}
const note = {
  type: 'Normal',
  reason: 'Exchanged',
  action: 'Exchange',
  note: 'all secrets are there',
} as const
const events = () => cluster.list({ apiVersion: 'events.k8s.io/v1', kind: 'Event' })

it('writes an event about an object', async () => {
  recorder.record(peer, note)
  const event = await cluster.wait(() => events()[0])
  expect(event).toMatchObject({
    metadata: { namespace: 'default', name: expect.stringMatching(/^p\.[0-9a-f]{16}$/) },
    eventTime: '2026-01-01T00:00:00.000000Z',
    ...note,
    reportingController: 'odfmo-test',
    reportingInstance: 'pod-1',
    regarding: { apiVersion: 'test.io/v1', kind: 'Peer', name: 'p', uid: 'u1' },
  })
})

it('counts the same again as a series, written at most once a minute', async () => {
  let written = 0
  cluster.on({ apiVersion: 'events.k8s.io/v1', kind: 'Event' }, () => (written += 1))
  recorder.record(peer, note)
  await cluster.wait(() => events()[0])
  for (let i = 0; i < 10; i++) recorder.record(peer, note)
  clock.advance(60_000)
  const event = await cluster.wait(() => events().find((candidate) => 'series' in candidate))
  expect(event).toMatchObject({ series: { count: 11, lastObservedTime: '2026-01-01T00:00:00.000000Z' } })
  expect(written).toBe(2)
  expect(events()).toHaveLength(1)
})

it('drops what is too much about one object, and lets others speak', async () => {
  for (let i = 0; i < 40; i++) recorder.record(peer, { ...note, reason: `R${i}` })
  recorder.record({ ...peer, metadata: { name: 'other', uid: 'u2' } }, note)
  await cluster.wait(() => events().find(({ metadata }) => metadata.name?.startsWith('other')))
  await cluster.wait(() => (events().length === 26 ? true : undefined))
  expect(events()).toHaveLength(26)
})

it('never throws, whatever the server says', async () => {
  cluster.faults.add({
    match: { resource: 'events.events.k8s.io' },
    fault: { kind: 'status', code: 403 },
    times: 1,
  })
  recorder.record(peer, { ...note, reason: 'Refused' })
  recorder.record(peer, note)
  await cluster.wait(() => events()[0])
})
