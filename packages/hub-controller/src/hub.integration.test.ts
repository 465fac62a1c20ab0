import { contract, kinds, type MirrorPeer } from '@odfmo/api-types'
import { eventually, sameState, type Cluster } from '@odfmo/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
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
    expect(hub.unsettled().filter((line) => !/registration|manifest-work/.test(line))).toEqual([])
  })
})
