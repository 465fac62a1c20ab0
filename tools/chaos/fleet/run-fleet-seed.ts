import { keyText } from '@odfmo/api-types'
import { inspect } from 'node:util'
import { Random, randomOfStep } from '../../../packages/hub-controller/chaos/random.ts'
import type { SeedOptions, SeedResult } from '../../../packages/hub-controller/chaos/run-seed.ts'
import type { AgentMutation } from './agent-run.ts'
import { fleetActions } from './actions/actions.ts'
import { heal } from './heal.ts'
import { fleetDifferences } from './oracle/differences.ts'
import { FleetInvariants } from './oracle/invariants.ts'
import { newFleetTruth } from './truth.ts'
import { FleetWorld } from './world.ts'

/** Over the safety resync of anything, and the longest back-off. */
const quietMs = 15 * 60_000

export interface FleetSeedOptions extends Omit<SeedOptions, 'mutation'> {
  readonly agentMutation?: AgentMutation
}

/** One history of a hub and its agents from its seed, and what the oracle says of it. */
export const runFleetSeed = async (options: FleetSeedOptions): Promise<SeedResult> => {
  const { seed, steps, only, onStep } = options
  const random = new Random(seed)
  const clusters = options.clusters ?? 2 + random.below(2)
  const world = await FleetWorld.open(newFleetTruth(random, clusters))
  world.mutation = options.agentMutation
  const done: { number: number; text: string }[] = []
  const wrong: string[] = []
  try {
    const invariants = new FleetInvariants(world)
    await world.begin()
    for (let number = 1; number <= steps && wrong.length === 0; number += 1) {
      if (only?.has(number) === false) continue
      const own = randomOfStep(seed, number)
      const text = await own.weighted(fleetActions)?.run(world, own)
      await world.time.answers()
      if (text !== undefined) {
        done.push({ number, text })
        onStep?.(`${number}. ${text}`)
      }
      wrong.push(...invariants.broken())
    }
    if (wrong.length === 0) wrong.push(...(await judge(world, invariants, random)))
  } catch (error) {
    wrong.push(error instanceof Error ? (error.stack ?? error.message) : inspect(error))
  } finally {
    await world.close()
  }
  return { seed, done, wrong }
}

const judge = async (
  world: FleetWorld,
  invariants: FleetInvariants,
  random: Random,
): Promise<readonly string[]> => {
  await heal(world, random)
  const broken = [...invariants.broken(), ...invariants.brokenAtRest()]
  if (broken.length > 0) return [...broken, ...whatAllSay(world)]
  const before = world.writes()
  await world.time.pass(quietMs)
  const late = world.written.slice(before)
  if (late.length > 0)
    return late.map((text) => `${text} in ${quietMs / 60_000} minutes in which nothing happened`)
  const differences = await fleetDifferences(world)
  return differences.length === 0
    ? []
    : [
        ...differences.map(
          ({ cluster, object, path, left, right }) =>
            `${cluster}: ${object} ${path}: is ${shown(left)}, from scratch ${shown(right)}`,
        ),
        ...whatAllSay(world),
      ]
}

const shown = (value: unknown): string => inspect(value, { depth: 9, breakLength: 200 })

/** What each process is at, for whoever looks for the reason. */
const whatAllSay = (world: FleetWorld): readonly string[] =>
  world.processes().flatMap(({ name, manager, engine, ...run }) => [
    `${name}: ${manager.canWrite() ? 'works' : 'waits for its turn'}; ${[run.failure() ?? '', ...run.unrest()].map(String).join('; ')}`,
    ...engine
      .explain()
      .filter(({ state }) => !['present', 'absent', 'left'].includes(state.is))
      .map(({ derived, key, state }) => `${name} says of ${derived} ${keyText(key)}: ${shown(state)}`),
  ])
