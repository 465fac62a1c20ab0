import { getEventListeners } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cluster } from '@odfmo/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import {
  clientWith,
  configMaps,
  identityOf,
  namespaces,
  temporaryFolder,
  writeKubeconfig,
} from '../../test/clients.ts'
import { eachInMemory, eachOnAnyCluster } from '../../test/each-client.ts'
import { startRelay, type Relay, type RelayOptions } from '../../test/relay.ts'
import { Credentials } from './credentials.ts'
import { KubeClient } from './kube-client.ts'

const key = { namespace: 'default', name: 'a' }

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

/** An administrator behind a relay that counts. */
const throughRelay = async (
  cluster: Cluster,
  options?: RelayOptions,
): Promise<{ relay: Relay; client: KubeClient }> => {
  const relay = await startRelay(cluster.url, options)
  const { ca, cert, key: own } = identityOf(cluster)
  const client = await clientWith({
    server: relay.url,
    ca: { value: ca },
    cert: { value: cert },
    key: { value: own },
  })
  ends.push(
    () => client.close(),
    () => relay.stop(),
  )
  return { relay, client }
}

/** Open watches: resolves when the server has accepted all of them. */
const openWatches = async (client: KubeClient, count: number, signal: AbortSignal) => {
  const watches: Promise<unknown>[] = []
  await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<void>((resolve, reject) => {
          const watching = client.watch(configMaps, { labelSelector: 'nobody', signal, onOpen: resolve })
          const end = (async () => {
            for await (const _ of watching);
          })()
          watches.push(end)
          end.catch(reject)
        }),
    ),
  )
  return { ended: Promise.allSettled(watches) }
}

describe('connections', () => {
  const each = eachOnAnyCluster()

  it('leaves calls a way while a hundred watches are open', async () => {
    const stop = new AbortController()
    const { ended } = await openWatches(each.client, 100, stop.signal)
    const answers = await Promise.all(Array.from({ length: 80 }, () => each.client.list(namespaces)))
    expect(answers.every(({ items }) => items.length > 0)).toBe(true)
    stop.abort()
    await ended
  })

  it('frees the socket of a watch that is aborted, and of one that is left', async () => {
    const { relay, client } = await throughRelay(each.cluster)
    const stop = new AbortController()
    const { ended } = await openWatches(client, 20, stop.signal)
    expect(relay.open).toBe(20)
    stop.abort()
    await ended
    await relay.whenOpen(0)

    await client.create(configMaps, { metadata: key })
    const before = relay.open
    for await (const { type } of client.watch(configMaps, { namespace: 'default' })) {
      expect(type).toBe('ADDED')
      expect(relay.open).toBe(before + 1)
      break
    }
    await relay.whenOpen(before)
  })

  it('leaves nothing at the signal of its callers', async () => {
    const { client } = await throughRelay(each.cluster)
    const stop = new AbortController()
    await client.create(configMaps, { metadata: key }, { signal: stop.signal })
    for (let i = 0; i < 5; i++) {
      await client.get(configMaps, key, { signal: stop.signal })
      await client.get(configMaps, { ...key, name: 'none' }, { signal: stop.signal }).catch(() => undefined)
      for await (const _ of client.watch(configMaps, { namespace: 'default', signal: stop.signal })) break
    }
    await expect.poll(() => getEventListeners(stop.signal, 'abort')).toEqual([])
  })

  it('uses few connections, and the same again', async () => {
    const { relay, client } = await throughRelay(each.cluster)
    for (let i = 0; i < 10; i++) await client.list(namespaces)
    // A connection may still be finishing the last answer when the next call comes.
    expect(relay.made).toBeLessThanOrEqual(2)
    await Promise.all(Array.from({ length: 200 }, () => client.list(namespaces)))
    expect(relay.made).toBeLessThanOrEqual(64)
  })

  it('deletes one after the other over the same connection', async () => {
    const { relay, client } = await throughRelay(each.cluster)
    for (let i = 0; i < 5; i++) {
      const one = { namespace: 'default', name: `deleted-${i}` }
      const { uid } = (await client.create(configMaps, { metadata: one })).metadata
      await client.delete(configMaps, one, uid === undefined ? {} : { uid })
    }
    expect(relay.made).toBeLessThanOrEqual(2)
  })

  /** A client whose certificate was just rotated: three watches and an idle connection are of the old one. */
  const rotated = async () => {
    const folder = await temporaryFolder()
    const relay = await startRelay(each.cluster.url)
    const admin = { groups: ['system:masters'] }
    const kubeconfig = await writeKubeconfig(folder.path, { ...each.cluster, url: relay.url }, admin)
    const credentials = await Credentials.load({ kubeconfig })
    const client = new KubeClient({ cluster: 'hub', component: 'test', version: '1', credentials })
    ends.push(
      () => client.close(),
      () => relay.stop(),
      () => folder.remove(),
    )
    await client.list(namespaces)
    const stop = new AbortController()
    const { ended } = await openWatches(client, 3, stop.signal)
    const next = identityOf(each.cluster, admin)
    await Promise.all([
      writeFile(join(folder.path, 'tls.crt'), next.cert),
      writeFile(join(folder.path, 'tls.key'), next.key),
    ])
    await credentials.reread()
    await client.list(namespaces)
    expect(relay.open).toBe(5)
    return { relay, client, stop, ended }
  }

  it('forgets a former identity when all that was begun under it has ended', async () => {
    const { relay, stop, ended } = await rotated()
    stop.abort()
    await ended
    await relay.whenOpen(1)
  })

  it('cuts the watches of a former identity too when it is closed', async () => {
    const { relay, client, ended } = await rotated()
    await client.close()
    expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    await relay.whenOpen(0)
  })
})

