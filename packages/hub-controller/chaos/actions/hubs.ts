import type { Action } from '../step.ts'

const pass: Action = {
  name: 'time',
  weight: 12,
  async run(world, random) {
    const ms = random.oneOf(50, 300, 1_000, 5_000, 20_000, 61_000)
    await world.pass(ms)
    return `${ms} ms go by`
  },
}

const jump: Action = {
  name: 'clock jump',
  weight: 1.5,
  run(world, random) {
    const seconds = random.oneOf(-3_600, -30, -1, 1, 45, 3_600, 90_000)
    return Promise.resolve(`the clocks jump ${world.jump(seconds * 1000) / 1000} s`)
  },
}

const restart: Action = {
  name: 'restart hub',
  weight: 2.5,
  async run(world, random) {
    const run = random.pick(world.hubs)
    if (run === undefined) return undefined
    const how = random.oneOf('stop', 'crash' as const)
    await world.endHub(run, how)
    await world.startHub()
    return `${run.name}: ${how}, and another starts`
  },
}

/** Without election there is one at a time. */
const replicas: Action = {
  name: 'replicas',
  weight: 1.5,
  async run(world, random) {
    if (!world.elects) {
      if (world.hubs.length > 0) {
        const [run] = world.hubs
        if (run === undefined || random.chance(0.5)) return undefined
        await world.endHub(run, random.oneOf('stop', 'crash'))
        return `${run.name} is gone`
      }
      return `${(await world.startHub()).name} starts`
    }
    const run = random.pick(world.hubs)
    if (run !== undefined && world.hubs.length > 1) {
      await world.endHub(run, random.oneOf('stop', 'crash'))
      return `${run.name} is gone`
    }
    return `${(await world.startHub()).name} starts`
  },
}

export const hubActions: readonly Action[] = [pass, jump, restart, replicas]
