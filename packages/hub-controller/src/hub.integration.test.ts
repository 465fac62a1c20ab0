import { contract, kinds, type MirrorPeer } from '@odfmo/api-types'
import { setTimeout as wait } from 'node:timers/promises'
import { keyOf, type Kind, type ObjectKey } from '@odfmo/api-types/meta'
import { Credentials, KubeClient } from '@odfmo/controller-kit'
import { spokeFinalizer } from '@odfmo/secret-naming'
import { eventually, sameState, type Cluster } from '@odfmo/testkit'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { parse } from 'yaml'
import { addOn, blue, greenKey, mirrorPeer, peerRef, podNamespace, s3 } from './test/builders.ts'
import { conditionOf, find, get, hubCluster, initialConfig, list, peer, writesOf } from './test/hub-cluster.ts'
import { hubUser, startHub, type HubProcess } from './test/hub-process.ts'

const [one, two] = [peerRef('cluster1'), peerRef('cluster2')]
const fresh = (overrides: Parameters<typeof mirrorPeer>[0] = {}): MirrorPeer =>
  mirrorPeer({ hubFinalizer: false, ...overrides, metadata: { name: overrides.name ?? 'mirrorpeer-sample', labels: {}, uid: undefined, creationTimestamp: undefined, generation: undefined, ...overrides.metadata } as never })

let cluster: Cluster
const running: HubProcess[] = []
const start = async (): Promise<HubProcess> => {
  const process = await startHub(cluster)
  running.push(process)
  return process
}

beforeEach(async () => {
  cluster = await hubCluster()
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((process) => process.stop()))
  await cluster.stop()
})

const client = async () => {
  const { ca, cert, key } = cluster.credentials({ user: 'admin', groups: ['system:masters'] })
  const credentials = await Credentials.load({
    access: { server: cluster.url, ca: { value: ca }, cert: { value: cert }, key: { value: key } },
  })
  return new KubeClient({ cluster: 'hub', component: 'test', version: '0', credentials, rateLimit: false })
}
const remove = async (kind: Kind, key: ObjectKey): Promise<void> => {
  const admin = await client()
  await admin.delete(kind, key)
  await admin.close()
}
const edit = async (kind: Kind, key: ObjectKey, patch: object): Promise<void> => {
  const admin = await client()
  await admin.patch(kind, key, 'merge', patch)
  await admin.close()
}
/** As the agents do: their finalizers come after ours. */
const agentsJoin = (name = 'mirrorpeer-sample'): Promise<void> =>
  edit(kinds.MirrorPeer, { name }, { metadata: { finalizers: [contract.finalizer.hub, spokeFinalizer('cluster1'), spokeFinalizer('cluster2')] } })
/** As the agents do: what they delivered first, then their finalizers. */
const agentsLeave = async (name = 'mirrorpeer-sample'): Promise<void> => {
  for (const secret of [blue(one), blue(two), s3(one), s3(two)]) await remove(kinds.Secret, keyOf(secret))
  await edit(kinds.MirrorPeer, { name }, { metadata: { finalizers: [contract.finalizer.hub] } })
}
const converged = () =>
  eventually(cluster, () => {
    expect(phase()).toBe('ExchangedSecret')
    for (const type of ['S3ProfilesSynced', 'DRClustersReady']) expect(conditionOf(peer(cluster), type)?.status).toBe('True')
  })
