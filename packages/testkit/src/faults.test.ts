import { once } from 'node:events'
import { connect, constants } from 'node:http2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { InMemoryCluster } from './cluster.ts'
import { testFaults } from './fault-proxy/faults.case.ts'
import { testAnswerFaults } from './faults/answer-faults.case.ts'
import type { Fault, FaultRule } from './faults/fault-rule.ts'
import { testReadFaults } from './faults/read-faults.case.ts'
import { startCluster } from './start-cluster.ts'
import { testClient } from './testing/test-client.ts'

describe('faults of an in-memory cluster', () => {
  testFaults(() => startCluster({ controllers: false }))
  testAnswerFaults((clock) => startCluster({ controllers: false, clock }))
  testReadFaults((clock) => startCluster({ controllers: false, clock }))
})

describe('faults', () => {
  let cluster: InMemoryCluster
  beforeAll(async () => {
    cluster = await startCluster({ controllers: false })
  })
  afterAll(() => cluster.stop())

  it.each<[Fault, string]>([
    [{ kind: 'status', code: 503 }, '503'],
    [{ kind: 'delay', ms: 20 }, '200'],
    [{ kind: 'delay', ms: 20, when: 'after' }, '200'],
    [{ kind: 'slow', bytesPerSecond: 10_000 }, '200'],
    [{ kind: 'throttle', perSecond: 1, burst: 1 }, '200'],
    [{ kind: 'stale', reads: 'all' }, '200'],
    [{ kind: 'reset', when: 'before' }, 'cut'],
    [{ kind: 'reset', when: 'after' }, 'cut'],
    [{ kind: 'cut' }, 'cut'],
  ])('hit streams of HTTP/2 too: %j', async (kind, seen) => {
    const client = testClient(cluster, { http2: true })
    const rule = cluster.faults.add({ match: { verb: 'list' }, fault: kind })
    const answered = async (): Promise<string> =>
      client.get('/api/v1/namespaces').then(
        ({ status }) => String(status),
        () => 'cut',
      )
    expect(await answered()).toBe(seen)
    expect(rule.hits).toBe(kind.kind === 'throttle' ? 0 : 1)
    rule.remove()
    expect(await answered()).toBe('200')
    await client.close()
  })

  it.each<[string, Fault | undefined]>([
    ['of an answer', { kind: 'cut' }],
    ['of a watch', undefined],
  ])('end streams of HTTP/2 with an error, as a real server resets them: %s', async (_what, cut) => {
    const { ca, cert, key } = cluster.credentials()
    const session = connect(cluster.url, { ca, cert, key })
    const isWatch = cut === undefined
    const path = `/api/v1/namespaces?watch=${isWatch}`
    const stream = session.request({ ':path': path, accept: 'application/json' })
    if (cut !== undefined) cluster.faults.add({ match: { verb: 'list' }, fault: cut, times: 1 })
    stream.resume()
    stream.on('error', () => undefined)
    const closed = once(stream, 'close').catch(() => undefined)
    await once(stream, 'response')
    if (isWatch) expect(cluster.faults.dropWatches()).toBe(1)
    await closed
    expect(stream.rstCode).toBe(constants.NGHTTP2_INTERNAL_ERROR)
    const next = session.request({ ':path': '/version' })
    await once(next.resume(), 'end')
    expect(next.rstCode).toBe(0)
    session.close()
  })

  const fault = { kind: 'status', code: 500 } as const
  it.each<[object, string]>([
    [
      { match: { verb: 'udpate' }, fault },
      'match.verb: expected get, list, watch, create, update, patch, delete or deletecollection, got "udpate"',
    ],
    [
      { match: { ressource: 'secrets' }, fault },
      'match: expected verb, resource, namespace, name or user, got "ressource"',
    ],
    [
      { match: { resource: 'v1/secrets' }, fault },
      'match.resource: expected a name like secrets, deployments.apps or pods/status, got "v1/secrets"',
    ],
    [
      { match: { resource: 'Secret' }, fault },
      'match.resource: expected a name like secrets, deployments.apps or pods/status, got "Secret"',
    ],
    [
      { fault: { kind: 'statuss' } },
      'fault.kind: expected status, delay, reset, cut, slow, throttle, lag or stale, got "statuss"',
    ],
    [
      { fault: { kind: 'status' } },
      'fault.code: expected a status of a failure, from 400 to 599, got undefined',
    ],
    [
      { fault: { kind: 'status', code: 200 } },
      'fault.code: expected a status of a failure, from 400 to 599, got 200',
    ],
    [{ fault: { kind: 'delay', ms: -1 } }, 'fault.ms: expected a number from 0, got -1'],
    [{ fault: { kind: 'delay', ms: '1' } }, 'fault.ms: expected a number from 0, got "1"'],
    [{ fault: { kind: 'reset', when: 'later' } }, 'fault.when: expected before or after, got "later"'],
    [{ fault, probability: 2 }, 'probability: expected a number from 0 to 1, got 2'],
    [{ fault, probability: Number.NaN }, 'probability: expected a number from 0 to 1, got NaN'],
    [{ fault, times: 0 }, 'times: expected a whole number from 1, got 0'],
    [{ fault, times: 1.5 }, 'times: expected a whole number from 1, got 1.5'],
    [{ fault, time: 1 }, 'expected match, fault, times, after, probability or seed, got "time"'],
    [{ match: {} }, 'fault: expected an object, got undefined'],
    [{ match: 'secrets', fault }, 'match: expected an object, got "secrets"'],
    [{ match: { resource: ['secrets'] }, fault }, 'match.resource: expected a text, got secrets'],
    [{ match: { name: 5 }, fault }, 'match.name: expected a text, got 5'],
    [{ match: { verb: 5 }, fault }, 'match.verb: expected a text or a list of them, got 5'],
    [
      { fault: { ...fault, retryAfter: 3 } },
      'fault: expected kind, code, reason, message or retryAfterSeconds, got "retryAfter"',
    ],
    [
      { fault: { ...fault, retryAfterSeconds: Number.NaN } },
      'fault.retryAfterSeconds: expected a number from 0, got NaN',
    ],
    [{ fault: { kind: 'delay', ms: '5' } }, 'fault.ms: expected a number from 0, got "5"'],
  ])('refuse %j', (rule, message) => {
    expect(() => cluster.faults.add(rule as FaultRule)).toThrow(new TypeError(`fault rule: ${message}`))
  })

  it('let nobody listen again at the address of a cluster that is stopped', async () => {
    const other = await startCluster({ controllers: false })
    await other.faults.refuseConnections()
    const back = other.faults.refuseConnections(false)
    await other.stop()
    await back
    await expect(testClient(other).get('/version')).rejects.toThrow('ECONNREFUSED')
    await expect(other.faults.refuseConnections(false)).rejects.toThrow('after stop()')
    await expect(testClient(other).get('/version')).rejects.toThrow('ECONNREFUSED')
  })

  it('refuse a match of watches that none can have', () => {
    expect(() => cluster.faults.dropWatches({ resource: 'Secret' })).toThrow('match.resource: expected')
  })

  it('refuse what they cannot do, before anything is done', () => {
    const { faults } = cluster
    expect(() => faults.lagWatches(Number.NaN)).toThrow(
      new TypeError('fault rule: lag: expected a number of milliseconds from 0, got NaN'),
    )
    expect(() => faults.failWatches({ code: 9 })).toThrow(
      'fault.code: expected a status of a failure, from 400 to 599, got 9',
    )
    expect(() => faults.breakHandshakes('cuts' as 'cut')).toThrow(
      new TypeError('handshakes: expected works, cut or unknown authority, got "cuts"'),
    )
    expect(() => faults.rotateCertificates({ serving: 'authorities' as 'authority' })).toThrow(
      new TypeError('rotation: serving: expected authority, certificate or false, got "authorities"'),
    )
    expect(() => faults.rotateCertificates({ server: false } as object)).toThrow(
      new TypeError('rotation: expected serving, clients or keepOld, got "server"'),
    )
    expect(() => faults.jumpClock(Number.NaN)).toThrow(
      new TypeError('clock: expected a finite number of milliseconds, got NaN'),
    )
  })

  it('find a resource that only a group has without its group, and so does the journal', async () => {
    const client = testClient(cluster)
    const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases'
    const status = '/apis/apps/v1/namespaces/default/deployments/a/status'
    cluster.faults.add({ match: { resource: 'leases' }, fault, times: 1 })
    expect((await client.get(leases)).status).toBe(500)
    cluster.faults.add({ match: { resource: 'deployments/status' }, fault, times: 1 })
    expect((await client.get(status.replace('/status', ''))).status).toBe(404)
    expect((await client.get(status)).status).toBe(500)
    // the core group has events: the others are not meant
    cluster.faults.add({ match: { resource: 'events' }, fault, times: 1 })
    expect((await client.get('/apis/events.k8s.io/v1/events')).status).toBe(200)
    expect((await client.get('/api/v1/events')).status).toBe(500)
    const { requests } = cluster
    expect(requests.all({ resource: 'leases' }).map(({ resource }) => resource)).toEqual([
      'leases.coordination.k8s.io',
    ])
    expect(requests.all({ resource: 'leases.coordination.k8s.io' })).toHaveLength(1)
    expect(requests.all({ resource: 'deployments/status' })).toHaveLength(1)
    expect(requests.all({ resource: 'events' })).toHaveLength(1)
    const watch = await client.watch(leases)
    expect(cluster.faults.dropWatches({ resource: 'leases' })).toBe(1)
    expect(await watch.ended).toBe(false)
    await client.close()
  })
})
