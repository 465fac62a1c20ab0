import type { FleetAction } from '../step.ts'

const work: FleetAction = {
  name: 'everybody works',
  weight: 16,
  async run(world) {
    return (await world.round()) ? 'OCM, klusterlets, kubelets and storage do what there is to do' : undefined
  },
}

const pass: FleetAction = {
  name: 'time',
  weight: 12,
  async run({ time }, random) {
    const ms = random.oneOf(50, 300, 1_000, 5_000, 20_000, 61_000)
    await time.pass(ms)
    return `${ms} ms go by`
  },
}

const jump: FleetAction = {
  name: 'clock jump',
  weight: 1,
  run({ time }, random) {
    const seconds = random.oneOf(-3_600, -30, 45, 3_600, 90_000)
    return Promise.resolve(`the clocks jump ${time.jump(seconds * 1000) / 1000} s`)
  },
}

const restartHub: FleetAction = {
  name: 'restart hub',
  weight: 2,
  async run(world, random) {
    const run = random.pick(world.hubs)
    if (run === undefined) return undefined
    const how = random.oneOf('stop', 'crash' as const)
    await world.endHub(run, how)
    await world.startHub()
    return `${run.name}: ${how}, and another starts`
  },
}

const restartAgent: FleetAction = {
  name: 'restart agent',
  weight: 4,
  async run(world, random) {
    const spoke = random.pick(world.spokes)
    const run = random.pick(spoke?.agents ?? [])
    if (spoke === undefined || run === undefined) return undefined
    const how = random.oneOf('stop', 'crash' as const)
    await world.endAgent(spoke, run, how)
    await world.startAgent(spoke, run.place)
    return `${run.name}: ${how}, and another starts`
  },
}

/** As when a node is believed to be gone and is not: one waits for the other's lock. */
const second: FleetAction = {
  name: 'second agent',
  weight: 1.5,
  async run(world, random) {
    const spoke = random.pick(world.spokes)
    const run = random.pick(spoke?.agents ?? [])
    if (spoke === undefined || run === undefined || spoke.agents.length > 1) return undefined
    const { name } = await world.startAgent(spoke, run.place)
    return `${name} starts beside ${run.name}`
  },
}

const node: FleetAction = {
  name: 'node',
  weight: 1.5,
  async run(world, random) {
    const spoke = random.pick(world.spokes)
    if (spoke === undefined) return undefined
    const { truth, agents } = spoke
    truth.isDown = !truth.isDown
    if (truth.isDown) for (const run of [...agents]) await world.endAgent(spoke, run, 'crash')
    return `the node of ${truth.name} is ${truth.isDown ? 'down' : 'up'}`
  },
}

export const processActions: readonly FleetAction[] = [
  work,
  pass,
  jump,
  restartHub,
  restartAgent,
  second,
  node,
]
