import type { InMemoryCluster } from '@odfmo/testkit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { LeadershipLostError } from '../../src/manager/leader-elector.ts'
import { tickingClock, type TickingClock } from '../ticking-clock.ts'
import { Lease, lockKey, startLeaderCluster, startWriter, timings } from './leader-scene.ts'

let cluster: InMemoryCluster
let clock: TickingClock

beforeEach(async () => {
  clock = tickingClock()
  cluster = await startLeaderCluster()
})
afterEach(async () => {
  await cluster.stop()
  clock.stop()
})

const renewals = { resource: 'leases.coordination.k8s.io', verb: 'update', user: 'first' }

it('a lost lease: renewals fail while all else goes well, and no write begins after the own deadline', async () => {
  const first = await startWriter(cluster, 'first', clock)
  const second = await startWriter(cluster, 'second', clock)
  await Promise.race([first.more(3), second.more(3)])
  // Whoever is first, the other takes over.
  const [leader, other] = first.begun.length > 0 ? [first, second] : [second, first]
  const user = leader === first ? 'first' : 'second'
  cluster.faults.add({ match: { ...renewals, user }, fault: { kind: 'status', code: 500 } })
  await other.more(3)
  const [lastOfLeader = 0, firstOfOther = 0] = [leader.begun.at(-1), other.begun[0]]
  // Writes went on after the first renewal that failed, and not a moment longer than they may.
  expect(lastOfLeader - leader.renewedAt()).toBeGreaterThan(timings.retryPeriodMs)
  expect(lastOfLeader - leader.renewedAt()).toBeLessThan(timings.renewDeadlineMs)
  expect(firstOfOther - leader.renewedAt()).toBeGreaterThanOrEqual(timings.leaseDurationMs)
  const error = await leader.run
  expect(error).toBeInstanceOf(LeadershipLostError)
  expect(String(error)).toContain('not renewed for 1.2 s')
  expect(leader.ended()).toBe(true)
  other.stop()
  expect(await other.run).toBeUndefined()
})

it('a lost lease: the server is away for good, and everything stops by itself', async () => {
  const writer = await startWriter(cluster, 'first', clock)
  await writer.more(3)
  cluster.faults.partition()
  expect(await writer.run).toBeInstanceOf(LeadershipLostError)
  expect(writer.ended()).toBe(true)
  expect(writer.manager.canWrite()).toBe(false)
  expect((writer.begun.at(-1) ?? 0) - writer.renewedAt()).toBeLessThan(timings.renewDeadlineMs)
  cluster.faults.partition(false)
})

it('a lost lease: somebody else stands in it, and nothing is written once that is seen', async () => {
  const writer = await startWriter(cluster, 'first', clock)
  await writer.more(3)
  await cluster.apply({
    ...Lease,
    metadata: lockKey,
    spec: { holderIdentity: 'thief', leaseDurationSeconds: 60 },
  })
  expect(String(await writer.run)).toContain('taken by thief')
  expect(writer.ended()).toBe(true)
  expect(writer.manager.canWrite()).toBe(false)
  // What stands in the lock is the other's now: nothing of it is given back.
  expect(cluster.get(Lease, lockKey)).toMatchObject({ spec: { holderIdentity: 'thief' } })
  const answers = cluster.requests.all({ user: 'first' }).map(({ verb, resource }) => `${verb} ${resource}`)
  const afterLook = answers.slice(answers.lastIndexOf('get leases.coordination.k8s.io') + 1)
  expect(afterLook.length).toBeLessThan(answers.length)
  // The one that was in flight may be answered later; all are of one key.
  expect(afterLook.filter((answer) => answer === 'patch configmaps').length).toBeLessThanOrEqual(1)
})
