import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { manualClock } from '../clock/manual-clock.ts'
import type { ManualClock } from '../clock/manual-clock.ts'
import type { Faulty } from '../fault-proxy/faults.case.ts'
import { testClient } from '../testing/test-client.ts'
import type { Answer, TestClient, WatchEvent } from '../testing/test-client.ts'

const path = '/api/v1/namespaces/default/configmaps'
const configMap = (name: string, data: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data,
})
const namesIn = ({ body }: Answer): string[] =>
  (body.items as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name)
const shown = (events: readonly WatchEvent[]): string[] =>
  events.map(({ type, object }) => `${type} ${object.metadata.name ?? ''}`)

/** What reads and watches see too late. */
export const testReadFaults = (start: (clock: ManualClock) => Promise<Faulty>): void => {
  let clock: ManualClock
  let cluster: Faulty
  let client: TestClient
  beforeEach(async () => {
    clock = manualClock()
    cluster = await start(clock)
    client = testClient(cluster)
    await cluster.apply(configMap('a', { a: '1' }), configMap('b'))
  })
  afterEach(async () => {
    await client.close()
    await cluster.stop()
  })
  /** One is changed, one is gone, one is new. */
  const change = async (): Promise<void> => {
    await client.patch(`${path}/a`, { data: { a: '2' } })
    await client.delete(`${path}/b`)
    await client.post(path, configMap('c'))
  }

  describe('stale reads', () => {
    it('see what was, where a cache may answer, until they are released', async () => {
      const before = await client.get(path)
      const rule = cluster.faults.add({ match: { resource: 'configmaps' }, fault: { kind: 'stale' } })
      await change()
      const cached = await client.get(`${path}?resourceVersion=0&limit=1`)
      expect(namesIn(cached)).toEqual(['a', 'b'])
      expect(cached.body.items[0].data).toEqual({ a: '1' })
      expect((await client.get(`${path}/a?resourceVersion=0`)).body).toMatchObject({
        kind: 'ConfigMap',
        data: { a: '1' },
      })
      expect((await client.get(`${path}/b?resourceVersion=0`)).status).toBe(200)
      expect((await client.get(`${path}/c?resourceVersion=0`)).body).toMatchObject({
        reason: 'NotFound',
        details: { name: 'c' },
      })
      const at = before.body.metadata.resourceVersion as string
      expect(
        namesIn(await client.get(`${path}?resourceVersion=${at}&resourceVersionMatch=NotOlderThan`)),
      ).toEqual(['a', 'b'])
      // consistent ones see the present
      expect(namesIn(await client.get(path))).toEqual(['a', 'c'])
      expect((await client.get(`${path}/b`)).status).toBe(404)
      expect(rule.hits).toBe(7)
      rule.remove()
      expect(namesIn(await client.get(`${path}?resourceVersion=0`))).toEqual(['a', 'c'])
    })

    it('can be all reads, also consistent ones', async () => {
      cluster.faults.add({ match: { verb: ['get', 'list'] }, fault: { kind: 'stale', reads: 'all' } })
      await change()
      expect(namesIn(await client.get(path))).toEqual(['a', 'b'])
      expect((await client.get(`${path}/c`)).status).toBe(404)
      cluster.faults.clear()
      expect(namesIn(await client.get(path))).toEqual(['a', 'c'])
    })

    it('begin a watch with what was, and let it hear of the rest when that is over', async () => {
      const open = await client.watch(path)
      await open.until(2)
      const rule = cluster.faults.add({ match: { resource: 'configmaps' }, fault: { kind: 'stale' } })
      await change()
      const late = await client.watch(`${path}?resourceVersion=0`)
      await late.until(2)
      expect(shown(late.events)).toEqual(['ADDED a', 'ADDED b'])
      expect(late.events[0]?.object.data).toEqual({ a: '1' })
      expect(open.events).toHaveLength(2)
      rule.remove()
      const rest = ['MODIFIED a', 'DELETED b', 'ADDED c']
      expect(shown(await open.until(5)).slice(2)).toEqual(rest)
      expect(shown(await late.until(5)).slice(2)).toEqual(rest)
      // and then it is as any other
      await client.post(path, configMap('d'))
      await late.until(6)
    })
  })

  describe('late events', () => {
    it('come after a while, in order, to the watches of a rule', async () => {
      cluster.faults.add({ match: { verb: 'watch', user: 'bob' }, fault: { kind: 'lag', ms: 3_000 } })
      const bob = testClient(cluster, { identity: { user: 'bob', groups: ['system:masters'] } })
      const late = await bob.watch(path)
      const prompt = await client.watch(path)
      await prompt.until(2)
      await change()
      await prompt.until(5)
      expect(late.events).toEqual([])
      clock.advance(3_000)
      expect(shown(await late.until(5))).toEqual(shown(prompt.events))
      await bob.close()
    })

    it('can be those of open watches, of one namespace or name', async () => {
      const all = await client.watch('/api/v1/configmaps')
      const one = await client.watch(`${path}?fieldSelector=metadata.name%3Da`)
      const here = await client.watch(path)
      await Promise.all([all.until(2), one.until(1), here.until(2)])
      expect(cluster.faults.lagWatches(1_000, { namespace: 'default', name: 'a' })).toBe(1)
      expect(cluster.faults.stallWatches({ namespace: 'default' })).toBe(2)
      expect(cluster.faults.stallWatches({ namespace: 'default' }, false)).toBe(2)
      expect(() => cluster.faults.dropWatches({ verb: 'list' })).toThrow('match.verb: expected watch')
      await client.patch(`${path}/a`, { data: { a: '2' } })
      await here.until(3)
      expect(one.events).toHaveLength(1)
      expect(cluster.faults.lagWatches(0)).toBe(3)
      expect(shown(await one.until(2))).toEqual(['ADDED a', 'MODIFIED a'])
      expect(cluster.faults.dropWatches({ verb: 'watch', name: 'a' })).toBe(1)
      expect(await one.ended).toBe(false)
    })
  })

  it('a stalled watch whose time is over does not end before it is let go', async () => {
    // Long enough that it is stalled by then, on any machine.
    const timeoutSeconds = 5
    const watch = await client.watch(`${path}?timeoutSeconds=${timeoutSeconds}`)
    await watch.until(2)
    cluster.faults.stallWatches()
    await client.post(path, configMap('c'))
    let hasEnded = false
    void watch.ended.then(() => (hasEnded = true))
    clock.advance(2 * timeoutSeconds * 1_000)
    // the server behind a proxy goes by the machine's clock
    await new Promise((resolve) => setTimeout(resolve, timeoutSeconds * 1_000 + 200))
    expect(hasEnded).toBe(false)
    cluster.faults.stallWatches({}, false)
    expect(shown(await watch.until(3)).at(-1)).toBe('ADDED c')
    expect(await watch.ended).toBe(true)
  })
}
