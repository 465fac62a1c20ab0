import { kinds } from '@odfmo/api-types'
import { firstMirrorPeer, untilChainHolds } from '../mirror-peer.ts'
import type { Scenario } from '../scenario.ts'
import { convergedRef } from '../storage-refs.ts'
import { directions, expectTokenTaken, tokenName } from '../tokens.ts'

export const repairScenario: Scenario = {
  name: 'repair',
  title: 'somebody deletes a token on the hub and on a spoke: both come back',
  async run(fleet) {
    const { observer, signal } = fleet
    const [direction] = directions(fleet)
    if (direction === undefined) throw new Error('there are no two spokes')
    const { from, to } = direction
    const places = [
      { cluster: 'hub', key: { namespace: to, name: tokenName(from) } },
      { cluster: to, key: { namespace: convergedRef.namespace, name: tokenName(from) } },
    ]
    for (const { cluster, key } of places) {
      const { uid } = (await observer.client(cluster).get(kinds.Secret, key, { signal })).metadata
      await observer.client(cluster).delete(kinds.Secret, key, { signal })
      await fleet.until(() => {
        const now = observer.seen.get(cluster, 'secrets', key.name, key.namespace)?.metadata.uid
        if (now === undefined || now === uid)
          throw new Error(`secret ${key.namespace}/${key.name} has not come back on ${cluster}`)
      })
    }
    await fleet.until(() => expectTokenTaken(fleet, direction))
    await untilChainHolds(fleet, [firstMirrorPeer(fleet)])
  },
}
