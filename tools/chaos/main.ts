import { InvalidArgumentError, Option } from 'commander'
import { seedsInProcesses } from '../../packages/hub-controller/chaos/in-processes.ts'
import { commandOf, failureText } from '../../packages/hub-controller/chaos/report.ts'
import type { SeedResult } from '../../packages/hub-controller/chaos/run-seed.ts'
import { shrink } from '../../packages/hub-controller/chaos/shrink.ts'
import { cli } from '../command/cli.ts'
import { chaosWorlds, type ChaosWorld } from './chaos-worlds.ts'

interface Options {
  readonly world: ChaosWorld['name']
  readonly seed: number
  readonly seeds: number
  readonly steps: number
  readonly clusters?: number
  readonly only?: ReadonlySet<number>
  readonly shrink: boolean
  readonly jobs: number
  readonly json: boolean
  readonly verbose: boolean
}

const integer =
  (least: number, most = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = Number(text)
    if (!Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(
        `a whole number from ${least}${most < 1e6 ? ` to ${most}` : ''} is expected`,
      )
    return value
  }

const numbers = (text: string): ReadonlySet<number> => new Set(text.split(',').map(integer(1)))

cli(
  'chaos',
  'Random histories of a hub, or of a fleet: users, faults, restarts, clocks; then it must be as from scratch.',
)
  .addOption(
    new Option('--world <which>', 'the hub, with agents that are played; or the hub and its agents')
      .choices(chaosWorlds.map(({ name }) => name))
      .default('hub'),
  )
  .option('--seed <n>', 'which history', integer(0), 1)
  .option('--seeds <count>', 'so many, from that one on', integer(1), 1)
  .option('--steps <n>', 'how many things happen', integer(0), 30)
  .option('--clusters <n>', 'how many clusters; drawn from the seed when left out', integer(2, 6))
  .option('--only <numbers>', 'only these of the steps, by number, with commas', numbers)
  .option('--no-shrink', 'do not look for a shorter history that goes wrong as well')
  .option('--jobs <n>', 'processes that share the seeds', integer(1, 64), 1)
  .option('--json', 'one object on stdout: seeds, steps, seconds, what failed', false)
  .option('--verbose', 'each step as it is done, on stderr', false)
  .action(async (options: Options) => {
    process.exitCode = (await run(options)) ? 0 : 1
  })
  .parse()

async function run(options: Options): Promise<boolean> {
  const { seed: first, seeds, steps, clusters, jobs, json } = options
  const world = chaosWorlds.find(({ name }) => name === options.world) ?? chaosWorlds[0]
  const note = (text: string): void => void process.stderr.write(`${text}\n`)
  const started = performance.now()
  const failed: SeedResult[] = []
  const failures: object[] = []
  let done = 0
  let judged = 0
  const setting = { steps, clusters, world: world.name }
  const take = async (result: SeedResult): Promise<void> => {
    done += result.done.length
    judged += 1
    if (judged % 100 === 0) note(`${judged} of ${seeds} seeds, ${failed.length} went wrong`)
    if (result.wrong.length === 0) return
    failed.push(result)
    note(failureText(result, commandOf(result, setting, options.only === undefined)))
    const shortest = options.shrink
      ? await shrink({ seed: result.seed, steps, clusters }, result, {
          run: world.runSeed,
          onTry: (left) => note(`  tried with ${left} steps`),
        })
      : result
    const command = commandOf(shortest, setting, false)
    if (shortest !== result) note(`the shortest that was found:\n${failureText(shortest, command)}`)
    failures.push({ ...shortest, command })
  }
  if (jobs > 1)
    await seedsInProcesses({ first, count: seeds, jobs, steps, clusters, worker: world.worker }, take)
  else {
    for (let seed = first; seed < first + seeds; seed += 1) {
      const { only } = options
      await take(
        await world.runSeed({ seed, steps, clusters, only, ...(options.verbose ? { onStep: note } : {}) }),
      )
    }
  }
  const seconds = Number(((performance.now() - started) / 1000).toFixed(1))
  if (json) process.stdout.write(`${JSON.stringify({ seeds, steps: done, seconds, failures })}\n`)
  else {
    const outcome = failed.length === 0 ? 'no difference' : `${failed.length} went wrong`
    process.stdout.write(`${seeds} seeds, ${done} steps, ${seconds} s: ${outcome}\n`)
  }
  return failed.length === 0
}
