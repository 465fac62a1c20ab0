import { contract, kinds, type MirrorPeer } from '@odfmo/api-types'
import { apiVersionOf } from '@odfmo/api-types/meta'
import { eventually, journalOf, sameState, type Cluster } from '@odfmo/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { external, greenKey, podNamespace, s3 } from './test/builders.ts'
import { conditionOf, find, get, list, peer, withoutMirrorPeers } from './test/hub-cluster.ts'
import { writesOf } from './test/journal.ts'
import { hubUser, startHub } from './test/hub-process.ts'
import { asCreated, delivered, one, quiet, scene, settled, two, type Scene } from './test/scene.ts'

let stage: Scene
let cluster: Cluster
beforeEach(async () => {
  stage = await scene()
  cluster = stage.cluster
})
afterEach(() => stage.end())

const phase = async (): Promise<string | undefined> => (await peer(cluster)).status?.phase
const slow = { timeoutMs: 120_000 }

describe('a MirrorPeer on a hub, its agents played', () => {
  it('becomes exchanged secrets, profiles and DRClusters', async () => {
    const hub = await stage.start()
    await cluster.apply(asCreated())
    await eventually(cluster, async () => {
      expect((await peer(cluster)).metadata.finalizers).toEqual([contract.finalizer.hub])
      expect((await peer(cluster)).metadata.labels).toEqual({ [contract.label.backup]: 'resource' })
      expect(await phase()).toBe('ExchangingSecret')
      expect(conditionOf(await peer(cluster), 'SecretsExchanged')?.message).toContain(
        'waiting for blue secret',
      )
      for (const name of ['cluster1', 'cluster2']) {
        const live = await get(cluster, kinds.ManagedClusterAddOn, { namespace: name, name: 'tokenexchange' })
        expect(live.spec?.installNamespace).toBe('openshift-storage')
        expect(live.metadata.annotations?.[contract.annotation.mode]).toBe('async')
      }
    })
    await cluster.apply(...delivered)
    await stage.converged()
    expect(await find(cluster, kinds.Secret, greenKey(one, two))).toBeDefined()
    expect(await find(cluster, kinds.Secret, greenKey(two, one))).toBeDefined()
    const config = await get(cluster, kinds.ConfigMap, {
      namespace: podNamespace,
      name: contract.ramen.configMap,
    })
    const text = config.data?.[contract.ramen.configKey] ?? ''
    expect(parse(text)).toMatchObject({ s3StoreProfiles: [{ s3Bucket: 'odrbucket-b1b922184baf' }, {}] })
    expect(text.startsWith("# Ramen's, edited by hand\n")).toBe(true)
    expect((await list(cluster, kinds.DRCluster)).map(({ spec }) => spec?.s3ProfileName)).toEqual([
      's3profile-cluster1-ocs-storagecluster',
      's3profile-cluster2-ocs-storagecluster',
    ])
    await settled(hub)
  })

  it('of type async without manageS3 has secrets and DRClusters, and Ramen’s things are left alone', async () => {
    const hub = await stage.start()
    const config = () =>
      get(cluster, kinds.ConfigMap, { namespace: podNamespace, name: contract.ramen.configMap })
    const before = (await config()).data
    await cluster.apply(asCreated({ spec: { manageS3: false } }), ...delivered)
    await stage.converged()
    await settled(hub)
    expect((await config()).data).toEqual(before)
    expect(
      (await list(cluster, kinds.Secret)).filter(({ metadata }) => metadata.namespace === podNamespace),
    ).toEqual([])
    expect(await list(cluster, kinds.DRCluster)).toHaveLength(2)
    expect(conditionOf(await peer(cluster), 'S3ProfilesSynced')).toBeUndefined()
  })

  it('of type sync has the fsids for Ramen and is synced when its profiles are', async () => {
    const hub = await stage.start()
    await cluster.apply(asCreated({ spec: { type: 'sync' } }), s3(one), s3(two))
    await eventually(cluster, async () => {
      expect(await phase()).toBe('S3ProfileSynced')
      expect(conditionOf(await peer(cluster), 'DRClustersReady')).toMatchObject({
        status: 'False',
        reason: 'NoExternalSecret',
      })
    })
    await cluster.apply(external(one), external(two))
    await eventually(cluster, async () =>
      expect(conditionOf(await peer(cluster), 'DRClustersReady')?.status).toBe('True'),
    )
    await settled(hub)
    const inRamens = (await list(cluster, kinds.Secret)).filter(
      ({ metadata }) => metadata.namespace === podNamespace,
    )
    expect(inRamens.map(({ data }) => Object.keys(data ?? {}).join()).toSorted()).toEqual([
      'AWS_ACCESS_KEY_ID,AWS_SECRET_ACCESS_KEY',
      'AWS_ACCESS_KEY_ID,AWS_SECRET_ACCESS_KEY',
      'fsid',
      'fsid',
    ])
    expect(
      (await list(cluster, kinds.Secret)).some(
        ({ metadata }) => metadata.labels?.[contract.label.secretType] === 'GREEN',
      ),
    ).toBe(false)
    const mode = await get(cluster, kinds.ManagedClusterAddOn, {
      namespace: 'cluster1',
      name: 'tokenexchange',
    })
    expect(mode.metadata.annotations?.[contract.annotation.mode]).toBe('sync')
    await stage.remove(kinds.MirrorPeer, { name: 'mirrorpeer-sample' })
    await eventually(cluster, async () => expect(await list(cluster, kinds.MirrorPeer)).toEqual([]))
    expect(await list(cluster, kinds.Secret)).toEqual([])
    expect(await list(cluster, kinds.DRCluster)).toEqual([])
  })

  it('leaves nothing behind, and is quiet before and after', async () => {
    const hub = await stage.start()
    const before = await withoutMirrorPeers(cluster)
    await cluster.apply(asCreated(), ...delivered)
    await stage.converged()
    await stage.agentsJoin()
    await settled(hub)
    const writes = (await writesOf(cluster, hubUser)).length
    await quiet()
    expect((await writesOf(cluster, hubUser)).slice(writes)).toEqual([])

    await stage.remove(kinds.MirrorPeer, { name: 'mirrorpeer-sample' })
    await eventually(cluster, async () => {
      expect(await phase()).toBe('Deleting')
      expect((await peer(cluster)).status?.message).toContain('the agent of cluster1 has not cleaned up yet')
    })
    // Until the agents are done, all that the hub made stays.
    expect(await list(cluster, kinds.ManagedClusterAddOn)).toHaveLength(2)
    expect(await list(cluster, kinds.DRCluster)).toHaveLength(2)
    expect(await find(cluster, kinds.Secret, greenKey(one, two))).toBeDefined()
    await stage.agentsLeave()
    await eventually(cluster, async () => expect(await list(cluster, kinds.MirrorPeer)).toEqual([]))
    await settled(hub)
    await eventually(cluster, async () => expect(sameState(before, await cluster.snapshot())).toEqual([]))
    const after = (await writesOf(cluster, hubUser)).length
    await quiet()
    expect((await writesOf(cluster, hubUser)).slice(after)).toEqual([])
  })

  it('is left as it is by a hub that starts anew', async () => {
    const first = await stage.start()
    await cluster.apply(asCreated(), ...delivered)
    await stage.converged()
    await settled(first)
    await first.stop()
    const before = (await writesOf(cluster, hubUser)).length
    const asked = (await journalOf(cluster)).all({ user: hubUser }).length
    // What it would say for a moment and take back.
    const said: unknown[] = []
    const { conditions } = (await peer(cluster)).status ?? {}
    const end = await cluster.on(
      { apiVersion: apiVersionOf(kinds.MirrorPeer), kind: kinds.MirrorPeer.kind },
      ({ object }) => said.push((object as unknown as MirrorPeer).status?.conditions),
    )
    const second = await startHub(cluster)
    await settled(second)
    await quiet()
    await second.stop()
    end()
    expect(said.filter((one) => JSON.stringify(one) !== JSON.stringify(conditions))).toEqual([])
    expect((await writesOf(cluster, hubUser)).slice(before)).toEqual([])
    // One list and one watch of each kind, and nothing more.
    const requests = (await journalOf(cluster)).all({ user: hubUser }).slice(asked)
    expect(requests.filter(({ verb }) => verb !== 'list' && verb !== 'watch')).toEqual([])
  })

  it('ends the same when the hub is stopped after each of its writes', async () => {
    const calm = await stage.start()
    const before = await withoutMirrorPeers(cluster)
    await cluster.apply(asCreated(), ...delivered)
    await stage.converged()
    await stage.agentsJoin()
    await settled(calm)
    const converged = await cluster.snapshot()
    await stage.remove(kinds.MirrorPeer, { name: 'mirrorpeer-sample' })
    await stage.agentsLeave()
    await eventually(cluster, async () => expect(await list(cluster, kinds.MirrorPeer)).toEqual([]))
    await calm.stop()

    const restarts = await withRestarts(async () => {
      await cluster.apply(asCreated(), ...delivered)
      await eventually(
        cluster,
        async () => expect((await peer(cluster)).metadata.finalizers).toEqual([contract.finalizer.hub]),
        slow,
      )
      await stage.agentsJoin()
      await eventually(
        cluster,
        async () => expect(sameState(converged, await cluster.snapshot())).toEqual([]),
        slow,
      )
      await stage.remove(kinds.MirrorPeer, { name: 'mirrorpeer-sample' })
      await stage.agentsLeave()
      await eventually(cluster, async () => expect(await list(cluster, kinds.MirrorPeer)).toEqual([]), slow)
      await eventually(
        cluster,
        async () => expect(sameState(before, await cluster.snapshot())).toEqual([]),
        slow,
      )
    })
    expect(restarts).toBeGreaterThan(15)
  }, 240_000)
})

/** Runs a hub that is stopped after each write and started again, until the work is done; answers how often. */
const withRestarts = async (work: () => Promise<void>): Promise<number> => {
  const requests = await journalOf(cluster)
  let restarts = 0
  const done = new AbortController()
  const supervised = (async () => {
    while (!done.signal.aborted) {
      const hub = await startHub(cluster)
      await new Promise<void>((resolve) => {
        const stop = requests.subscribe((record) => {
          const writes = record.status < 300 && ['create', 'patch', 'delete'].includes(record.verb)
          if (record.user !== hubUser || !writes || record.resource.startsWith('events')) return
          restarts += 1
          stop()
          resolve()
        })
        // The work may be done while it starts.
        if (done.signal.aborted) resolve()
        done.signal.addEventListener('abort', () => resolve(), { once: true })
      })
      await hub.stop()
    }
  })()
  try {
    await work()
  } finally {
    done.abort()
    await supervised
  }
  return restarts
}
