import { at } from '../../../demo/chain/seen.ts'
import { untilAsBefore } from '../as-before.ts'
import { create, mirrorPeerOf, remove, untilReady } from '../mirror-peer.ts'
import type { Scenario } from '../scenario.ts'
import { externalRef } from '../storage-refs.ts'

export const syncScenario: Scenario = {
  name: 'sync',
  title:
    'a MirrorPeer of type sync for Ceph outside of the clusters: Ramen knows it, and it goes without a trace',
  needs: 'storage',
  async run(fleet) {
    const { spokes, storages, observer } = fleet
    const items = spokes.map(({ name }) => ({ clusterName: name, storageClusterRef: externalRef }))
    const mirrorPeer = mirrorPeerOf(fleet, 'odfmo-scenario-sync', { type: 'sync', items })
    await create(fleet, mirrorPeer)
    await untilReady(fleet, mirrorPeer)
    for (const { name } of spokes) {
      const region = at(observer.seen.get('hub', 'drclusters', name), 'spec', 'region')
      if (region !== storages.get(name)?.fsid(externalRef.name))
        throw new Error(`DRCluster ${name}: its region is not the fsid of its Ceph`)
    }
    await remove(fleet, mirrorPeer)
    await untilAsBefore(fleet)
  },
}
