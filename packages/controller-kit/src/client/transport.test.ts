import { describe, expect, it } from 'vitest'
import { clientOf, clientWith, configMaps, identityOf } from '../../test/clients.ts'
import { eachInMemory } from '../../test/each-client.ts'
import { startRelay, type Relay } from '../../test/relay.ts'
import type { Clock } from '../clock.ts'
import { ManualClock } from '../manual-clock.ts'
import type { KubeClient } from './kube-client.ts'
import { isHeld, KubeError } from './kube-error.ts'

const key = { namespace: 'default', name: 'a' }

describe('Transport', () => {
  const each = eachInMemory()

  it('throws 410 when the history is gone', async () => {
    for (let i = 0; i < 5; i++) await each.client.create(configMaps, { metadata: { ...key, name: `n${i}` } })
    each.cluster.faults.compactHistory()
    const watching = each.client.watch(configMaps, { resourceVersion: '1' }).next()
    await expect(watching).rejects.toMatchObject({ status: 410 })
  })

  it('throws when the connection is cut', async () => {
    const watching = each.client.watch(configMaps, {
      resourceVersion: '1',
      onOpen: () => setTimeout(() => each.cluster.faults.partition(), 20),
    })
    await expect(
      (async () => {
        for await (const _ of watching);
      })(),
    ).rejects.toSatisfy((error) => error instanceof KubeError && error.status === 0)
  })

  it('asks again when told when, and writes once', async () => {
    each.cluster.faults.add({
      match: { verb: 'create', resource: 'configmaps' },
      fault: { kind: 'status', code: 429, retryAfterSeconds: 1 },
      times: 1,
    })
    await each.client.create(configMaps, { metadata: key })
    expect(
      each.cluster.requests.all({ verb: 'create', resource: 'configmaps' }).map(({ status }) => status),
    ).toEqual([429, 201])
  })

  it.each(['reset', 'cut'] as const)('reads again when the answer was lost by a %s', async (kind) => {
    const made = await each.client.create(configMaps, { metadata: key })
    const fault = kind === 'cut' ? { kind } : ({ kind, when: 'after' } as const)
    each.cluster.faults.add({ match: { resource: 'configmaps' }, fault, times: 1 })
    expect(await each.client.get(configMaps, key)).toEqual(made)
    each.cluster.faults.add({ match: { resource: 'configmaps' }, fault, times: 1 })
    expect((await each.client.list(configMaps, { namespace: 'default' })).items).toContainEqual(made)
    expect(each.cluster.requests.all({ resource: 'configmaps', verb: 'get' })).toHaveLength(2)
    expect(each.cluster.requests.all({ resource: 'configmaps', verb: 'list' })).toHaveLength(2)
  })

  const writes = {
    POST: (client: KubeClient) => client.create(configMaps, { metadata: { ...key, name: 'b' } }),
    PUT: (client: KubeClient) => client.update(configMaps, { metadata: key, data: { a: '1' } }),
    PATCH: (client: KubeClient) => client.patch(configMaps, key, 'merge', { data: { a: '1' } }),
    DELETE: (client: KubeClient) => client.delete(configMaps, key),
  }
  it.each(
    (['POST', 'PUT', 'PATCH', 'DELETE'] as const).flatMap((method) =>
      (['reset before', 'reset after', 'cut'] as const).map((fault) => [method, fault] as const),
    ),
  )('never sends a %s again whose answer was lost by a %s', async (method, lost) => {
    await each.client.create(configMaps, { metadata: key })
    each.cluster.requests.clear()
    const [kind, when] = lost.split(' ') as ['reset', 'before' | 'after'] | ['cut']
    each.cluster.faults.add({ fault: kind === 'cut' ? { kind } : { kind, when: when ?? 'after' }, times: 1 })
    await expect(writes[method](each.client)).rejects.toSatisfy(
      (error) => error instanceof KubeError && error.status === 0,
    )
    expect(each.cluster.requests.all({ resource: 'configmaps' })).toHaveLength(1)
  })

  it('sends a write that found nobody listening as soon as somebody does, once', async () => {
    const gone = await startRelay(each.cluster.url)
    await gone.stop()
    const { ca, cert, key: own } = identityOf(each.cluster)
    let relay: Promise<Relay> | undefined
    const client = await clientWith(
      { server: gone.url, ca: { value: ca }, cert: { value: cert }, key: { value: own } },
      { observer: { answered: () => void (relay ??= startRelay(each.cluster.url, { port: gone.port })) } },
    )
    await client.create(configMaps, { metadata: key })
    const sent = each.cluster.requests.all({ resource: 'configmaps' })
    expect(sent.map(({ verb, status }) => [verb, status])).toEqual([['create', 201]])
    await client.close()
    await (await relay)?.stop()
  })

  it.each([429, 503])('waits as long as a %i says, and no longer than the call may last', async (code) => {
    const clock = new ManualClock()
    const waits: number[] = []
    const watched: Clock = {
      ...{ now: () => clock.now(), monotonic: () => clock.monotonic(), random: () => 0.5 },
      after: (ms, callback) => {
        waits.push(ms)
        return clock.after(ms, callback)
      },
    }
    const patient = await clientOf(each.cluster, undefined, { clock: watched, rateLimit: false })
    const refuse = (retryAfterSeconds: number): void => {
      const fault = { kind: 'status', code, retryAfterSeconds } as const
      each.cluster.faults.add({ match: { verb: 'create' }, fault, times: 1 })
    }
    refuse(20)
    const creating = patient.create(configMaps, { metadata: key })
    await expect.poll(() => waits).toEqual([30_000, 20_000])
    clock.advance(20_000)
    await creating

    // Waiting for a time that is past the call's own end would only hold the caller up.
    for (const seconds of [30, 3600, 1_000_000_000]) {
      refuse(seconds)
      const refused = await patient.create(configMaps, { metadata: key }).catch((error: unknown) => error)
      // Nor is it believed that a server wants to be left alone for longer than five minutes.
      expect(refused).toMatchObject({ status: code, retryAfterMs: Math.min(seconds * 1000, 300_000) })
    }
    await patient.close()
  })

  it('says that it was its own rate limit when a call was not even sent', async () => {
    const clock = new ManualClock()
    const slow = await clientOf(each.cluster, undefined, {
      clock,
      rateLimit: { perSecond: 0.001, burst: 1 },
    })
    await slow.list(configMaps)
    const outcome = expect(slow.list(configMaps)).rejects.toThrow(
      'not sent within 60 s: more is asked than the rate limit lets through',
    )
    clock.advance(60_000)
    await outcome
    await slow.close()
  })

  it('asks whether it may before every try of a write', async () => {
    each.cluster.faults.add({
      match: { verb: 'create', resource: 'configmaps' },
      fault: { kind: 'status', code: 429, retryAfterSeconds: 1 },
      times: 1,
    })
    let tries = 0
    const client = await clientOf(each.cluster, undefined, { observer: { answered: () => (tries += 1) } })
    const mayStart = (): boolean => tries === 0
    await expect(client.create(configMaps, { metadata: key }, { mayStart })).rejects.toSatisfy(isHeld)
    await expect(client.delete(configMaps, key, { mayStart: () => false })).rejects.toSatisfy(isHeld)
    expect(each.cluster.requests.all({ resource: 'configmaps' }).map(({ status }) => status)).toEqual([429])
    // What was not sent is no request.
    expect(tries).toBe(1)
    await client.close()
  })

  it('begins no write over a connection that was made only when it may not any more', async () => {
    const relay = await startRelay(each.cluster.url)
    const { ca, cert, key: own } = identityOf(each.cluster)
    let tries = 0
    const client = await clientWith(
      { server: relay.url, ca: { value: ca }, cert: { value: cert }, key: { value: own } },
      { observer: { answered: () => (tries += 1) } },
    )
    // While TLS is being agreed on: what is asked before would have said yes.
    const writing = client.create(configMaps, { metadata: key }, { mayStart: () => relay.made === 0 })
    await expect(writing).rejects.toSatisfy(isHeld)
    expect([relay.made, tries]).toEqual([1, 0])
    expect(each.cluster.requests.all({ resource: 'configmaps' })).toEqual([])
    // The connection is as good as any.
    await client.create(configMaps, { metadata: key }, { mayStart: () => true })
    expect(relay.made).toBe(1)
    await client.close()
    await relay.stop()
  })

  it('waits no longer than told', async () => {
    const hasty = await clientOf(each.cluster, undefined, { timeoutMs: 100 })
    each.cluster.faults.add({ match: { verb: 'get' }, fault: { kind: 'delay', ms: 2000 } })
    await expect(hasty.get(configMaps, key)).rejects.toThrow('no answer within 0.1 s')
    await hasty.close()
  })

  it('throws the reason of a signal as it is', async () => {
    each.cluster.faults.add({ match: { verb: 'get' }, fault: { kind: 'delay', ms: 2000 } })
    const stop = new AbortController()
    const reading = each.client.get(configMaps, key, { signal: stop.signal })
    stop.abort(new Error('stopping'))
    await expect(reading).rejects.toThrow('stopping')
  })

  it('names the cluster that cannot be reached', async () => {
    const nobody = await clientWith({ server: 'https://127.0.0.1:1' })
    await expect(nobody.get(configMaps, key)).rejects.toThrow(
      /get configmaps default\/a in cluster hub: .*ECONNREFUSED/,
    )
    await nobody.close()
  })
})
