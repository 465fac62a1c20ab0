import { kinds, type MirrorPeer } from '@odfmo/api-types'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  convergesMs,
  expectAgent,
  expectTokensExchanged,
  read,
  rotateKeys,
  settled,
  untilExchanged,
} from './exchange.ts'
import type { FleetWorld } from './fleet-world.ts'
import type { HubProcess } from './hub-process.ts'
import { refusalsSince, watchMotion } from './in-motion.ts'
import { playOriginalHub, type OriginalHub } from './original/hub.ts'
import { clusterNames, layOutOriginal, mirrorPeerName, takenAway, untilAtWork } from './original/lay-out.ts'
import { startOriginalWorld } from './original/start-original-world.ts'
import { originalImage } from './original/manifests.ts'
import { thisRelease } from './release.ts'
import { passOn } from './turns.ts'

const addOns = 'managedclusteraddons.addon.open-cluster-management.io'
const rbac = 'rbac.authorization.k8s.io'
const rights = 'open-cluster-management:token-exchange:agent'

/** What a take-over always writes: status, rights, add-ons and works. */
const everyTakeOver = [
  `hub: patch clusterrolebindings.${rbac} ${rights}`,
  `hub: patch clusterroles.${rbac} ${rights}`,
  'hub: patch mirrorpeers.multicluster.odf.openshift.io/status mirrorpeer-sample',
  `hub: delete clusterrolebindings.${rbac} spoke-clusterrole-bindings`,
  ...clusterNames.flatMap((cluster) => [
    `hub: patch manifestworks.work.open-cluster-management.io ${cluster}/addon-tokenexchange-deploy`,
    `hub: patch roles.${rbac} ${cluster}/${rights}`,
  ]),
]

/** What the first one writes besides: OCM's kind of the add-on, its conditions, and who delivered the secrets. */
const firstTakeOver = [
  'hub: create clustermanagementaddons.addon.open-cluster-management.io ',
  ...clusterNames.map((cluster) => `hub: patch ${addOns}/status ${cluster}/tokenexchange`),
  'hub: patch secrets cluster1/271080886d225db56027eda82b520e9b2c019e1',
  'hub: patch secrets cluster1/a6bd33b0ff333553dce289cbbbb56976a789b8f',
  'hub: patch secrets cluster2/4446d6504fadb8362e6814327c7a1172b9735c0',
  'hub: patch secrets cluster2/825ed4d67a69abcf4162519266f4579ea10019d',
  `hub: delete rolebindings.${rbac} cluster3/${rights}`,
  `hub: delete roles.${rbac} cluster3/${rights}`,
]

/** The owner reference of the add-ons: OCM's own manager writes it too, and may be faster. */
const isOwner = (write: string): boolean => write.startsWith(`hub: patch ${addOns} `)

describe('a fleet that the original has worked on', () => {
  let world: FleetWorld
  let original: OriginalHub
  let ours: HubProcess
  let registered: readonly string[]

  beforeAll(async () => {
    world = await startOriginalWorld()
    original = await layOutOriginal(world)
    registered = await registrations()
  }, 2 * convergesMs)
  afterAll(async () => {
    await original?.stop()
    await world?.stop()
  }, 240_000)

  // Each goes on where the one before it ended.
  let hasFailed = false
  beforeEach(({ skip, onTestFailed }) => {
    skip(hasFailed, 'what comes before it has failed')
    onTestFailed(() => {
      hasFailed = true
    })
  })

  const registrations = async (): Promise<readonly string[]> =>
    Promise.all(
      clusterNames.map(async (namespace) => {
        const addOn = await read(world.hub, kinds.ManagedClusterAddOn, { namespace, name: 'tokenexchange' })
        expect(addOn.status?.registrations).toHaveLength(1)
        return JSON.stringify(addOn.status?.registrations)
      }),
    )
  const untilOurs = (): Promise<MirrorPeer> => untilExchanged(world, thisRelease.agentImage, mirrorPeerName)

  it(
    'is taken over: nothing goes but rights, nothing is made anew, nobody registers again, mirroring stays on',
    async () => {
      const motion = await watchMotion(world)
      await original.stop()
      ours = await world.startHub(thisRelease)
      await untilOurs()
      await motion.untilWritten([...everyTakeOver, ...firstTakeOver], isOwner)
      await motion.expectUndisturbed([takenAway.wideBinding, ...takenAway.formerRights])
      motion.end()
      expect(await registrations()).toEqual(registered)
    },
    2 * convergesMs,
  )

  it(
    'is left alone by new processes, and its keys go on being exchanged',
    async () => {
      const motion = await watchMotion(world)
      const next = await world.startHub(thisRelease)
      await passOn(world, 'everybody', async () => {
        expect(await ours.stop()).toBe(0)
        for (const { kubelet } of world.spokes) kubelet.restart('token-exchange-agent')
      })
      ours = next
      await untilOurs()
      await motion.untilWritten([])
      await motion.expectUndisturbed()
      motion.end()

      for (const spoke of world.spokes) await spoke.startStorage()
      await rotateKeys(world)
      await untilOurs()
    },
    3 * convergesMs,
  )

  it(
    'goes back to the original: its agent gets its lock, nothing is refused to it, and it exchanges keys',
    async () => {
      const refusals = await refusalsSince(world, 'odfmo-original-agent/')
      const motion = await watchMotion(world)
      expect(await ours.stop()).toBe(0)
      original = playOriginalHub(world.admin)
      await settled(world, async () => {
        for (const spoke of world.spokes) await expectAgent(spoke, originalImage)
      })
      for (const spoke of world.spokes) await untilAtWork(world, spoke)
      await motion.expectUndisturbed()
      motion.end()
      expect(await registrations()).toEqual(registered)
      await rotateKeys(world)
      expect(await refusals()).toEqual([])
    },
    3 * convergesMs,
  )

  it(
    'is taken over once more, with the keys of then',
    async () => {
      const motion = await watchMotion(world)
      await original.stop()
      ours = await world.startHub(thisRelease)
      await untilOurs()
      await motion.untilWritten(everyTakeOver, isOwner)
      await motion.expectUndisturbed([takenAway.wideBinding])
      motion.end()
      await expectTokensExchanged(world)
      await rotateKeys(world)
    },
    3 * convergesMs,
  )
})
