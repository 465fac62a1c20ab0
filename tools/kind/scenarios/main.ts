import { exitUsage } from '../../command/cli.ts'
import { clusterSourceOf } from '../../demo/input/cluster-source.ts'
import { InputError } from '../../demo/input/problem.ts'
import { Interrupted, lifetime, untilAborted } from '../../demo/lifetime.ts'
import type { Fleet } from './fleet.ts'
import { parseOptions, type ScenarioOptions } from './options.ts'
import { partNames } from './parts.ts'
import { runScenarios, type ScenarioResult } from './run-scenarios.ts'
import { scenarios } from './scenarios.ts'
import { startFleet } from './start-fleet.ts'

const mostNotes = 20

process.exitCode = await main(parseOptions(process.argv.slice(2)))
// The pipe to the launcher must not keep a finished program alive.
process.exit()

async function main(options: ScenarioOptions): Promise<number> {
  const signal = lifetime()
  try {
    return await withFleet(options, signal)
  } catch (error) {
    if (error instanceof InputError) {
      process.stderr.write(`${error.message}\nNothing has been changed.\n`)
      return exitUsage
    }
    if (error instanceof Interrupted) return error.exitCode
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
}

async function withFleet(options: ScenarioOptions, signal: AbortSignal): Promise<number> {
  const { kubeconfig, context, namespace, play, stay, timeoutSeconds } = options
  const source = clusterSourceOf({ provider: 'existing', kubeconfig, context })
  if (source.provider !== 'existing') throw new Error('clusters that exist are expected')
  const say = (line: string): void => void process.stdout.write(`${line}\n`)
  const log = (line: string): void => void process.stderr.write(`${line}\n`)
  say(
    play.length === 0
      ? 'Nothing is played: all has to be there.'
      : `Played from here: ${play.map((part) => partNames[part]).join(', ')}. It goes when this ends.`,
  )
  const timeoutMs = timeoutSeconds * 1_000
  const notes: string[] = []
  const note = (line: string): void => {
    notes.push(line)
    if (notes.length > mostNotes) notes.shift()
  }
  const tellNotes = (): void => {
    if (notes.length > 0) log(`What was played met this last:\n${notes.join('\n')}`)
  }
  const fleet = await startFleet({ ...source, parts: play, namespace, timeoutMs, signal, log, note }).catch(
    (error: unknown) => {
      tellNotes()
      throw error
    },
  )
  try {
    if (stay) return await stayUp(say, signal)
    const exitCode = await tryAll(fleet, options, say)
    if (exitCode !== 0) tellNotes()
    return exitCode
  } finally {
    say('Taking away what was put onto the clusters …')
    await fleet.stop()
  }
}

async function stayUp(say: (line: string) => void, signal: AbortSignal): Promise<number> {
  say('It is there. MirrorPeers of yours can come and go; delete them before you end this by Ctrl-C.')
  return untilAborted(signal)
}

async function tryAll(fleet: Fleet, { play }: ScenarioOptions, say: (line: string) => void): Promise<number> {
  const results = await runScenarios(scenarios, fleet, {
    parts: play,
    tell: (result) => say(lineOf(result)),
  })
  const count = (outcome: ScenarioResult['outcome']): string =>
    `${results.filter((one) => one.outcome === outcome).length} ${outcome}`
  say([count('passed'), count('failed'), count('not run')].join(', '))
  return results.some(({ outcome }) => outcome === 'failed') ? 1 : 0
}

const lineOf = ({ name, title, outcome, why, ms }: ScenarioResult): string => {
  const time = `${(ms / 1_000).toFixed(1)} s`
  return [
    `${outcome.padEnd(8)} ${name.padEnd(11)} ${time.padStart(8)}  ${title}`,
    ...(why === undefined ? [] : why.split('\n').map((line) => `         ${line}`)),
  ].join('\n')
}
