import { create, firstMirrorPeer, untilChainHolds } from '../mirror-peer.ts'
import type { Scenario } from '../scenario.ts'
import { directions, expectTokenTaken } from '../tokens.ts'

export const createScenario: Scenario = {
  name: 'create',
  title: 'a MirrorPeer comes: agents, tokens, buckets, mirroring and Ramen are as it wants them',
  async run(fleet) {
    const mirrorPeer = firstMirrorPeer(fleet)
    await create(fleet, mirrorPeer)
    await untilChainHolds(fleet, [mirrorPeer])
    await fleet.until(() => {
      for (const direction of directions(fleet)) expectTokenTaken(fleet, direction)
    })
  },
}
