import { contract, kinds } from '@odfmo/api-types'
import { eventually, journalOf } from '@odfmo/testkit'
import { expect, it } from 'vitest'
import { podNamespace } from './test/builders.ts'
import { find, get, list } from './test/hub-cluster.ts'
import { hubUser, startHub } from './test/hub-process.ts'
import { asCreated, delivered, quiet, scene } from './test/scene.ts'
import { tickingClock } from './test/ticking-clock.ts'

const lease = { namespace: podNamespace, name: contract.hubLease }

it('of two replicas one works; when it stops the other takes over at once', async () => {
  const stage = await scene()
  const { cluster } = stage
  const holder = async (): Promise<unknown> =>
    ((await find(cluster, kinds.Lease, lease)) as { spec?: { holderIdentity?: string } } | undefined)?.spec
      ?.holderIdentity
  const clock = tickingClock()
  const first = await startHub(cluster, { leaderElect: true, identity: 'first', clock })
  await eventually(cluster, async () => expect(await holder()).toBe('first'))
  const second = await startHub(cluster, { leaderElect: true, identity: 'second', clock })
  await cluster.apply(asCreated(), ...delivered)
  await stage.converged()
  await quiet()
  // A second writer would be told that all is there already.
  const refused = (await journalOf(cluster))
    .all({ user: hubUser, status: 409 })
    .filter(({ verb }) => verb === 'create')
  expect(refused).toEqual([])
  await expect.poll(() => second.engine.pending).toBe(0)
  expect((await get(cluster, kinds.Lease, lease)).metadata.name).toBe(contract.hubLease)
  await first.stop()
  await stage.remove(kinds.MirrorPeer, { name: 'mirrorpeer-sample' })
  await eventually(cluster, async () => expect(await list(cluster, kinds.MirrorPeer)).toEqual([]), {
    timeoutMs: 120_000,
  })
  expect(await holder()).toBe('second')
  await second.stop()
  clock.stop()
  await stage.end()
})
