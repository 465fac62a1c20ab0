import { kinds } from '@odfmo/api-types'
import { afterEach, expect, it } from 'vitest'
import { mirrorPeer } from '../acceptance-world.ts'
import { convergesMs, rotateKeys, untilExchanged } from './exchange.ts'
import { startFleetWorld, type FleetWorld } from './fleet-world.ts'
import { watchMotion } from './in-motion.ts'
import { agentProgram, thisRelease } from './release.ts'
import { passOn } from './turns.ts'

let world: FleetWorld | undefined
afterEach(async () => {
  await world?.stop()
  world = undefined
}, 240_000)

const rebuilt = 'example.com/odfmo/token-exchange-agent:rebuilt'

it(
  'an upgrade to a version that derives the same writes the image into the works, and nothing else; new processes write nothing',
  async () => {
    const current = await startFleetWorld({ images: { [rebuilt]: agentProgram(thisRelease) } })
    world = current
    const first = await current.startHub(thisRelease)
    await current.admin.create(kinds.MirrorPeer, mirrorPeer('mp', { manageS3: true }))
    await untilExchanged(current, thisRelease.agentImage)

    const upgrade = await watchMotion(current)
    const second = await current.startHub(thisRelease, rebuilt)
    await passOn(current, 'everybody', async () => expect(await first.stop()).toBe(0))
    await untilExchanged(current, rebuilt)
    await upgrade.untilWritten([
      'hub: patch manifestworks.work.open-cluster-management.io cluster1/addon-tokenexchange-deploy-0',
      'hub: patch manifestworks.work.open-cluster-management.io cluster2/addon-tokenexchange-deploy-0',
    ])
    await upgrade.expectUndisturbed()
    upgrade.end()

    await rotateKeys(current)
    await untilExchanged(current, rebuilt)
    const restart = await watchMotion(current)
    await current.startHub(thisRelease, rebuilt)
    await passOn(current, 'everybody', async () => {
      expect(await second.stop()).toBe(0)
      for (const { kubelet } of current.spokes) kubelet.restart('token-exchange-agent')
    })
    await untilExchanged(current, rebuilt)
    await restart.untilWritten([])
    await restart.expectUndisturbed()
    restart.end()
  },
  6 * convergesMs,
)
