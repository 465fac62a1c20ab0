import { contract, kinds, type Lease } from '@odfmo/api-types'
import type { ObjectKey } from '@odfmo/api-types/meta'
import type { Cluster } from '@odfmo/testkit'
import { expect } from 'vitest'
import { hubNamespace } from '../../demo/world/names.ts'
import { refOf, settled, storageNamespace } from './exchange.ts'
import type { FleetWorld } from './fleet-world.ts'

const hubLock: ObjectKey = { namespace: hubNamespace, name: contract.hubLease }
const agentLock: ObjectKey = { namespace: storageNamespace, name: contract.spoke.lock }

const holderOf = async (cluster: Cluster, key: ObjectKey): Promise<string> =>
  ((await cluster.get(refOf(kinds.Lease), key)) as Lease | undefined)?.spec?.holderIdentity ?? ''

/** Who works now: the hub controller, and each spoke's agent. */
const holders = ({ hub, spokes }: FleetWorld, who: 'hub' | 'everybody'): Promise<readonly string[]> =>
  Promise.all([
    holderOf(hub, hubLock),
    ...(who === 'hub' ? [] : spokes.map(({ cluster }) => holderOf(cluster, agentLock))),
  ])

/** Does what shall end those who work now; resolves when others work in their places. */
export const passOn = async (
  world: FleetWorld,
  who: 'hub' | 'everybody',
  end: () => Promise<void>,
): Promise<void> => {
  const before = await holders(world, who)
  expect(
    before.every((holder) => holder !== ''),
    'somebody works',
  ).toBe(true)
  await end()
  await settled(world, async () => {
    for (const [n, holder] of (await holders(world, who)).entries()) {
      expect(holder).not.toBe('')
      expect(holder).not.toBe(before[n])
    }
  })
}
