import { describe, expect, it } from 'vitest'
import { configMaps } from '../../test/clients.ts'
import { eachOnAnyCluster } from '../../test/each-client.ts'

const key = { namespace: 'default', name: 'a' }

describe('watch', () => {
  const each = eachOnAnyCluster()

  it('tells every change from a version on, until the caller leaves', async () => {
    const { metadata } = await each.client.list(configMaps, { namespace: 'default' })
    const seen: string[] = []
    let changes: Promise<unknown> | undefined
    for await (const { type, object } of each.client.watch(configMaps, {
      namespace: 'default',
      resourceVersion: metadata.resourceVersion,
      onOpen: () => {
        changes = each.client
          .create(configMaps, { metadata: key, data: { text: 'ä€𝄞'.repeat(20_000) } })
          .then(() => each.client.patch(configMaps, key, 'merge', { data: { b: '2' } }))
          .then(() => each.client.delete(configMaps, key))
      },
    })) {
      if (type === 'BOOKMARK') continue
      seen.push(`${type} ${object.kind} ${object.metadata.name}`)
      if (type === 'DELETED') break
    }
    // Its event may be here before its answer.
    await changes
    expect(seen).toEqual(['ADDED ConfigMap a', 'MODIFIED ConfigMap a', 'DELETED ConfigMap a'])
  })

  it('lists by watching: what is there, a marked bookmark, then what changes', async () => {
    const name = (n: string) => ({ namespace: 'default', name: n, labels: { list: 'w' } })
    for (const n of ['a', 'b']) await each.client.create(configMaps, { metadata: name(n), data: { x: n } })
    const seen: string[] = []
    const asked = { namespace: 'default', labelSelector: 'list=w', sendInitialEvents: true }
    for (const metadataOnly of [false, true]) {
      for await (const event of each.client.watch(configMaps, { ...asked, metadataOnly })) {
        const { type, object, endsInitialEvents } = event
        if (type === 'BOOKMARK' && endsInitialEvents !== true) continue
        seen.push(type === 'BOOKMARK' ? 'complete' : `${type} ${object.metadata.name} ${object.data?.['x']}`)
        if (endsInitialEvents === true) {
          expect(object.metadata.resourceVersion).toMatch(/^\d+$/)
          if (metadataOnly) break
          await each.client.patch(configMaps, key, 'merge', { data: { x: '2' } })
        }
        if (type === 'MODIFIED') break
      }
    }
    expect(seen).toEqual([
      ...['ADDED a a', 'ADDED b b', 'complete', 'MODIFIED a 2'],
      ...['ADDED a undefined', 'ADDED b undefined', 'complete'],
    ])
  })

  it('ends with the signal’s reason', async () => {
    const stop = new AbortController()
    const watching = each.client.watch(configMaps, {
      signal: stop.signal,
      onOpen: () => stop.abort(new Error('enough')),
    })
    await expect(
      (async () => {
        for await (const _ of watching);
      })(),
    ).rejects.toThrow('enough')
  })
})
