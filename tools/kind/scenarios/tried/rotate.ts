import { firstMirrorPeer, untilReady } from '../mirror-peer.ts'
import type { Scenario } from '../scenario.ts'
import { convergedRef } from '../storage-refs.ts'
import { directions, expectTokenTaken, ownToken } from '../tokens.ts'

export const rotateScenario: Scenario = {
  name: 'rotate',
  title: 'the storage of each spoke gets a new key: the other one has it',
  needs: 'storage',
  async run(fleet) {
    for (const direction of directions(fleet)) {
      const { from } = direction
      const before = ownToken(fleet, from)
      await fleet.storages.get(from)?.rotateKey(convergedRef.name)
      await fleet.until(() => {
        if (ownToken(fleet, from) === before) throw new Error(`${from} still has its old token`)
        expectTokenTaken(fleet, direction)
      })
    }
    await untilReady(fleet, firstMirrorPeer(fleet))
  },
}
