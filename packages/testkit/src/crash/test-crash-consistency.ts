import { systemClock } from '../clock/clock.ts'
import { choosePoints, unionOf } from './choose-points.ts'
import { checkCrashOptions, clustersIn } from './crash-options.ts'
import type { CrashOptions } from './crash-options.ts'
import type { CrashReport, CrashRun } from './crash-report.ts'
import { crashRun, oneLife, restoreAll, snapshotsOf } from './crash-run.ts'
import type { Snapshots } from './crash-run.ts'

/** What it takes to repeat one run alone. */
const repetition = ({ write, mode }: CrashRun): string =>
  `only: ${JSON.stringify([{ write: write.text, mode }])}`

const problemOf = (run: CrashRun): string => {
  const { write, mode, outcome, details } = run
  const head = `${mode} of write ${write.index}, ${write.text}: ${outcome}`
  return [head, ...details.map((line) => `  ${line}`), `  repeat with ${repetition(run)}`].join('\n')
}

const summaryOf = (writes: number, runs: readonly CrashRun[], ms: number): string => {
  const outcomes = ['converged', 'differs', 'failed', 'unreached'] as const
  const counts = outcomes
    .map((outcome) => [runs.filter((run) => run.outcome === outcome).length, outcome] as const)
    .filter(([count]) => count > 0)
    .map(([count, outcome]) => `${count} ${outcome}`)
  return `${writes} writes, ${runs.length} runs: ${counts.join(', ')}; ${Math.round(ms / 1_000)} s`
}

/**
 * Whether a service comes to the same state wherever it is stopped. The scenario is lived through undisturbed, twice:
 * what the service writes there are the points. Then once per point, which is a write and a mode: the clusters go back to
 * how they were, the service starts, the scenario happens, the write is hit, the service is started again if the mode
 * stops it, and what the clusters come to is compared with the undisturbed run by `sameState`. In the end, also when it
 * rejects, the clusters are how they were at the beginning.
 *
 * What it finds is in the report's `problems`, what it could not try in `unreached`. Rejects when an undisturbed run
 * fails, when two of them end differently (the comparison would say nothing), when the service writes nothing, and with a
 * TypeError for options that are none.
 */
export const testCrashConsistency = async (options: CrashOptions): Promise<CrashReport> => {
  checkCrashOptions(options)
  const began = systemClock.monotonic()
  const clusters = clustersIn(options)
  const begin = await snapshotsOf(clusters)
  try {
    return await allRuns(options, { begin, began })
  } finally {
    await restoreAll(clusters, begin)
  }
}

const allRuns = async (
  options: CrashOptions,
  { begin, began }: { readonly begin: Snapshots; readonly began: number },
): Promise<CrashReport> => {
  const first = await oneLife({ options, begin })
  const second = await oneLife({ options, begin, expected: first.end })
  if (second.differences.length > 0)
    throw new Error(`testCrashConsistency: undisturbed runs differ\n${second.differences.join('\n')}`)
  const writes = unionOf([first.writes, second.writes])
  if (writes.length === 0) {
    const users = [options.user].flat().join(' and ')
    throw new Error(`testCrashConsistency: ${users} wrote nothing in the undisturbed run`)
  }
  const seed = options.sample?.seed ?? Math.floor(systemClock.random() * 2 ** 31)
  const runs: CrashRun[] = []
  for (const point of choosePoints(writes, options, seed)) {
    const run = await crashRun(options, point, { begin, expected: first.end })
    runs.push(run)
    options.onRun?.(run)
  }
  const problems = runs.filter(({ outcome }) => outcome === 'differs' || outcome === 'failed').map(problemOf)
  const unreached = runs.filter(({ outcome }) => outcome === 'unreached').map(problemOf)
  const summary = summaryOf(writes.length, runs, systemClock.monotonic() - began)
  return { writes, runs, problems, unreached, seed, undisturbed: first.end, summary }
}
