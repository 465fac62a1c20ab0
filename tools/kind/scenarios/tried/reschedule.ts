import { kinds } from '@odfmo/api-types'
import { volumeReplicationClassName } from '@odfmo/secret-naming'
import type { Fleet } from '../fleet.ts'
import { firstMirrorPeer, mirrorPeerOf, untilChainHolds } from '../mirror-peer.ts'
import type { Scenario } from '../scenario.ts'

/** Every replication class of all spokes but those of the interval is gone. */
const expectOnly = ({ spokes, observer: { seen } }: Fleet, interval: string): void => {
  const wanted = volumeReplicationClassName(interval)
  for (const { name } of spokes) {
    const names = seen.list(name, 'volumereplicationclasses').map(({ metadata }) => metadata.name)
    if (names.join() !== wanted) throw new Error(`${name} has the replication classes ${names.join(', ')}`)
  }
}

export const rescheduleScenario: Scenario = {
  name: 'reschedule',
  title: 'the interval is changed and changed back: the replication classes follow',
  async run(fleet) {
    const first = firstMirrorPeer(fleet)
    const { name = '' } = first.metadata
    for (const interval of ['1h', ...first.spec.schedulingIntervals]) {
      const spec = { schedulingIntervals: [interval] }
      await fleet.observer
        .client('hub')
        .patch(kinds.MirrorPeer, { name }, 'merge', { spec }, { signal: fleet.signal })
      await untilChainHolds(fleet, [mirrorPeerOf(fleet, name, spec)])
      await fleet.until(() => expectOnly(fleet, interval))
    }
  },
}
