import { contract, kinds } from '@odfmo/api-types'
import { eventually, startCluster } from '@odfmo/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { blue, peerRef, podNamespace, s3 } from './test/builders.ts'
import { get, list } from './test/hub-cluster.ts'
import { writesOf } from './test/journal.ts'
import { hubUser, type HubProcess } from './test/hub-process.ts'
import { asCreated, scene, settled, type Scene } from './test/scene.ts'

let stage: Scene
const pairs = Array.from({ length: 30 }, (_, i) => [peerRef(`left${i}`), peerRef(`right${i}`)] as const)

const everybody = pairs.flat()
const clusters = everybody.map(({ clusterName }) => clusterName)
const mirrorPeers = pairs.map((items, i) => asCreated({ name: `mp${i}`, spec: { items } }))

afterEach(() => stage.end())

const expectExchanged = async (hub: HubProcess): Promise<void> => {
  const { cluster } = stage
  await eventually(
    cluster,
    async () => {
      for (const { status } of await list(cluster, kinds.MirrorPeer))
        expect(status?.phase).toBe('ExchangedSecret')
      // Profiles come after the phase, and the hub is quiet between two writes of them.
      const config = await get(cluster, kinds.ConfigMap, {
        namespace: podNamespace,
        name: contract.ramen.configMap,
      })
      expect(config.data?.[contract.ramen.configKey]?.match(/s3ProfileName/g)).toHaveLength(everybody.length)
    },
    { timeoutMs: 120_000 },
  )
  await settled(hub)
  const writes = await writesOf(cluster, hubUser)
  // One for each quarter of a second that the burst takes on a busy machine.
  expect(writes.filter(({ resource }) => resource === 'configmaps').length).toBeLessThanOrEqual(8)
  // On an idle machine 22: on a busy one more states of a MirrorPeer are told on the way.
  expect(writes.length / pairs.length).toBeLessThanOrEqual(28)
}

describe('thirty MirrorPeers are exchanged with few writes of Ramen’s config, and each costs no more than one alone', () => {
  // In memory: elsewhere thirty writes take so long that they are no burst.
  it('when they come at once', async () => {
    stage = await scene({ clusters, start: startCluster })
    const hub = await stage.start()
    await stage.cluster.apply(...everybody.flatMap((ref) => [blue(ref), s3(ref)]), ...mirrorPeers)
    await expectExchanged(hub)
  })

  it('when a hub finds them at its start', async () => {
    stage = await scene({ clusters })
    await stage.cluster.apply(...everybody.flatMap((ref) => [blue(ref), s3(ref)]), ...mirrorPeers)
    await expectExchanged(await stage.start())
  })
})
