import { describe, expect, it } from 'vitest'
import { checkLifetimes, renewalAt } from './lifetimes.ts'
import { ends, meddling, wrongClock } from './test/disturbances.ts'
import { ModelWorld } from './test/model-world.ts'
import { modelLifetimes } from './test/surroundings.ts'

const histories = 100
const { authorityMs, leafMs } = modelLifetimes

type Disturbance = (world: ModelWorld) => void

/** Two to four replicas, and configurations that are there from the start, or come later. */
const begin = (seed: number, isCalm: boolean): ModelWorld => {
  const world = new ModelWorld(seed, { replicas: 2 + (seed % 3), isCalm })
  const install = (name: 'mutating' | 'validating'): void =>
    world.server.force(name, { is: 'ours', bundle: [], hasGarbage: false })
  for (const name of ['mutating', 'validating'] as const) {
    if (isCalm || world.random() < 0.7) install(name)
    else
      world.queue.in(world.upTo(3000), () => {
        world.taint(name)
        install(name)
      })
  }
  for (const replica of world.replicas) world.queue.in(world.upTo(200), () => replica.start())
  return world
}

const disturb = (world: ModelWorld, disturbances: readonly Disturbance[], forMs: number): void => {
  for (const end = world.queue.now + forMs; world.queue.now < end;) {
    world.run(world.upTo(world.random() < 0.3 ? 100 : 4000))
    disturbances[world.upTo(disturbances.length)]?.(world)
  }
}

/** The seed, and what happened around the first violation, or in the end. */
const told = (seed: number, { log }: ModelWorld): string => {
  const violation = log.findIndex((line) => line.includes('VIOLATION'))
  const lines = violation === -1 ? log.slice(-40) : log.slice(Math.max(0, violation - 40), violation + 10)
  return `seed ${seed}\n${lines.join('\n')}`
}

/** Whatever has happened: soon there is one CA everywhere, and then nothing is written until it is renewed. */
const settle = (seed: number, world: ModelWorld): void => {
  // What was begun ends: restarts, restored Secrets.
  world.run(authorityMs)
  for (const replica of world.replicas) replica.start()
  const until = world.queue.now + 2 * authorityMs
  while (world.converged() !== undefined && world.queue.now < until) world.run(100)
  expect(world.converged(), told(seed, world)).toBeUndefined()
  const { view } = world.server.read('secret')
  const [authority] = view.is === 'ours' ? view.authorities : []
  const renewal = renewalAt(authority?.createdAt ?? 0, authority?.notAfter ?? 0)
  const { writes } = world.server
  world.run(Math.max(0, renewal - world.queue.now - 1))
  expect(world.server.writes - writes, told(seed, world)).toBe(0)
}

describe('replicas', () => {
  it('are modelled with lifetimes that fit together', () => {
    expect(() => checkLifetimes(modelLifetimes)).not.toThrow()
  })

  it('renew their CA again and again, and no call of any API server fails, whoever of them ends', () => {
    for (let seed = 1; seed <= histories; seed += 1) {
      const world = begin(seed, true)
      disturb(world, Object.values(ends), 4 * authorityMs)
      settle(seed, world)
      expect(world.violations, told(seed, world)).toEqual([])
    }
  })

  it('serve nothing that was trusted and is no longer, whatever is done to Secret and configurations', () => {
    for (let seed = 1; seed <= histories; seed += 1) {
      const world = begin(seed, false)
      disturb(world, [...Object.values(ends), ...Object.values(meddling)], 3 * authorityMs)
      settle(seed, world)
      expect(world.violations, told(seed, world)).toEqual([])
    }
  })

  it('are not harmed by one of them whose clock is wrong', () => {
    for (let seed = 1; seed <= histories; seed += 1) {
      const world = begin(seed, false)
      world.run(world.upTo(authorityMs))
      wrongClock(world)
      world.run(leafMs)
      settle(seed, world)
      expect(world.violations, told(seed, world)).toEqual([])
    }
  })
})
