import { kinds } from '@odfmo/api-types'
import { afterEach, describe, expect, it } from 'vitest'
import { mirrorPeer } from '../acceptance-world.ts'
import { keptForAgents } from '../kept-for-agents.ts'
import { convergesMs, expectTokensExchanged, rotateKeys, settled, untilExchanged } from './exchange.ts'
import { startFleetWorld, type FleetWorld } from './fleet-world.ts'
import { leftSince, quietFleet } from './quiet-fleet.ts'

let world: FleetWorld | undefined
afterEach(async () => {
  await world?.stop()
  world = undefined
}, 240_000)

describe('hub and agents of two versions', () => {
  it.each([
    ['a hub of this version, agents of the one before', 'this', 'previous'],
    ['a hub of the version before, agents of this one', 'previous', 'this'],
  ] as const)(
    '%s: created, exchanged, rotated, deleted, and nothing is left',
    async (_title, hubOf, agentsOf) => {
      const current = await startFleetWorld()
      world = current
      const { admin, releases } = current
      const { agentImage } = releases[agentsOf]
      await current.startHub(releases[hubOf], agentImage)
      const before = await quietFleet(current)

      await admin.create(kinds.MirrorPeer, mirrorPeer('mp', { manageS3: true }))
      const { status } = await untilExchanged(current, agentImage)
      expect(status?.phase).toBe('ExchangedSecret')
      await expectTokensExchanged(current)
      await rotateKeys(current)
      expect(await keptForAgents(current.spokes.map(({ cluster }) => cluster))).toHaveLength(10)

      await admin.delete(kinds.MirrorPeer, { name: 'mp' })
      await settled(current, async () => expect(await leftSince(before, current)).toEqual([]))
    },
    6 * convergesMs,
  )
})
