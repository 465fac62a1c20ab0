import { inspect } from 'node:util'
import type { Difference } from '@odfmo/testkit'
import { managedCluster } from '../src/test/builders.ts'
import { actions } from './actions/actions.ts'
import { ramenRewrites } from './actors/ramen.ts'
import { heal } from './heal.ts'
import type { HubRun } from './hub.ts'
import type { Mutation } from './hub.ts'
import { differencesFromScratch } from './oracle/differences.ts'
import { Invariants } from './oracle/invariants.ts'
import { writesWhenQuiet } from './oracle/quiet.ts'
import { Random, randomOfStep } from './random.ts'
import { newTruth } from './truth.ts'
import { World } from './world.ts'
import { keyText, kinds } from '@odfmo/api-types'

export interface SeedOptions {
  readonly seed: number
  readonly steps: number
  /** How many clusters; drawn from the seed (2 to 6) when absent. */
  readonly clusters?: number | undefined
  /** Only these of the steps, by number from 1. */
  readonly only?: ReadonlySet<number> | undefined
  readonly mutation?: Mutation | undefined
  /** Told of each step as it is done. */
  readonly onStep?: ((text: string) => void) | undefined
}

export interface SeedResult {
  readonly seed: number
  /** What was done, numbered. */
  readonly done: readonly { readonly number: number; readonly text: string }[]
  /** What is wrong; empty: nothing. */
  readonly wrong: readonly string[]
}

/** One history from its seed, and what the oracle says of it. */
export const runSeed = async (options: SeedOptions): Promise<SeedResult> => {
  const { seed, steps, only, mutation, onStep } = options
  const random = new Random(seed)
  const clusters = options.clusters ?? 2 + random.below(random.chance(0.5) ? 2 : 5)
  const truth = newTruth(random, clusters)
  const hasRamen = random.chance(0.85)
  const world = await World.open({ truth, mutation, hasRamen })
  const done: { number: number; text: string }[] = []
  const wrong: string[] = []
  try {
    const invariants = new Invariants(world)
    await begin(world, random)
    for (let number = 1; number <= steps && wrong.length === 0; number += 1) {
      if (only?.has(number) === false) continue
      const own = randomOfStep(seed, number)
      const text = await own.weighted(actions)?.run(world, own)
      await world.answers()
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

const begin = async (world: World, random: Random): Promise<void> => {
  const { hands, truth } = world
  for (const { name } of truth.spokes) await hands.create(kinds.ManagedCluster, managedCluster(name))
  await ramenRewrites(hands, truth)
  await world.round()
  world.elects = random.chance(0.25)
  await world.startHub()
  if (world.elects) await world.startHub()
}

const judge = async (world: World, invariants: Invariants, random: Random): Promise<readonly string[]> => {
  await heal(world, random)
  const broken = [...invariants.broken(), ...invariants.brokenAtRest()]
  if (broken.length > 0) return [...broken, ...world.hubs.flatMap(hubText)]
  const writes = await writesWhenQuiet(world)
  if (writes.length > 0) return writes
  return (await differencesFromScratch(world)).map((difference) => differenceText(world, difference))
}

/** What each hub is at, for whoever looks for the reason. */
const hubText = ({ name, manager, engine, ...run }: HubRun): readonly string[] => [
  `${name}: ${manager.canWrite() ? 'works' : 'waits for its turn'}; ${[run.failure() ?? '', ...run.unrest()].map(String).join('; ')}`,
  ...engine
    .explain()
    .filter(({ state }) => !['present', 'absent', 'left'].includes(state.is))
    .map(({ derived, key, state }) => `${name} says of ${derived} ${keyText(key)}: ${shown(state)}`),
]

const shown = (value: unknown): string => inspect(value, { depth: 9, breakLength: 200 })

const differenceText = (world: World, { object, path, left, right }: Difference): string =>
  `${object} ${path}: is ${shown(left)}, from scratch ${shown(right)}${whatHubsSay(world, object)}`

/** The states of the keys of an object's name, for whoever looks for the reason. */
const whatHubsSay = ({ hubs }: World, object: string): string =>
  hubs
    .flatMap(({ name: hub, engine }) =>
      engine
        .explain()
        .flatMap(({ derived, key: { namespace, name }, state }) =>
          object.endsWith(namespace === undefined ? ` ${name}` : ` ${namespace}/${name}`)
            ? [`; ${hub} says of ${derived}: ${shown(state)}`]
            : [],
        ),
    )
    .join('')
