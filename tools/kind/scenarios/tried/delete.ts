import { untilAsBefore } from '../as-before.ts'
import { firstMirrorPeer, remove } from '../mirror-peer.ts'
import type { Scenario } from '../scenario.ts'

export const deleteScenario: Scenario = {
  name: 'delete',
  title: 'the MirrorPeer goes: every cluster is as it was before it came',
  async run(fleet) {
    await remove(fleet, firstMirrorPeer(fleet))
    await untilAsBefore(fleet)
  },
}
