import { setImmediate as nextTurn } from 'node:timers/promises'
import { kinds } from '@odfmo/api-types'
import { ManualClock } from '@odfmo/controller-kit'
import { startCluster } from '@odfmo/testkit'
import { afterEach, expect, it } from 'vitest'
import { writesOf } from './agent-writes.ts'
import { expectExchanged } from './expect-exchanged.ts'
import { mirrorPeer, settled, startFleet, type Fleet } from './fleet.ts'
import { clientOf } from './running-agent.ts'

let fleet: Fleet | undefined
let stopTime: (() => void) | undefined

afterEach(async () => {
  await fleet?.stop()
  stopTime?.()
  fleet = undefined
})

/** A clock that goes with the real one, and can be moved ahead. */
const livingClock = (): ManualClock => {
  const clock = new ManualClock(Date.now())
  const tickMs = 5
  const timer = setInterval(() => clock.advance(tickMs), tickMs)
  stopTime = () => clearInterval(timer)
  return clock
}

/**
 * Time flies in small steps, with a question of our own every five seconds: requests that fall due on the way are answered by
 * then, well before their deadlines.
 */
const pass = async (clock: ManualClock, ms: number, ask: () => Promise<unknown>): Promise<void> => {
  const stepMs = 100
  for (let passed = 0; passed < ms; passed += stepMs) {
    clock.advance(stepMs)
    for (let turn = 0; turn < 40; turn += 1) await nextTurn()
    if (passed % 5_000 === 0) await ask()
  }
}

it('writes nothing but its locks and signs of life in the five minutes after everything has converged', async () => {
  const clock = livingClock()
  // In memory: minutes pass in seconds, and a server elsewhere cannot answer renewals at that pace.
  const started = await startFleet({ start: startCluster })
  fleet = started
  const names = Object.keys(fleet.spokes)
  for (const name of names) await fleet.startAgent(name, { clock })
  await fleet.hub.apply(mirrorPeer())
  await settled(started, () => expectExchanged(started))
  const client = await clientOf((await started.kubeconfigs('cluster1')).hub, 'hub', 'test')
  const ask = () => client.list(kinds.MirrorPeer)
  await pass(clock, 1_000, ask)
  const writes = () => Promise.all(names.map((name) => writesOf(started, name)))
  const before = await writes()
  const leases = (): number =>
    started.clusters
      .flatMap(({ requests }) => requests.writes())
      .filter(({ resource }) => resource.startsWith('leases.')).length
  const leasesBefore = leases()

  await pass(clock, 5 * 60_000, ask)
  await client.close()

  expect((await writes()).map((each, n) => each.slice(before[n]?.length))).toEqual(names.map(() => []))
  // The clock did move: locks were renewed, and so was the sign of life.
  expect(leases() - leasesBefore).toBeGreaterThan(100)
}, 600_000)
