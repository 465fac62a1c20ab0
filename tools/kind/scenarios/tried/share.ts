import { rememberIdentities } from '../identities.ts'
import { create, firstMirrorPeer, mirrorPeerOf, remove, untilChainHolds } from '../mirror-peer.ts'
import type { Scenario } from '../scenario.ts'

export const shareScenario: Scenario = {
  name: 'share',
  title:
    'a second MirrorPeer wants the same and more, and goes again: what both want is made once, and stays',
  async run(fleet) {
    const first = firstMirrorPeer(fleet)
    const second = mirrorPeerOf(fleet, 'odfmo-scenario-second', { schedulingIntervals: ['1h'] })
    const expectSame = rememberIdentities(fleet)
    await create(fleet, second)
    await untilChainHolds(fleet, [first, second])
    expectSame()
    await remove(fleet, second)
    await untilChainHolds(fleet, [first])
    expectSame()
  },
}
