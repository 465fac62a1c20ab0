import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { manualClock } from '../clock/manual-clock.ts'
import type { ManualClock } from '../clock/manual-clock.ts'
import { testClient } from '../testing/test-client.ts'
import type { TestClient } from '../testing/test-client.ts'
import type { Faulty } from '../fault-proxy/faults.case.ts'

const path = '/api/v1/namespaces/default/configmaps'
const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases'

/** What becomes of requests and their answers, by a clock that the test moves. */
export const testAnswerFaults = (start: (clock: ManualClock) => Promise<Faulty>): void => {
  let clock: ManualClock
  let cluster: Faulty
  let client: TestClient
  beforeEach(async () => {
    clock = manualClock()
    cluster = await start(clock)
    client = testClient(cluster)
  })
  afterEach(async () => {
    await client.close()
    await cluster.stop()
  })
  const status = async (name: string, of = client): Promise<number> =>
    (await of.get(`${path}/${name}`)).status

  describe('statuses', () => {
    it.each([
      [400, 'BadRequest', 'injected by the testkit', undefined],
      [401, 'Unauthorized', 'Unauthorized', undefined],
      [
        403,
        'Forbidden',
        'leases.coordination.k8s.io "a" is forbidden: injected by the testkit',
        { name: 'a', group: 'coordination.k8s.io', kind: 'leases' },
      ],
      [
        404,
        'NotFound',
        'leases.coordination.k8s.io "a" not found',
        { name: 'a', group: 'coordination.k8s.io', kind: 'leases' },
      ],
      [
        409,
        'Conflict',
        'Operation cannot be fulfilled on leases.coordination.k8s.io "a": injected by the testkit',
        { name: 'a', group: 'coordination.k8s.io', kind: 'leases' },
      ],
      [410, 'Expired', 'injected by the testkit', undefined],
      [
        422,
        'Invalid',
        'leases.coordination.k8s.io "a" is invalid: injected by the testkit',
        { name: 'a', kind: 'leases' },
      ],
      [429, 'TooManyRequests', 'injected by the testkit', undefined],
      [
        500,
        'InternalError',
        'Internal error occurred: injected by the testkit',
        { causes: [{ message: 'injected by the testkit' }] },
      ],
      [503, 'ServiceUnavailable', 'injected by the testkit', undefined],
      [504, 'Timeout', 'Timeout: injected by the testkit', {}],
    ])('of %i have the reason and the details of the real server', async (code, reason, message, details) => {
      cluster.faults.add({ fault: { kind: 'status', code } })
      const answer = await client.patch(`${leases}/a`, {})
      const wanted = {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message,
        reason,
        code,
      }
      expect(answer.body).toEqual(details === undefined ? wanted : { ...wanted, details })
      expect(answer.headers['retry-after']).toBeUndefined()
    })

    it('of 409 for a create say that it exists', async () => {
      cluster.faults.add({ fault: { kind: 'status', code: 409 } })
      const { body } = await client.post(leases, { metadata: { name: 'a' } })
      expect(body).toMatchObject({ reason: 'AlreadyExists', details: { kind: 'leases' } })
    })
  })

  describe('rules', () => {
    it('match any of several verbs, a name by field selector, a namespace and a subresource', async () => {
      const fault = { kind: 'status', code: 503 } as const
      const writes = cluster.faults.add({ match: { verb: ['create', 'patch'], namespace: 'default' }, fault })
      expect((await client.post(path, {})).status).toBe(503)
      expect(
        (await client.post('/api/v1/namespaces/kube-system/configmaps', { metadata: { name: 'a' } })).status,
      ).toBe(201)
      expect(await status('a')).toBe(404)
      writes.remove()
      const named = cluster.faults.add({ match: { resource: 'configmaps', name: 'a' }, fault })
      expect((await client.get(`${path}?fieldSelector=metadata.name%3Da`)).status).toBe(503)
      expect((await client.get(`${path}?fieldSelector=metadata.name%3Db`)).status).toBe(200)
      named()
      cluster.faults.add({ match: { resource: 'pods/status' }, fault })
      expect((await client.get('/api/v1/namespaces/default/pods/p/status')).status).toBe(503)
      expect((await client.get('/api/v1/namespaces/default/pods/p')).status).toBe(404)
    })

    it('begin at the nth request, end after some, and tell how many they hit', async () => {
      const rule = cluster.faults.add({ fault: { kind: 'status', code: 500 }, after: 2, times: 2 })
      const seen: number[] = []
      for (let count = 0; count < 6; count++) seen.push(await status('x'))
      expect(seen).toEqual([404, 404, 500, 500, 404, 404])
      expect(rule.hits).toBe(2)
      rule.remove()
      expect(rule.hits).toBe(2)
    })

    it('tell of those that never hit, until they are cleared', async () => {
      const rule = { match: { resource: 'secrets' }, fault: { kind: 'cut' } } as const
      cluster.faults.add(rule)()
      cluster.faults.add({ fault: { kind: 'status', code: 500 } })
      await status('x')
      expect(cluster.faults.neverHit()).toEqual([rule])
      cluster.faults.clear()
      expect(cluster.faults.neverHit()).toEqual([])
    })

    it('hit the same requests for the same seed, in whatever order those of several come in', async () => {
      const names = ['a', 'b', 'c', 'd', 'e', 'f']
      const round = async (order: readonly string[]): Promise<Record<string, string>> => {
        const rule = cluster.faults.add({ fault: { kind: 'status', code: 500 }, probability: 0.5, seed: 3 })
        const seen = Object.fromEntries(names.map((name) => [name, '']))
        for (let count = 0; count < 4; count++)
          await Promise.all(order.map(async (name) => (seen[name] += ` ${await status(name)}`)))
        rule.remove()
        return seen
      }
      const first = await round(names)
      expect(await round(names.toReversed())).toEqual(first)
      expect(new Set(Object.values(first).join(' ').trim().split(/ +/))).toEqual(new Set(['404', '500']))
      expect(new Set(Object.values(first)).size).toBeGreaterThan(2)
    })
  })

  describe('time', () => {
    it('delays the answer and not the effect', async () => {
      const before = clock.pending
      cluster.faults.add({ match: { verb: 'create' }, fault: { kind: 'delay', ms: 5_000, when: 'after' } })
      const answer = client.post(path, { metadata: { name: 'a' } })
      await expect.poll(() => clock.pending).toBe(before + 1)
      await expect.poll(() => status('a')).toBe(200)
      clock.advance(5_000)
      expect((await answer).status).toBe(201)
    })

    it('delays the effect too, as an admission that takes its time', async () => {
      const before = clock.pending
      cluster.faults.add({
        match: { verb: ['create', 'update', 'patch'] },
        fault: { kind: 'delay', ms: 5_000 },
      })
      const answer = client.post(path, { metadata: { name: 'a' } })
      await expect.poll(() => clock.pending).toBe(before + 1)
      expect(await status('a')).toBe(404)
      clock.advance(5_000)
      expect((await answer).status).toBe(201)
    })

    it.each(['before', 'after'] as const)('stops a delay %s when its client leaves', async (when) => {
      const before = clock.pending
      cluster.faults.add({ fault: { kind: 'delay', ms: 5_000, when }, times: 1 })
      const leaving = testClient(cluster)
      const answer = leaving.post(path, { metadata: { name: 'a' } }).catch(() => 'left')
      await expect.poll(() => clock.pending).toBe(before + 1)
      await leaving.close()
      expect(await answer).toBe('left')
      await expect.poll(() => clock.pending).toBe(before)
      await expect.poll(() => cluster.requests.all()).toMatchObject([{ verb: 'create', status: 0 }])
      expect(await status('a')).toBe(when === 'after' ? 200 : 404)
    })

    it('makes bodies come slowly, whole in the end', async () => {
      const text = 'x'.repeat(10_000)
      await cluster.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { text } })
      const before = clock.pending
      const rule = cluster.faults.add({ fault: { kind: 'slow', bytesPerSecond: 10_000 } })
      const answer = client.get(`${path}/a`)
      let steps = 0
      for (let isThere = false; !isThere; steps++) {
        await expect.poll(() => clock.pending).toBe(before + 1)
        clock.advance(100)
        isThere = clock.pending === before
      }
      expect((await answer).body.data.text).toBe(text)
      // 10 KB at 10 KB/s, a piece each 100 ms
      expect(steps).toBeGreaterThanOrEqual(10)
      expect(rule.hits).toBe(1)
    })

    it('throttles: what is above the rate is answered 429 with Retry-After', async () => {
      const rule = cluster.faults.add({
        match: { verb: 'get' },
        fault: { kind: 'throttle', perSecond: 2, burst: 3 },
      })
      const burst = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => client.get(`${path}/${name}`)))
      expect(burst.map((answer) => answer.status).toSorted((left, right) => left - right)).toEqual([
        404, 404, 404, 429, 429,
      ])
      expect(burst.find((answer) => answer.status === 429)).toMatchObject({
        headers: { 'retry-after': '1' },
        body: { reason: 'TooManyRequests', details: { retryAfterSeconds: 1 } },
      })
      expect(rule.hits).toBe(2)
      clock.advance(1_000)
      expect([await status('a'), await status('a'), await status('a')]).toEqual([404, 404, 429])
    })
  })

  describe('certificates', () => {
    it('of a new authority are refused by who trusts the old one, and old client certificates are answered 401', async () => {
      expect(await status('x')).toBe(404)
      const watch = await client.watch(path)
      cluster.faults.rotateCertificates()
      // the connection stays, who is behind it is nobody any more
      expect(await status('x')).toBe(401)
      expect(watch.events).toEqual([])
      await cluster.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } })
      await watch.until(1)
      cluster.faults.dropWatches()
      cluster.faults.breakHandshakes('works')
      // until then, the end of the old connection may not have been heard of
      await expect.poll(() => client.get(path).catch(String)).toMatch(/certificate/)
      const renewed = testClient(cluster)
      expect(await status('a', renewed)).toBe(200)
      await renewed.close()
    })

    it('can overlap: who trusts the old authority knows the server while both are trusted', async () => {
      cluster.faults.rotateCertificates({ serving: 'certificate', keepOld: true })
      cluster.faults.breakHandshakes('works')
      expect(await status('x')).toBe(404)
      cluster.faults.rotateCertificates({ serving: false })
      expect(await status('x')).toBe(401)
      const renewed = testClient(cluster)
      expect(await status('x', renewed)).toBe(404)
      await renewed.close()
    })
  })
}
