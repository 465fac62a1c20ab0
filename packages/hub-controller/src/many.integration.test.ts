import { contract, kinds } from '@odfmo/api-types'
import { eventually, startCluster } from '@odfmo/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { blue, peerRef, podNamespace, s3 } from './test/builders.ts'
import { get, list } from './test/hub-cluster.ts'
import { writesOf } from './test/journal.ts'
import { hubUser, startHub, type HubProcess } from './test/hub-process.ts'
import { asCreated, scene, settled, type Scene } from './test/scene.ts'
import { tickingClock, type TickingClock } from './test/ticking-clock.ts'

let stage: Scene
let hub: HubProcess | undefined
let clock: TickingClock
const pairs = Array.from({ length: 30 }, (_, i) => [peerRef(`left${i}`), peerRef(`right${i}`)] as const)

const everybody = pairs.flat()
const clusters = everybody.map(({ clusterName }) => clusterName)
const mirrorPeers = pairs.map((items, i) => asCreated({ name: `mp${i}`, spec: { items } }))

beforeEach(() => {
  clock = tickingClock()
})

afterEach(async () => {
  await hub?.stop()
  hub = undefined
  clock.stop()
  await stage.end()
})

// A burst is as long as on an idle machine by this clock, so there are no more writes of what is waited for in between.
const start = async (): Promise<HubProcess> => (hub = await startHub(stage.cluster, { clock }))

const expectExchanged = async (started: HubProcess): Promise<void> => {
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
  await settled(started)
  const writes = await writesOf(cluster, hubUser)
  // One for each quarter of a second that the burst takes.
  expect(writes.filter(({ resource }) => resource === 'configmaps').length).toBeLessThanOrEqual(8)
  // On an idle machine 22: on a busy one more states of a MirrorPeer are told on the way.
  expect(writes.length / pairs.length).toBeLessThanOrEqual(28)
}

describe('thirty MirrorPeers are exchanged with few writes of Ramen’s config, and each costs no more than one alone', () => {
  // In memory: elsewhere thirty writes take so long that they are no burst.
  it('when they come at once', async () => {
    stage = await scene({ clusters, start: startCluster })
    const started = await start()
    await stage.cluster.apply(...everybody.flatMap((ref) => [blue(ref), s3(ref)]), ...mirrorPeers)
    await expectExchanged(started)
  })

  it('when a hub finds them at its start', async () => {
    stage = await scene({ clusters })
    await stage.cluster.apply(...everybody.flatMap((ref) => [blue(ref), s3(ref)]), ...mirrorPeers)
    await expectExchanged(await start())
  })
})
