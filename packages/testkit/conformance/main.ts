import type { Provider } from '../src/cluster.ts'
import { findBinaries } from '../src/control-plane/binaries.ts'
import { ControlPlaneError } from '../src/control-plane/control-plane-error.ts'
import { compare } from './compare.ts'
import type { AnswerDifference } from './compare.ts'
import type { ConformanceArea } from './conformance-case.ts'
import { isDocumented } from './documented-differences.ts'
import { parseOptions } from './options.ts'
import { countCases, possibleCases } from './possible-cases.ts'
import { writeTable } from './readme-table.ts'
import { readRecordings, writeRecordings } from './recordings.ts'
import { printReport } from './report.ts'
import type { ReportedDifference } from './report.ts'
import { runSuite } from './run-suite.ts'
import { staleDocumented, staleRecorded } from './stale-differences.ts'
import { suite } from './suite.ts'
import { targetOf } from './targets.ts'
import type { CaseResult, Transcript } from './transcript.ts'

const options = parseOptions(
  process.argv.slice(2),
  suite.map(({ file }) => file),
)
const note = (text: string): void => void process.stderr.write(`${text}\n`)
process.on('uncaughtException', (error) => {
  // what a user can do something about says so by itself
  note(error instanceof ControlPlaneError || error instanceof TypeError ? error.message : String(error.stack))
  process.exit(1)
})
const isWhole = options.areas === undefined && options.filter === undefined
const wholeAreas = suite.filter(({ file }) => options.areas?.includes(file) ?? true)
const areas: readonly ConformanceArea[] = wholeAreas.map((area) => ({
  ...area,
  cases: area.cases.filter(({ title }) => `${area.name}: ${title}`.includes(options.filter ?? '')),
}))
if (countCases(areas) === 0) {
  note(`--filter: no case has ${JSON.stringify(options.filter)} in its name`)
  process.exit(2)
}

const availableProviders = (): readonly Provider[] => {
  try {
    findBinaries(true)
    return ['control-plane', 'memory']
  } catch (error) {
    if (!(error instanceof ControlPlaneError)) throw error
    note(`${error.message}\nUntil then the in-memory server is compared with the recorded answers alone.\n`)
    return ['memory']
  }
}

const run = async (provider: Provider, some = areas): Promise<CaseResult[]> => {
  const target = await targetOf[provider](options)
  const startedAt = performance.now()
  const { possible, leftOut } = possibleCases(some, target)
  for (const name of leftOut) note(`${provider}: left out, it has no such thing: ${name}`)
  try {
    return await runSuite(target, possible)
  } finally {
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
    note(`${provider}: ${countCases(possible)} cases in ${seconds} s`)
    await target.stop()
  }
}

/**
 * What a real server does under load differs at times (its caches lag, its controllers wait): a case that it answers
 * otherwise than it did is asked once more, of a server that does nothing else.
 */
const askedAgain = async (
  found: readonly AnswerDifference[],
  recordings: ReadonlyMap<string, Transcript>,
): Promise<readonly AnswerDifference[]> => {
  const names = new Set(found.map((difference) => difference.case))
  const some = areas.map((area) => ({
    ...area,
    cases: area.cases.filter(({ title }) => names.has(`${area.name}: ${title}`)),
  }))
  const results = await run('control-plane', some)
  const left = results.flatMap((result) => compare(result, recordings.get(result.name)))
  const steady = new Set(left.map((difference) => difference.case))
  for (const name of names)
    if (!steady.has(name)) note(`control-plane: as recorded when asked again: ${name}`)
  return left
}

// The real one first: with --record the others are compared with what it just said.
const providers = (options.providers ?? availableProviders()).toSorted((left) =>
  left === 'control-plane' ? -1 : 1,
)
const differences: ReportedDifference[] = []
for (const provider of providers) {
  const results = await run(provider)
  if (options.record && provider === 'control-plane') {
    // the recordings of cases that were not asked for stay
    writeRecordings(wholeAreas, results)
    writeTable(suite)
  }
  const recordings = readRecordings(areas)
  let found: readonly AnswerDifference[] = results.flatMap((result) =>
    compare(result, recordings.get(result.name)),
  )
  if (provider === 'control-plane' && found.length > 0) found = await askedAgain(found, recordings)
  for (const difference of found) {
    const documented = provider === 'memory' && isDocumented(difference)
    differences.push({ ...difference, provider, documented })
  }
  if (provider === 'memory' && isWhole) differences.push(...staleDocumented(found))
}
if (isWhole) differences.push(...staleRecorded(areas))
printReport({ providers, areas, cases: countCases(areas), differences, json: options.json })
process.exitCode = differences.some(({ documented }) => !documented) ? 1 : 0
