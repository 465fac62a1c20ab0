import { setImmediate as nextTurn } from 'node:timers/promises'
import { kinds } from '@odfmo/api-types'
import { startCluster, type InMemoryCluster } from '@odfmo/testkit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { clientOf } from './test/client-of.ts'
import { writesOf } from './test/journal.ts'
import { hubUser, startHub, type HubProcess } from './test/hub-process.ts'
import { asCreated, delivered, scene, settled, type Scene } from './test/scene.ts'
import { tickingClock, type TickingClock } from './test/ticking-clock.ts'

// In memory: minutes pass in seconds, and a server elsewhere cannot answer renewals at that pace.
let stage: Scene<InMemoryCluster>
let hub: HubProcess | undefined
let clock: TickingClock | undefined

beforeEach(async () => {
  stage = await scene({ start: startCluster })
})
afterEach(async () => {
  await hub?.stop()
  clock?.stop()
  await stage.end()
  hub = undefined
})

it('writes nothing but its lease in the five minutes after everything has converged', async () => {
  const time = tickingClock()
  clock = time
  hub = await startHub(stage.cluster, { clock: time, leaderElect: true })
  await stage.cluster.apply(asCreated(), ...delivered)
  await stage.converged()
  await stage.agentsJoin()
  await settled(hub)
  const before = (await writesOf(stage.cluster, hubUser)).length
  const leases = (): number =>
    stage.cluster.requests.writes({ user: hubUser }).filter(({ resource }) => resource.startsWith('leases.'))
      .length
  const leasesBefore = leases()

  // In small steps, with a request of our own every second: renewals that fall due on the way are answered by then.
  const admin = await clientOf(stage.cluster)
  const stepMs = 100
  for (let passed = 0; passed < 5 * 60_000; passed += stepMs) {
    time.advance(stepMs)
    for (let turn = 0; turn < 20; turn += 1) await nextTurn()
    if (passed % 1_000 === 0) await admin.get(kinds.Namespace, { name: 'default' })
  }
  await admin.close()

  expect((await writesOf(stage.cluster, hubUser)).slice(before)).toEqual([])
  // The clock did move: the lease was renewed all the while.
  expect(leases() - leasesBefore).toBeGreaterThan(100)
}, 600_000)
