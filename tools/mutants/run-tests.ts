import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '../command/root.ts'
import type { MutatedFiles } from './mutated-files.ts'

/** How the configuration for vitest is told what it shall load; see vitest.config.ts here. */
export const mutatedEnv = 'ODFMO_MUTATED_FILES'
export const loadedEnv = 'ODFMO_LOADED_FILE'

export interface TestRun {
  readonly tests: readonly string[]
  /** Only tests whose full name contains one of these; empty: all. */
  readonly names: readonly string[]
  readonly mutated: MutatedFiles
  /** For what the run writes; its own. */
  readonly folder: string
  readonly workers: number
  /** End at the first test that fails. */
  readonly bail: boolean
  readonly signal: AbortSignal
}

export interface TestOutcome {
  readonly passed: number
  /** Full names of the tests that failed. */
  readonly failed: readonly string[]
  /** Why files could not be run at all: nothing was tested there. */
  readonly broken: readonly string[]
  /** Mutated sources that were loaded in place of the original. */
  readonly loaded: readonly string[]
  readonly seconds: number
}

/** What is written by vitest's reporter `json`, as far as it is read here. */
interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

const vitest = path.join(root, 'node_modules/vitest/vitest.mjs')
const config = path.join(root, 'tools/mutants/vitest.config.ts')
/** A mutant may make a file hang in ways that no time-out of a test ends; a busy machine needs ten times the usual. */
const longestMs = 600_000

/** Runs tests once, with mutated files in place of sources; rejects only when vitest itself cannot be run. */
export const runTests = async (run: TestRun): Promise<TestOutcome> => {
  mkdirSync(run.folder, { recursive: true })
  const report = path.join(run.folder, 'report.json')
  const loaded = path.join(run.folder, 'loaded')
  const begun = performance.now()
  const said = await vitestRun(run, report, loaded)
  const seconds = (performance.now() - begun) / 1000
  run.signal.throwIfAborted()
  if (!existsSync(report)) throw new Error(`vitest wrote no report:\n${said.slice(-4000)}`)
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report
  const results = testResults.flatMap(({ assertionResults }) => assertionResults)
  return {
    passed: results.filter(({ status }) => status === 'passed').length,
    failed: results.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
    broken: testResults
      .filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0)
      .map(({ name, message }) => `${path.relative(root, name)}: ${message}`),
    loaded: existsSync(loaded) ? [...new Set(readFileSync(loaded, 'utf8').trim().split('\n'))] : [],
    seconds,
  }
}

const vitestRun = (run: TestRun, report: string, loaded: string): Promise<string> => {
  const { tests, names, mutated, workers, bail, signal } = run
  const args = [
    ...['run', '--config', config, '--reporter=json', `--outputFile=${report}`, `--maxWorkers=${workers}`],
    ...(bail ? ['--bail=1'] : []),
    ...(names.length === 0 ? [] : ['--testNamePattern', names.map(literal).join('|')]),
    ...tests,
  ]
  const child = spawn(process.execPath, [vitest, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: longestMs,
    // CI: no snapshot is ever written.
    env: { ...process.env, CI: 'true', [mutatedEnv]: JSON.stringify(mutated), [loadedEnv]: loaded },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (said += String(text)))
  const end = (): void => void child.kill()
  signal.addEventListener('abort', end)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', () => {
      signal.removeEventListener('abort', end)
      resolve(said)
    })
  })
}

const literal = (name: string): string => name.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
