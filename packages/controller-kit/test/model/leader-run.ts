import { defaultLeaderTimings } from '../../src/manager/leader-step.ts'
import { Candidate, type LockName } from './leader-candidate.ts'
import { LeaderServer } from './leader-server.ts'
import { LeaderWorld, MachineClock } from './leader-world.ts'

/** A Lease alone; a Lease beside the annotation of a ConfigMap; the latter with older services that know only that. */
export type LockVariant = 'lease' | 'two locks' | 'mixed fleet'

export interface LeaderRun {
  readonly takeovers: number
  readonly lost: number
  readonly released: number
  readonly crashes: number
  /** Share of the time of faults in which somebody led. */
  readonly led: number
}

const { leaseDurationMs, retryPeriodMs } = defaultLeaderTimings

/**
 * The assumption of leader election: no clock runs faster than another by as much as the lease is longer than the
 * renew deadline (15 s to 10 s, a half). Here up to 1.44.
 */
const slowestRate = 0.82
const fastestRate = 1.18

const candidates = 5
const faultsMs = 300_000
const watchedCalmMs = 60_000

const locksOf = (variant: LockVariant, index: number): readonly LockName[] => {
  switch (variant) {
    case 'lease':
      return ['leases']
    case 'two locks':
      return ['configmaps', 'leases']
    case 'mixed fleet':
      return index % 2 === 0 ? ['configmaps'] : ['configmaps', 'leases']
  }
}

/** Five candidates, five minutes of faults, then calm. Throws when a promise of leader election is broken. */
export const runLeaders = async (seed: number, variant: LockVariant): Promise<LeaderRun> => {
  const world = new LeaderWorld(seed)
  const server = new LeaderServer(world)
  const clocks = Array.from(
    { length: candidates },
    () =>
      new MachineClock(
        world,
        world.between(slowestRate, fastestRate),
        world.between(0, 1e9),
        Date.UTC(2026, 0, 1) + world.between(-86_400_000, 86_400_000),
      ),
  )
  /** By machine: the process that runs on it now, or ran last. */
  const machines = new Map<number, Candidate>()
  const all = (): readonly Candidate[] => [...machines.values()]
  const count = { lost: 0, released: 0, crashes: 0, takeovers: 0, started: 0 }
  let faulty = true
  let leader: Candidate | undefined
  let ledMs = 0

  const start = (index: number): void => {
    const clock = clocks[index]
    if (clock === undefined) return
    count.started += 1
    const candidate: Candidate = new Candidate(
      `c${index}-${count.started}`,
      clock,
      locksOf(variant, index),
      world,
      server,
      () => {
        if (candidate.end === 'lost') count.lost += 1
        if (candidate.end === 'released') count.released += 1
        again(index)
      },
    )
    machines.set(index, candidate)
  }
  const indexOf = (candidate: Candidate): number => clocks.indexOf(candidate.process.clock)
  const again = (index: number): void => {
    world.after(world.between(100, faulty ? 5000 : 1000), () => start(index))
  }

  const fault = (): void => {
    const index = Math.floor(world.random() * candidates)
    // Leaders are hit as often as all others together.
    const victim = leader !== undefined && world.chance(0.5) ? leader : machines.get(index)
    if (victim === undefined) return
    const { process } = victim
    switch (Math.floor(world.random() * 8)) {
      case 0:
        server.partition(process, world.chance(0.5) ? 'refused' : 'silent')
        world.after(world.between(500, 30_000), () => server.partition(process, undefined))
        break
      case 1:
        process.pause(world.between(100, 40_000))
        break
      case 2:
        process.clock.jump(world.between(-1, 1) * (world.chance(0.5) ? 20_000 : 864_000_000))
        break
      case 3:
        if (process.crashed || victim.end !== undefined || victim.stopping) break
        process.crashed = true
        count.crashes += 1
        again(indexOf(victim))
        break
      case 4:
        if (!process.crashed && victim.end === undefined) victim.release()
        break
      case 5:
        server.network = {
          loss: world.between(0, 0.3),
          slow: world.between(0, 0.3),
          slowMs: world.between(0, 15_000),
          failure: world.between(0, 0.2),
        }
        break
      case 6:
        for (const other of all()) server.partition(other.process, undefined)
        break
      default:
        server.touch()
    }
  }
  const faults = (): void => {
    if (!faulty) return
    fault()
    world.after(world.between(100, 12_000), faults)
  }
  /** Somebody writes into the object all the time, faults or not. */
  const touches = (): void => {
    server.touch()
    world.after(world.between(500, 3000), touches)
  }

  const check = (): void => {
    const writers = all().filter(({ mayWrite }) => mayWrite)
    if (writers.length > 1) throw new Error(`at ${world.now} ms ${writers.length} may write`)
    for (const candidate of all()) candidate.check(world.now)
    const [writer] = writers
    if (writer !== undefined && writer !== leader) count.takeovers += 1
    leader = writer ?? leader
  }
  const until = async (end: number): Promise<void> => {
    for (let before = world.now; world.step(end); before = world.now) {
      // Who leads until the next thing happens may cease to in between, but nobody else can begin to.
      if (all().some(({ mayWrite }) => mayWrite)) ledMs += world.now - before
      await new Promise((resolve) => setImmediate(resolve))
      check()
    }
  }

  for (let index = 0; index < candidates; index++) world.after(world.between(0, 3000), () => start(index))
  world.after(2000, faults)
  // Somebody else's writes make conflicts, so they are not in every run.
  const touched = seed % 3 === 0
  if (touched) touches()
  await until(faultsMs)
  const led = ledMs / faultsMs

  faulty = false
  server.calm()
  for (const { process } of all()) process.resume()
  // Who crashed wrote at the latest now; that is seen a period later at the latest, by the slowest clock, and counts from
  // then. A second lock is looked at when the first is held.
  const onceMs = (leaseDurationMs + retryPeriodMs * 1.3) / slowestRate + 500
  await until(world.now + onceMs * (variant === 'lease' ? 1 : 2))
  const leads = (): Candidate => {
    const [only, ...more] = all().filter(({ mayWrite }) => mayWrite)
    if (only === undefined || more.length > 0) throw new Error('after the calm there is not one that leads')
    return only
  }
  const settled = leads()
  const others = all().filter((candidate) => candidate !== settled)
  for (const { requests } of all()) Object.assign(requests, { get: 0, create: 0, update: 0 })
  await until(world.now + watchedCalmMs)
  if (leads() !== settled) throw new Error('leadership changed without any reason')
  const locks = locksOf(variant, indexOf(settled)).length
  const periods = (watchedCalmMs * settled.process.clock.rate) / retryPeriodMs
  const { get, update, create } = settled.requests
  if (!touched && (Math.abs(update - periods * locks) > locks || get > 0 || create > 0))
    throw new Error(`${update} writes, ${get} reads in ${periods} periods of ${locks} locks`)
  for (const { requests, process } of others) {
    const looks = (watchedCalmMs * process.clock.rate) / retryPeriodMs + 1
    if (requests.get > looks || requests.update + requests.create > 0)
      throw new Error(`one who waits made ${requests.get} reads and ${requests.update} writes`)
  }
  return { ...count, led }
}
