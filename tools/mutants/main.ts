import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'
import { InvalidArgumentError } from 'commander'
import { cli } from '../command/cli.ts'
import { baseline, judge, type Verdict } from './judge.ts'
import { readMutants, type Mutant } from './mutant.ts'
import { jsonReport, line, summary } from './report.ts'

await cli(
  'mutants',
  'Puts defects back one at a time (those of the original, and breaches of other rules) and shows the test that notices each. Exit 1 when one survives or its patch no longer fits.',
)
  .argument('[numbers...]', 'only the defects of these numbers', number, [])
  .option('--json', 'print one JSON document instead of the lines')
  .action(async (numbers: number[], { json = false }: { json?: boolean }) => {
    const all = readMutants()
    const unknown = numbers.filter((wanted) => !all.some((mutant) => mutant.number === wanted))
    if (unknown.length > 0) {
      process.stderr.write(`there is no mutant ${unknown.join(', ')}\n`)
      process.exitCode = 2
      return
    }
    const mutants = all.filter((mutant) => numbers.length === 0 || numbers.includes(mutant.number))
    process.exitCode = await withFolder((folder, signal) => runAll(mutants, folder, signal, json))
  })
  .parseAsync()

async function runAll(
  mutants: readonly Mutant[],
  folder: string,
  signal: AbortSignal,
  json: boolean,
): Promise<number> {
  const begun = performance.now()
  const lanes = Math.max(1, availableParallelism())
  process.stderr.write(`the tests of ${mutants.length} mutants, on the sources as they are …\n`)
  const { passed, problems } = await baseline(mutants, path.join(folder, 'baseline'), lanes, signal)
  if (problems.length > 0) {
    process.stderr.write(`These fail without any mutant, so nothing can be shown:\n${problems.join('\n')}\n`)
    return 1
  }
  process.stderr.write(`${passed} tests pass\n`)
  const verdicts: Verdict[] = []
  const waiting = [...mutants]
  const lane = async (): Promise<void> => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const verdict = await judge(mutant, path.join(folder, mutant.name), signal)
      verdicts.push(verdict)
      // As they come; they may end in another order than they begin.
      if (!json) process.stdout.write(`${line(verdict)}\n`)
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  const seconds = (performance.now() - begun) / 1000
  process.stdout.write(json ? jsonReport(verdicts, seconds) : `${summary(verdicts, seconds)}\n`)
  return verdicts.every(({ is }) => is === 'killed') ? 0 : 1
}

/** A folder for this run alone; gone afterwards, also when a signal ends the run. */
async function withFolder(work: (folder: string, signal: AbortSignal) => Promise<number>): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'odfmo-mutants-'))
  const stopping = new AbortController()
  const stop = (): void => stopping.abort()
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, stop)
  try {
    return await work(folder, stopping.signal)
  } catch (error) {
    if (stopping.signal.aborted) return 1
    throw error
  } finally {
    for (const signal of signals) process.off(signal, stop)
    rmSync(folder, { recursive: true, force: true })
  }
}

function number(text: string, before: readonly number[] = []): number[] {
  const value = Number(text)
  if (!Number.isInteger(value) || value <= 0)
    throw new InvalidArgumentError('the number of a defect is expected')
  return [...before, value]
}
