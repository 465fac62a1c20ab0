import { contract, kinds, type ConfigMap, type ManifestWork } from '@odfmo/api-types'
import { afterEach, expect, it } from 'vitest'
import { hubNamespace } from '../../demo/world/names.ts'
import { mirrorPeer } from '../acceptance-world.ts'
import { convergesMs, expectAgent, read, refOf, rotateKeys, settled, untilExchanged } from './exchange.ts'
import type { FleetWorld } from './fleet-world.ts'
import { watchMotion } from './in-motion.ts'
import { playOriginalHub, type OriginalHub } from './original/hub.ts'
import { clusterNames, layOutOriginal, mirrorPeerName, untilAtWork } from './original/lay-out.ts'
import { startOriginalWorld } from './original/start-original-world.ts'
import { originalImage } from './original/manifests.ts'
import { leftSince, quietFleet } from './quiet-fleet.ts'
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
  'a fleet that was never the original’s goes to it, and comes back: with two works for a while, and one Deployment all the time',
  async () => {
    const current = await startOriginalWorld()
    world = current
    const { hub, admin, spokes } = current
    const ours = await current.startHub(thisRelease)
    const before = await quietFleet(current)
    await admin.create(kinds.MirrorPeer, mirrorPeer('mp'))
    await untilExchanged(current, thisRelease.agentImage)

    const applied = await appliedWorks(current)
    const there = await watchMotion(current)
    expect(await ours.stop()).toBe(0)
    original = playOriginalHub(admin)
    await settled(current, async () => {
      for (const { name } of spokes) expectApplied(await read(hub, kinds.ManifestWork, workOf(name)))
    })
    // As the documentation says: else each of the two works would set the Deployment back to what it says, now and then.
    for (const { name } of spokes) await admin.delete(kinds.ManifestWork, workOf(name, '-0'))
    await settled(current, async () => {
      expect(await hub.list(refOf(kinds.ManifestWork))).toHaveLength(spokes.length)
      for (const spoke of spokes) await expectAgent(spoke, originalImage)
    })
    for (const spoke of spokes) await untilAtWork(current, spoke)
    const works = spokes.map(
      ({ name }) => `hub: work.open-cluster-management.io/manifestworks ${name}/${workName}-0`,
    )
    await there.expectUndisturbed([...works, ...applied])
    there.end()
    await rotateKeys(current)

    await original.stop()
    await current.startHub(thisRelease)
    await untilExchanged(current, thisRelease.agentImage)
    await rotateKeys(current)
    await admin.delete(kinds.MirrorPeer, { name: 'mp' })
    await settled(current, async () => expect(await leftSince(before, current)).toEqual([]))
  },
  6 * convergesMs,
)

const workName = 'addon-tokenexchange-deploy'
const workOf = (namespace: string, suffix = ''): { readonly namespace: string; readonly name: string } => ({
  namespace,
  name: `${workName}${suffix}`,
})

const expectApplied = ({ metadata, status }: ManifestWork): void =>
  expect(status?.conditions, metadata.namespace).toContainEqual(
    expect.objectContaining({ type: 'Applied', status: 'True', observedGeneration: metadata.generation }),
  )

/** What the work agents keep of the works that they have applied. */
const appliedWorks = async ({ spokes }: FleetWorld): Promise<readonly string[]> => {
  const names = spokes.map(async ({ name, cluster }) =>
    (await cluster.list(refOf(kinds.AppliedManifestWork))).map(
      ({ metadata }) => `${name}: work.open-cluster-management.io/appliedmanifestworks ${metadata.name}`,
    ),
  )
  return (await Promise.all(names)).flat()
}

it(
  'a MirrorPeer whose deletion the original began goes: our hub takes away on the hub what was for it alone',
  async () => {
    const current = await startOriginalWorld()
    world = current
    const { hub, admin, spokes } = current
    original = await layOutOriginal(current)
    await original.stop()
    for (const spoke of spokes) await spoke.startStorage()
    await admin.delete(kinds.MirrorPeer, { name: mirrorPeerName })
    await settled(current, async () => {
      const { metadata } = await read(hub, kinds.MirrorPeer, { name: mirrorPeerName })
      expect(metadata.finalizers, 'its agents have done their part').toEqual([contract.finalizer.hub])
    })
    await current.startHub(thisRelease)
    await settled(current, async () => {
      expect(await hub.list(refOf(kinds.MirrorPeer))).toEqual([])
      for (const name of clusterNames) {
        expect(await hub.list(refOf(kinds.Secret), name)).toEqual([])
        expect(await hub.list(refOf(kinds.ManifestWork), name)).toEqual([])
        expect(await hub.list(refOf(kinds.ManagedClusterAddOn), name)).toEqual([])
        expect(await hub.list(refOf(kinds.Role), name)).not.toContainEqual(
          expect.objectContaining({ metadata: expect.objectContaining({ name: contract.addon.hubRbac }) }),
        )
      }
      const key = { namespace: hubNamespace, name: contract.ramen.configMap }
      const { data } = await read<ConfigMap>(hub, kinds.ConfigMap, key)
      const profiles = [...(data?.['ramen_manager_config.yaml'] ?? '').matchAll(/s3ProfileName: (\S+)/g)]
      expect(profiles.map(([, name]) => name)).toEqual(['s3profile-cluster3-ocs-storagecluster'])
      for (const spoke of spokes)
        expect(await spoke.cluster.list(refOf(kinds.Deployment), 'openshift-storage')).toEqual([])
    })
  },
  4 * convergesMs,
)
