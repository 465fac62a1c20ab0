import { contract, kinds, type ConfigMap, type MirrorPeer, type StorageCluster } from '@odfmo/api-types'
import { originalSpokeFinalizer } from '@odfmo/secret-naming'
import { afterEach, expect, it } from 'vitest'
import { quiet } from '../acceptance-world.ts'
import {
  convergesMs,
  expectAgent,
  read,
  refOf,
  rotateKeys,
  settled,
  storageClusterName,
  storageNamespace,
} from './exchange.ts'
import type { FleetWorld, Spoke } from './fleet-world.ts'
import { refusalsSince, watchMotion } from './in-motion.ts'
import type { OriginalHub } from './original/hub.ts'
import { layOutOriginal, mirrorPeerName, takenAway } from './original/lay-out.ts'
import { startOriginalWorld } from './original/start-original-world.ts'
import { originalImage } from './original/manifests.ts'
import { thisRelease } from './release.ts'

let world: FleetWorld | undefined
let original: OriginalHub | undefined
afterEach(async () => {
  await original?.stop()
  original = undefined
  await world?.stop()
  world = undefined
}, 240_000)

it(
  'one spoke with our agent and one with the original’s, under our hub: keys go both ways, and deletion ends',
  async () => {
    const current = await startOriginalWorld()
    world = current
    const { hub, admin, clusters } = current
    original = await layOutOriginal(current)
    const [ours, theirs] = pairOf(current)
    await original.stop()
    // Nothing new reaches this cluster: what its work brought stays as the original's hub has written it.
    theirs.klusterlet.pause()
    const refusals = await refusalsSince(current, 'odfmo-original-agent/')
    const motion = await watchMotion(current)
    await current.startHub(thisRelease)
    const exchanged = async (): Promise<MirrorPeer> => {
      await expectAgent(ours, thisRelease.agentImage)
      await expectAgent(theirs, originalImage)
      const found = await read<MirrorPeer>(hub, kinds.MirrorPeer, { name: mirrorPeerName })
      // Not Ready: of a cluster whose klusterlet says nothing, OCM does not know whether its add-on is available.
      expect(found.status?.phase).toBe('ExchangedSecret')
      expect(found.status?.conditions).toContainEqual(
        expect.objectContaining({ type: 'SecretsExchanged', status: 'True' }),
      )
      return found
    }
    await settled(current, exchanged)
    await quiet(clusters)
    const { metadata } = await settled(current, exchanged)
    await settled(current, () => motion.expectUndisturbed([takenAway.wideBinding, ...takenAway.formerRights]))
    motion.end()
    expect(metadata.finalizers).toContain(originalSpokeFinalizer(theirs.name))

    for (const spoke of current.spokes) await spoke.startStorage()
    await rotateKeys(current)
    expect(await refusals()).toEqual([])
    await admin.delete(kinds.MirrorPeer, { name: mirrorPeerName })
    await settled(current, async () => {
      expect(await hub.list(refOf(kinds.MirrorPeer))).toEqual([])
      for (const spoke of current.spokes) await expectCleared(current, spoke)
    })
    // An agent that is still there when its cluster is named no more has lost its rights: it cannot even look.
    expect((await refusals()).filter((one) => !one.startsWith('hub: 403 list '))).toEqual([])
  },
  5 * convergesMs,
)

const pairOf = ({ spokes }: FleetWorld): readonly [Spoke, Spoke] => {
  const [first, second] = spokes
  if (first === undefined || second === undefined) throw new Error('there are two spokes')
  return [first, second]
}

/** Throws unless nothing of the exchange is left on the hub and the spoke, but for names and labels that the original leaves. */
const expectCleared = async ({ hub }: FleetWorld, { name, cluster }: Spoke): Promise<void> => {
  expect(await hub.list(refOf(kinds.Secret), name), name).toEqual([])
  expect(await cluster.list(refOf(kinds.VolumeReplicationClass)), name).toEqual([])
  expect(await cluster.list(refOf(kinds.ObjectBucketClaim)), name).toEqual([])
  const { spec } = await read<StorageCluster>(cluster, kinds.StorageCluster, {
    namespace: storageNamespace,
    name: storageClusterName,
  })
  expect(spec?.mirroring?.enabled ?? false, name).toBe(false)
  const config = await read<ConfigMap>(cluster, kinds.ConfigMap, {
    namespace: storageNamespace,
    name: contract.spoke.rookOperatorConfig,
  })
  expect(config.data?.['CSI_ENABLE_OMAP_GENERATOR'] ?? 'false', name).toBe('false')
}
