import { kinds, type MirrorPeer } from '@odfmo/api-types'
import { bucketName } from '@odfmo/secret-naming'
import { afterEach, expect, it } from 'vitest'
import { mirrorPeer, quiet } from '../acceptance-world.ts'
import {
  convergesMs,
  expectAgent,
  read,
  refOf,
  rotateKeys,
  settled,
  spokeFinalizersOf,
  storageNamespace,
  untilExchanged,
} from './exchange.ts'
import { startFleetWorld, type FleetWorld } from './fleet-world.ts'
import type { HubProcess } from './hub-process.ts'
import { watchMotion, type Motion } from './in-motion.ts'
import { leftSince, quietFleet } from './quiet-fleet.ts'
import type { Release } from './release.ts'
import { passOn } from './turns.ts'

let world: FleetWorld | undefined
afterEach(async () => {
  await world?.stop()
  world = undefined
}, 240_000)

/** All that is written when both versions derive the same: the works, which name the agent's image and what it may do. */
const works = ['cluster1', 'cluster2'].map(
  (cluster) =>
    `hub: patch manifestworks.work.open-cluster-management.io ${cluster}/addon-tokenexchange-deploy-0`,
)

/** Another version takes the place of the hub controller, and brings its agents. */
const roll = async (current: FleetWorld, from: HubProcess, to: Release): Promise<HubProcess> => {
  const next = await current.startHub(to)
  await passOn(current, 'everybody', async () => expect(await from.stop()).toBe(0))
  return next
}

const undisturbed = async (motion: Motion): Promise<void> => {
  await motion.untilWritten(works)
  await motion.expectUndisturbed()
  motion.end()
}

it(
  'up from the version before and down again: nothing is made anew, nobody registers again, mirroring stays on, keys go on',
  async () => {
    const current = await startFleetWorld()
    world = current
    const { admin, releases } = current
    const first = await current.startHub(releases.previous)
    await admin.create(kinds.MirrorPeer, mirrorPeer('mp', { manageS3: true }))
    await untilExchanged(current, releases.previous.agentImage)

    const up = await watchMotion(current)
    const second = await roll(current, first, releases.this)
    await untilExchanged(current, releases.this.agentImage)
    await undisturbed(up)
    await rotateKeys(current)
    await untilExchanged(current, releases.this.agentImage)

    const down = await watchMotion(current)
    await roll(current, second, releases.previous)
    await untilExchanged(current, releases.previous.agentImage)
    await undisturbed(down)
    await rotateKeys(current)
  },
  8 * convergesMs,
)

it.each([
  ['up', 'previous', 'this'],
  ['down', 'this', 'previous'],
] as const)(
  'hub and agents are replaced (%s) while a MirrorPeer is being deleted: they go on where the others were, and nothing is left',
  async (_way, from, to) => {
    const current = await startFleetWorld()
    world = current
    const { admin, hub, releases, spokes, clusters } = current
    const first = await current.startHub(releases[from])
    const before = await quietFleet(current)
    await admin.create(kinds.MirrorPeer, mirrorPeer('mp', { manageS3: true }))
    await untilExchanged(current, releases[from].agentImage)

    const held = await holdBuckets(current)
    await admin.delete(kinds.MirrorPeer, { name: 'mp' })
    await settled(current, async () => {
      const { status } = await read(hub, kinds.MirrorPeer, { name: 'mp' })
      expect(status?.phase).toBe('Deleting')
      expect(await bucketsBeingDeleted(current)).toHaveLength(spokes.length)
    })
    await roll(current, first, releases[to])
    await settled(current, async () => {
      for (const spoke of spokes) await expectAgent(spoke, releases[to].agentImage)
    })
    await quiet(clusters)
    const waiting = await read<MirrorPeer>(hub, kinds.MirrorPeer, { name: 'mp' })
    expect(spokeFinalizersOf(waiting)).toHaveLength(spokes.length)
    await held.release()
    const installed = [...releases.this.objects, ...releases.previous.objects].map(
      ({ metadata }) => metadata.name ?? '',
    )
    await settled(current, async () =>
      expect(
        (await leftSince(before, current)).filter((one) => !isOf(one, [...installed, 'tokenexchange'])),
      ).toEqual([]),
    )
    expect(await hub.list(refOf(kinds.ManagedClusterAddOn))).toEqual([])
  },
  6 * convergesMs,
)

/** Whether a difference (`cluster 0: RESOURCE NAME PATH`) is in an object of one of these names. */
const isOf = (difference: string, names: readonly string[]): boolean =>
  names.includes(difference.split(' ')[3]?.split('/').at(-1) ?? '')

const bucket = { namespace: storageNamespace, name: bucketName(['cluster1', 'cluster2']) }
const hold = 'example.com/held-by-a-test'

const setFinalizers = async (
  { spokes }: FleetWorld,
  change: (now: readonly string[]) => readonly string[],
): Promise<void> => {
  for (const { cluster } of spokes) {
    const claim = await read(cluster, kinds.ObjectBucketClaim, bucket)
    const { finalizers = [] } = claim.metadata
    await cluster.apply({
      ...refOf(kinds.ObjectBucketClaim),
      metadata: { ...bucket, finalizers: [...change(finalizers)] },
    })
  }
}

/** Keeps the bucket claims from going, so that the agents are not done. */
const holdBuckets = async (current: FleetWorld): Promise<{ readonly release: () => Promise<void> }> => {
  await setFinalizers(current, (now) => [...now, hold])
  return { release: () => setFinalizers(current, (now) => now.filter((one) => one !== hold)) }
}

const bucketsBeingDeleted = async ({ spokes }: FleetWorld): Promise<readonly string[]> => {
  const claims = await Promise.all(
    spokes.map(({ cluster }) => read(cluster, kinds.ObjectBucketClaim, bucket)),
  )
  return claims.flatMap(({ metadata }) => metadata.deletionTimestamp ?? [])
}
