import { contract, kinds } from '@odfmo/api-types'
import { eventually, sameState, type Cluster } from '@odfmo/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { external, greenKey, podNamespace, s3 } from './test/builders.ts'
import { conditionOf, find, get, list, peer, writesOf } from './test/hub-cluster.ts'
import { hubUser, startHub } from './test/hub-process.ts'
import { asCreated, delivered, one, quiet, scene, settled, two, type Scene } from './test/scene.ts'

let stage: Scene
let cluster: Cluster
beforeEach(async () => {
  stage = await scene()
  cluster = stage.cluster
})
afterEach(() => stage.end())

const phase = (): string | undefined => peer(cluster).status?.phase
const slow = { timeoutMs: 30_000 }

describe('a MirrorPeer on a hub, its agents played', () => {
  it('becomes exchanged secrets, profiles and DRClusters', async () => {
    const hub = await stage.start()
    await cluster.apply(asCreated())
    await eventually(cluster, () => {
      expect(peer(cluster).metadata.finalizers).toEqual([contract.finalizer.hub])
      expect(peer(cluster).metadata.labels).toEqual({ [contract.label.backup]: 'resource' })
      expect(phase()).toBe('ExchangingSecret')
      expect(conditionOf(peer(cluster), 'SecretsExchanged')?.message).toContain('waiting for blue secret')
      for (const name of ['cluster1', 'cluster2']) {
        const live = get(cluster, kinds.ManagedClusterAddOn, { namespace: name, name: 'tokenexchange' })
        expect(live.spec?.installNamespace).toBe('openshift-storage')
        expect(live.metadata.annotations?.[contract.annotation.mode]).toBe('async')
      }
    })
    await cluster.apply(...delivered)
    await stage.converged()
    expect(find(cluster, kinds.Secret, greenKey(one, two))).toBeDefined()
    expect(find(cluster, kinds.Secret, greenKey(two, one))).toBeDefined()
    const config = get(cluster, kinds.ConfigMap, { namespace: podNamespace, name: contract.ramen.configMap })
    const text = config.data?.[contract.ramen.configKey] ?? ''
    expect(parse(text)).toMatchObject({ s3StoreProfiles: [{ s3Bucket: 'odrbucket-b1b922184baf' }, {}] })
    expect(text.startsWith("# Ramen's, edited by hand\n")).toBe(true)
    expect(list(cluster, kinds.DRCluster).map(({ spec }) => spec?.s3ProfileName)).toEqual([
      's3profile-cluster1-ocs-storagecluster',
      's3profile-cluster2-ocs-storagecluster',
    ])
    await settled(hub)
  })

  it('of type async without manageS3 has secrets and DRClusters, and Ramen’s things are left alone', async () => {
    const hub = await stage.start()
    const config = () =>
      get(cluster, kinds.ConfigMap, { namespace: podNamespace, name: contract.ramen.configMap })
    const before = config().data
    await cluster.apply(asCreated({ spec: { manageS3: false } }), ...delivered)
    await stage.converged()
    await settled(hub)
    expect(config().data).toEqual(before)
    expect(list(cluster, kinds.Secret).filter(({ metadata }) => metadata.namespace === podNamespace)).toEqual(
      [],
    )
    expect(list(cluster, kinds.DRCluster)).toHaveLength(2)
    expect(conditionOf(peer(cluster), 'S3ProfilesSynced')).toBeUndefined()
  })

  it('of type sync has the fsids for Ramen and is synced when its profiles are', async () => {
    const hub = await stage.start()
    await cluster.apply(asCreated({ spec: { type: 'sync' } }), s3(one), s3(two))
    await eventually(cluster, () => {
      expect(phase()).toBe('S3ProfileSynced')
      expect(conditionOf(peer(cluster), 'DRClustersReady')).toMatchObject({
        status: 'False',
        reason: 'NoExternalSecret',
      })
    })
    await cluster.apply(external(one), external(two))
    await eventually(cluster, () =>
      expect(conditionOf(peer(cluster), 'DRClustersReady')?.status).toBe('True'),
    )
    await settled(hub)
    const inRamens = list(cluster, kinds.Secret).filter(({ metadata }) => metadata.namespace === podNamespace)
    expect(inRamens.map(({ data }) => Object.keys(data ?? {}).join()).toSorted()).toEqual([
      'AWS_ACCESS_KEY_ID,AWS_SECRET_ACCESS_KEY',
      'AWS_ACCESS_KEY_ID,AWS_SECRET_ACCESS_KEY',
      'fsid',
      'fsid',
    ])
    expect(
      list(cluster, kinds.Secret).some(
        ({ metadata }) => metadata.labels?.[contract.label.secretType] === 'GREEN',
      ),
    ).toBe(false)
    const mode = get(cluster, kinds.ManagedClusterAddOn, { namespace: 'cluster1', name: 'tokenexchange' })
    expect(mode.metadata.annotations?.[contract.annotation.mode]).toBe('sync')
    await stage.remove(kinds.MirrorPeer, { name: 'mirrorpeer-sample' })
    await eventually(cluster, () => expect(list(cluster, kinds.MirrorPeer)).toEqual([]))
    expect(list(cluster, kinds.Secret)).toEqual([])
    expect(list(cluster, kinds.DRCluster)).toEqual([])
  })

  it('leaves nothing behind, and is quiet before and after', async () => {
    const hub = await stage.start()
    await eventually(cluster, () => expect(list(cluster, kinds.ClusterManagementAddOn)).toHaveLength(1))
    const before = cluster.snapshot()
    await cluster.apply(asCreated(), ...delivered)
    await stage.converged()
    await stage.agentsJoin()
    await settled(hub)
    const writes = writesOf(cluster, hubUser).length
    await quiet()
    expect(writesOf(cluster, hubUser).slice(writes)).toEqual([])

    await stage.remove(kinds.MirrorPeer, { name: 'mirrorpeer-sample' })
    await eventually(cluster, () => {
      expect(phase()).toBe('Deleting')
      expect(peer(cluster).status?.message).toContain('the agent of cluster1 has not cleaned up yet')
    })
    // Until the agents are done, all that the hub made stays.
    expect(list(cluster, kinds.ManagedClusterAddOn)).toHaveLength(2)
    expect(list(cluster, kinds.DRCluster)).toHaveLength(2)
    expect(find(cluster, kinds.Secret, greenKey(one, two))).toBeDefined()
    await stage.agentsLeave()
    await eventually(cluster, () => expect(list(cluster, kinds.MirrorPeer)).toEqual([]))
    await settled(hub)
    await eventually(cluster, () => expect(sameState(before, cluster.snapshot())).toEqual([]))
    const after = writesOf(cluster, hubUser).length
    await quiet()
    expect(writesOf(cluster, hubUser).slice(after)).toEqual([])
  })

  it('is left as it is by a hub that starts anew', async () => {
    const first = await stage.start()
    await cluster.apply(asCreated(), ...delivered)
    await stage.converged()
    await settled(first)
    await first.stop()
    const before = writesOf(cluster, hubUser).length
    const asked = cluster.requests.all({ user: hubUser }).length
    const second = await startHub(cluster)
    await settled(second)
    await quiet()
    await second.stop()
    expect(writesOf(cluster, hubUser).slice(before)).toEqual([])
    // One list and one watch of each kind, and nothing more.
    const requests = cluster.requests.all({ user: hubUser }).slice(asked)
    expect(requests.filter(({ verb }) => verb !== 'list' && verb !== 'watch')).toEqual([])
  })

  it('ends the same when the hub is stopped after each of its writes', async () => {
    const calm = await stage.start()
    await eventually(cluster, () => expect(list(cluster, kinds.ClusterManagementAddOn)).toHaveLength(1))
    const before = cluster.snapshot()
    await cluster.apply(asCreated(), ...delivered)
    await stage.converged()
    await stage.agentsJoin()
    await settled(calm)
    const converged = cluster.snapshot()
    await stage.remove(kinds.MirrorPeer, { name: 'mirrorpeer-sample' })
    await stage.agentsLeave()
    await eventually(cluster, () => expect(list(cluster, kinds.MirrorPeer)).toEqual([]))
    await calm.stop()

    const restarts = await withRestarts(async () => {
      await cluster.apply(asCreated(), ...delivered)
      await eventually(
        cluster,
        () => expect(peer(cluster).metadata.finalizers).toEqual([contract.finalizer.hub]),
        slow,
      )
      await stage.agentsJoin()
      await eventually(cluster, () => expect(sameState(converged, cluster.snapshot())).toEqual([]), slow)
      await stage.remove(kinds.MirrorPeer, { name: 'mirrorpeer-sample' })
      await stage.agentsLeave()
      await eventually(cluster, () => expect(list(cluster, kinds.MirrorPeer)).toEqual([]), slow)
      await eventually(cluster, () => expect(sameState(before, cluster.snapshot())).toEqual([]), slow)
    })
    expect(restarts).toBeGreaterThan(15)
  }, 60_000)
})

/** Runs a hub that is stopped after each write and started again, until the work is done; answers how often. */
const withRestarts = async (work: () => Promise<void>): Promise<number> => {
  let restarts = 0
  const done = new AbortController()
  const supervised = (async () => {
    while (!done.signal.aborted) {
      const hub = await startHub(cluster)
      await new Promise<void>((resolve) => {
        const stop = cluster.requests.subscribe((record) => {
          const writes = record.status < 300 && ['create', 'patch', 'delete'].includes(record.verb)
          if (record.user !== hubUser || !writes || record.resource.startsWith('events')) return
          restarts += 1
          stop()
          resolve()
        })
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