/** Nothing left to do; the engine tells nobody when it rests, so it is asked. */
const settled = async (hub: HubProcess): Promise<void> => {
  await vi.waitFor(
    () => {
      expect(hub.engine.pending).toBe(0)
      expect(hub.unsettled()).toEqual([])
    },
    { timeout: 10_000, interval: 20 },
  )
}
const slow = { timeoutMs: 30_000 }
/** Runs a hub that is stopped after each write and started again, until the work is done; answers how often. */
const withRestarts = async (work: () => Promise<void>): Promise<number> => {
  let restarts = 0
  const done = new AbortController()
  const supervised = (async () => {
    while (!done.signal.aborted) {
      const process = await startHub(cluster)
      await new Promise<void>((resolve) => {
        const stop = cluster.requests.subscribe(({ verb, user, resource, status }) => {
          if (user !== hubUser || status >= 300 || !['create', 'patch', 'delete'].includes(verb) || resource.startsWith('events')) return
          restarts += 1
          stop()
          resolve()
        })
        done.signal.addEventListener('abort', () => resolve(), { once: true })
      })
      await process.stop()
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
/** For what must not happen, there is no event to wait for. */
const quiet = () => wait(600)
const phase = (): string | undefined => peer(cluster).status?.phase

describe('a MirrorPeer on a hub, its agents played', () => {
  it('becomes exchanged secrets, profiles and DRClusters', async () => {
    const hub = await start()
    await cluster.apply(fresh())
    await eventually(cluster, () => {
      expect(peer(cluster).metadata.finalizers).toEqual([contract.finalizer.hub])
      expect(phase()).toBe('ExchangingSecret')
      expect(conditionOf(peer(cluster), 'SecretsExchanged')?.message).toContain('waiting for blue secret')
      for (const name of ['cluster1', 'cluster2']) {
        const live = get(cluster, kinds.ManagedClusterAddOn, { namespace: name, name: 'tokenexchange' })
        expect(live.spec?.installNamespace).toBe('openshift-storage')
        expect(live.metadata.annotations?.[contract.annotation.mode]).toBe('async')
      }
    })
    await cluster.apply(blue(one), blue(two), s3(one), s3(two))
    await eventually(cluster, () => expect(phase()).toBe('ExchangedSecret'))
    await eventually(cluster, () => {
      expect(conditionOf(peer(cluster), 'S3ProfilesSynced')?.status).toBe('True')
      expect(conditionOf(peer(cluster), 'DRClustersReady')?.status).toBe('True')
    })
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

  it('leaves nothing behind, and is quiet before and after', async () => {
    const hub = await start()
    await eventually(cluster, () => expect(list(cluster, kinds.ClusterManagementAddOn)).toHaveLength(1))
    const before = cluster.snapshot()
    await cluster.apply(fresh(), blue(one), blue(two), s3(one), s3(two))
    await converged()
    await agentsJoin()
    await settled(hub)
    const writes = writesOf(cluster, hubUser).length
    await quiet()
    expect(writesOf(cluster, hubUser).slice(writes)).toEqual([])

    await remove(kinds.MirrorPeer, { name: 'mirrorpeer-sample' })
    await eventually(cluster, () => {
      expect(phase()).toBe('Deleting')
      expect(peer(cluster).status?.message).toContain('the agent of cluster1 has not cleaned up yet')
    })
    // Until the agents are done, all that the hub made stays.
    expect(list(cluster, kinds.ManagedClusterAddOn)).toHaveLength(2)
    expect(list(cluster, kinds.DRCluster)).toHaveLength(2)
    expect(find(cluster, kinds.Secret, greenKey(one, two))).toBeDefined()
    await agentsLeave()
    await eventually(cluster, () => expect(list(cluster, kinds.MirrorPeer)).toEqual([]))
    await settled(hub)
    await eventually(cluster, () => expect(sameState(before, cluster.snapshot())).toEqual([]))
    const after = writesOf(cluster, hubUser).length
    await quiet()
    expect(writesOf(cluster, hubUser).slice(after)).toEqual([])
  })

  it('ends the same when the hub is stopped after each of its writes', async () => {
    const calm = await start()
    await eventually(cluster, () => expect(list(cluster, kinds.ClusterManagementAddOn)).toHaveLength(1))
    const before = cluster.snapshot()
    await cluster.apply(fresh(), blue(one), blue(two), s3(one), s3(two))
    await converged()
    await agentsJoin()
    await settled(calm)
    const converged1 = cluster.snapshot()
    await remove(kinds.MirrorPeer, { name: 'mirrorpeer-sample' })
    await agentsLeave()
    await eventually(cluster, () => expect(list(cluster, kinds.MirrorPeer)).toEqual([]))
    await calm.stop()
    running.length = 0

    const restarts = await withRestarts(async () => {
      await cluster.apply(fresh(), blue(one), blue(two), s3(one), s3(two))
      await eventually(cluster, () => expect(peer(cluster).metadata.finalizers).toEqual([contract.finalizer.hub]), slow)
      await agentsJoin()
      await eventually(cluster, () => expect(sameState(converged1, cluster.snapshot())).toEqual([]), slow)
      await remove(kinds.MirrorPeer, { name: 'mirrorpeer-sample' })
      await agentsLeave()
      await eventually(cluster, () => expect(list(cluster, kinds.MirrorPeer)).toEqual([]), slow)
      await eventually(cluster, () => expect(sameState(before, cluster.snapshot())).toEqual([]), slow)
    })
    expect(restarts).toBeGreaterThan(20)
  }, 60_000)
})
