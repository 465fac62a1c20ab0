import type { Cluster } from '@odfmo/testkit'
import { describe, expect, it } from 'vitest'
import type { KubeClient } from '../../src/client/kube-client.ts'
import type { ObjectClient } from '../../src/client/object-client.ts'
import { isConflict } from '../../src/client/kube-error.ts'
import { members } from '../../src/writing/list-edit.ts'
import { configMaps } from '../clients.ts'
import { anyCluster, configMap, hub, keyOf, never, withWriting } from './writing-scene.ts'

const key = keyOf('shared')

/** A client before whose every n-th patch or delete somebody else writes the same object: a true conflict. */
const rivalled = (
  client: KubeClient,
  everyNth: number,
  write: (n: number) => Promise<unknown>,
): ObjectClient => {
  let calls = 0
  const first = async (): Promise<void> => {
    calls += 1
    if (calls % everyNth === 0) await write(calls)
  }
  return {
    get: (kind, of, options) => client.get(kind, of, options),
    list: (kind, options) => client.list(kind, options),
    create: (kind, object, options) => client.create(kind, object, options),
    async patch(kind, of, type, body, options) {
      await first()
      return client.patch(kind, of, type, body, options)
    },
    async delete(kind, of, options) {
      await first()
      return client.delete(kind, of, options)
    },
  }
}

const stored = async (cluster: Cluster): Promise<ReturnType<typeof configMap>> =>
  (await cluster.get({ apiVersion: 'v1', kind: 'ConfigMap' }, key)) as ReturnType<typeof configMap>

describe('conflicts on every second write', () => {
  const scene = withWriting(anyCluster)
  const theirs = (data: Record<string, string>, metadata = {}) =>
    scene.client.patch(configMaps, key, 'merge', { data, metadata })

  it('lose nothing of ours and nothing of anybody else', async () => {
    await scene.client.create(configMaps, configMap('shared', { untouched: 'u' }))
    const applier = scene.applier({
      clients: { hub: rivalled(scene.client, 2, (n) => theirs({ theirs: String(n) })) },
    })
    for (let round = 1; round <= 10; round += 1) {
      const applied = await applier.apply(
        {
          is: 'patch',
          of: hub.ConfigMap,
          key,
          fields: (live) => ({ data: { ours: `${live.data?.['ours'] ?? ''}.` } }),
        },
        never,
      )
      expect(applied.is).toBe('patched')
    }
    expect((await stored(scene.cluster)).data).toEqual({
      untouched: 'u',
      ours: '.'.repeat(10),
      theirs: expect.any(String),
    })
    expect(scene.sent.filter((line) => line === 'patch ConfigMap stored')).toHaveLength(10)
    expect(scene.sent.filter((line) => line === 'patch ConfigMap conflict').length).toBeGreaterThanOrEqual(8)
    expect(scene.logs.filter((line) => !/^(?:debug|info) /.test(line))).toEqual([])
  })

  it('take no finalizer of others away', async () => {
    await scene.client.create(configMaps, configMap('shared', {}, { finalizers: ['a.io/ours'] }))
    await scene.cached(hub.ConfigMap, key)
    const rival = () => theirs({}, { finalizers: ['a.io/ours', 'b.io/theirs'] })
    const applier = scene.applier({ clients: { hub: rivalled(scene.client, 1, rival) } })
    const rest = { is: 'patch', of: hub.ConfigMap, key } as const
    const fields = { metadata: { finalizers: members({ remove: ['a.io/ours'] }) } }
    // Their write comes before each of ours: the first one changes something, the second one nothing.
    await applier.apply({ ...rest, fields }, never)
    expect((await stored(scene.cluster)).metadata.finalizers).toEqual(['b.io/theirs'])
    await theirs({}, { finalizers: null })
  })

  it('ask again whether an object should go', async () => {
    await scene.client.create(configMaps, configMap('shared', { wanted: 'no' }))
    await scene.cached(hub.ConfigMap, key)
    const applier = scene.applier({
      clients: { hub: rivalled(scene.client, 1, () => theirs({ wanted: 'yes' })) },
    })
    const applied = await applier.apply(
      { is: 'delete', of: hub.ConfigMap, key, when: ({ data }) => data?.['wanted'] === 'no' },
      never,
    )
    expect(applied.is).toBe('unchanged')
    expect(scene.sent).toEqual(['delete ConfigMap conflict'])
    expect((await stored(scene.cluster)).data).toEqual({ wanted: 'yes' })
  })

  it('never delete a later object of the same name', async () => {
    await scene.client.create(configMaps, configMap('shared', { life: '1' }))
    await scene.cached(hub.ConfigMap, key)
    let reborn = false
    const rival = async (): Promise<void> => {
      if (reborn) return
      reborn = true
      await scene.client.delete(configMaps, key)
      await scene.client.create(configMaps, configMap('shared', { life: '2' }))
    }
    const applier = scene.applier({ clients: { hub: rivalled(scene.client, 1, rival) } })
    expect((await applier.apply({ is: 'delete', of: hub.ConfigMap, key }, never)).is).toBe('gone')
    expect((await stored(scene.cluster)).data).toEqual({ life: '2' })
  })

  it('without an end are an error for the back-off of the queue, after a few tries', async () => {
    await scene.client.create(configMaps, configMap('shared'))
    const applier = scene.applier({
      clients: { hub: rivalled(scene.client, 1, (n) => theirs({ theirs: String(n) })) },
    })
    const patch = { is: 'patch', of: hub.ConfigMap, key, fields: { data: { ours: '1' } } } as const
    const failure: unknown = await applier.apply(patch, never).catch((error: unknown) => error)
    expect(isConflict(failure)).toBe(true)
    expect(String(failure)).toContain(
      'patch configmaps default/shared in cluster hub: not done after 6 tries',
    )
    expect(scene.sent).toHaveLength(6)
    expect((await stored(scene.cluster)).data).not.toHaveProperty('ours')
  })
})
