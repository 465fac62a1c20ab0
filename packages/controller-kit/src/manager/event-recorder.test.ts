import { setImmediate as nextTurn } from 'node:timers/promises'
import type { KubeObject } from '@odfmo/api-types/meta'
import { eventually, startCluster, startTestCluster, type Cluster } from '@odfmo/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientOf } from '../../test/clients.ts'
import { clustersForTests } from '../../test/clusters-for-tests.ts'
import type { KubeClient } from '../client/kube-client.ts'
import { KubeError } from '../client/kube-error.ts'
import { ManualClock } from '../manual-clock.ts'
import type { Logger } from '../logging/logger.ts'
import { EventRecorder } from './event-recorder.ts'

let cluster: Cluster
let client: KubeClient
let clock: ManualClock
let recorder: EventRecorder

const clusters = clustersForTests(() => startTestCluster({ name: 'hub', controllers: false }))
const begin = async (started: Cluster): Promise<void> => {
  cluster = started
  client = await clientOf(cluster)
  clock = new ManualClock()
  recorder = new EventRecorder({ client, controller: 'odfmo-test', instance: 'pod-1', clock })
}

afterEach(async () => {
  await client.close()
  await clusters.end(cluster)
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
const events = async () => cluster.list({ apiVersion: 'events.k8s.io/v1', kind: 'Event' })

describe('on any cluster', () => {
  beforeEach(async () => begin(await clusters.begin()))

  it('writes an event about an object', async () => {
    recorder.record(peer, note)
    const event = await cluster.wait(async () => (await events())[0])
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
    await cluster.on({ apiVersion: 'events.k8s.io/v1', kind: 'Event' }, () => (written += 1))
    recorder.record(peer, note)
    await cluster.wait(async () => (await events())[0])
    for (let i = 0; i < 10; i++) recorder.record(peer, note)
    clock.advance(60_000)
    const event = await cluster.wait(async () => (await events()).find((candidate) => 'series' in candidate))
    expect(event).toMatchObject({ series: { count: 11, lastObservedTime: '2026-01-01T00:00:00.000000Z' } })
    // Elsewhere what is listened to comes later than what is read.
    await eventually(cluster, () => expect(written).toBe(2))
    expect(await events()).toHaveLength(1)
  })

  it('tells the same of something else as another event', async () => {
    recorder.record(peer, note)
    recorder.record(peer, { ...note, note: 'finalizer b was removed' })
    const told = await cluster.wait(async () => {
      const all = await events()
      return all.length === 2 ? all : undefined
    })
    expect(told.map((event) => (event as unknown as { readonly note: string }).note)).toContain(
      'finalizer b was removed',
    )
  })

  it('goes on with the Event of what lasts that another process has written', async () => {
    const lasting = { ...note, lasting: true }
    recorder.record(peer, lasting)
    for (let again = 0; again < 2; again += 1) {
      clock.advance(30 * 60_000)
      recorder.record(peer, lasting)
    }
    await recorder.stop()
    const before = await events()
    expect(before).toMatchObject([{ series: { count: 3 } }])

    const next = new EventRecorder({ client, controller: 'odfmo-test', instance: 'pod-2', clock })
    next.record(peer, lasting)
    await next.stop()
    // What is there is not repeated: nothing was written.
    expect(await events()).toEqual(before)

    const third = new EventRecorder({ client, controller: 'odfmo-test', instance: 'pod-3', clock })
    third.record(peer, lasting)
    third.record({ ...peer, metadata: { name: 'p', uid: 'u2' } }, lasting)
    third.record(peer, lasting)
    await third.stop()
    expect(await events()).toHaveLength(2)
    expect(await events()).toContainEqual(
      expect.objectContaining({
        metadata: expect.objectContaining({ uid: before[0]?.metadata.uid }) as object,
        reportingInstance: 'pod-1',
        series: { count: 4, lastObservedTime: '2026-01-01T01:00:00.000000Z' },
      }),
    )
  })

  it('writes the count of a series when it is stopped, and leaves no timer', async () => {
    recorder.record(peer, note)
    recorder.record(peer, note)
    recorder.record(peer, note)
    await cluster.wait(async () => (await events())[0])
    await recorder.stop()
    expect((await events())[0]).toMatchObject({ series: { count: 3 } })
    expect(clock.nextTimer()).toBeUndefined()
    recorder.record(peer, { ...note, reason: 'TooLate' })
    await recorder.stop()
    expect(await events()).toHaveLength(1)
  })

  it.each([
    ['of letters', 'x'.repeat(3000)],
    // The server counts bytes.
    ['of what takes more than a byte each', `${'→'.repeat(500)}😀${'ü'.repeat(900)}`],
    ['of characters that take two places', `x${'😀'.repeat(900)}`],
  ])('cuts a note that is too long for the server: %s', async (_name, long) => {
    recorder.record(peer, { ...note, note: long })
    const event: object = await cluster.wait(async () => (await events())[0])
    const kept = 'note' in event ? String(event.note) : ''
    expect(kept).toMatch(/^\P{Cs}*…$/u)
    expect(long.startsWith(kept.slice(0, -1))).toBe(true)
    const bytes = Buffer.byteLength(kept)
    expect([bytes > 1018, bytes <= 1024]).toEqual([true, true])
  })

  it('drops what is too much about one object, and lets others speak', async () => {
    for (let i = 0; i < 40; i++) recorder.record(peer, { ...note, reason: `R${i}` })
    recorder.record({ ...peer, metadata: { name: 'other', uid: 'u2' } }, note)
    await cluster.wait(async () =>
      (await events()).find(({ metadata }) => metadata.name?.startsWith('other')),
    )
    await cluster.wait(async () => ((await events()).length === 26 ? true : undefined))
    expect(await events()).toHaveLength(26)
  })
})

it('never throws, whatever the server says', async () => {
  // In memory: a server that fails on demand.
  const failing = await startCluster({ name: 'hub', controllers: false })
  await begin(failing)
  failing.faults.add({
    match: { resource: 'events.events.k8s.io' },
    fault: { kind: 'status', code: 403 },
    times: 1,
  })
  recorder.record(peer, { ...note, reason: 'Refused' })
  recorder.record(peer, note)
  await cluster.wait(async () => (await events())[0])
  // A name that no path can have: refused before anything is sent.
  recorder.record({ ...peer, metadata: { name: 'p', namespace: '' } }, note)
  await recorder.stop()
})

it('a missing right to write Events is told once, and what is told again is tried again', async () => {
  const told: string[] = []
  const tell = (level: string) => (_fields: object, message: string) => void told.push(`${level} ${message}`)
  const logger: Logger = {
    debug: tell('debug'),
    info: tell('info'),
    warn: tell('warn'),
    error: tell('error'),
    child: () => logger,
  }
  const tried: string[] = []
  const request = { verb: 'create', resource: 'events', cluster: 'hub' }
  const refuse = (verb: string) => (): Promise<never> => {
    tried.push(verb)
    return Promise.reject(new KubeError(request, 403, 'Forbidden', 'no such right'))
  }
  const refused = new EventRecorder({
    client: { create: refuse('create'), patch: refuse('patch') },
    controller: 'odfmo-test',
    instance: 'pod-1',
    clock: new ManualClock(),
    logger,
  })
  for (const reason of ['Exchanged', 'Exchanged', 'Other', 'Exchanged']) {
    refused.record(peer, { ...note, reason })
    await nextTurn()
  }
  await refused.stop()
  expect(tried).toEqual(['create', 'create', 'create', 'create'])
  expect(told).toEqual(['info no events are recorded where a right to write them is missing'])
})