describe('connections of a server that does not answer', () => {
  const each = eachInMemory()

  it('lets what is urgent pass calls that a slow server holds', async () => {
    each.cluster.faults.add({ match: { resource: 'configmaps' }, fault: { kind: 'delay', ms: 60_000 } })
    const { relay, client } = await throughRelay(each.cluster)
    const stop = new AbortController()
    let answered = 0
    const slow = Array.from({ length: 100 }, () =>
      client.get(configMaps, key, { signal: stop.signal }).finally(() => (answered += 1)),
    )
    await relay.whenOpen(64)
    expect((await client.urgent().list(namespaces)).items.length).toBeGreaterThan(0)
    expect(answered).toBe(0)
    stop.abort()
    await Promise.allSettled(slow)
  })

  it('frees the sockets of calls that are aborted under way', async () => {
    const { relay, client } = await throughRelay(each.cluster)
    each.cluster.faults.add({ match: { verb: 'get' }, fault: { kind: 'delay', ms: 60_000 } })
    const stop = new AbortController()
    const calls = Array.from({ length: 30 }, () => client.get(configMaps, key, { signal: stop.signal }))
    await relay.whenOpen(30)
    stop.abort(new Error('stopping'))
    const outcomes = await Promise.allSettled(calls)
    expect(
      new Set(outcomes.map((outcome) => outcome.status === 'rejected' && String(outcome.reason))),
    ).toEqual(new Set(['Error: stopping']))
    await relay.whenOpen(0)
    each.cluster.faults.clear()
    await expect(client.get(configMaps, key)).rejects.toMatchObject({ status: 404 })
  })

  it('ends a call at once when it is aborted while the connection is still being made', async () => {
    const { relay, client } = await throughRelay(each.cluster, { silent: true })
    const stop = new AbortController()
    const call = client.get(configMaps, key, { signal: stop.signal })
    const watch = client.watch(configMaps, { signal: stop.signal }).next()
    await relay.whenOpen(2)
    let turns = 0
    const count = (): void => {
      turns += 1
      turning = setImmediate(count)
    }
    let turning = setImmediate(count)
    stop.abort(new Error('stopping'))
    await expect(call).rejects.toThrow('stopping')
    await expect(watch).rejects.toThrow('stopping')
    clearImmediate(turning)
    // Not by the clock, which goes on while the machine stands still: until a connection's time is up there are 10 s of turns.
    expect(turns).toBeLessThan(100)
  })
})
