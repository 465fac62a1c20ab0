import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { cli } from '../command/cli.ts'
import { pack } from '../command/pack.ts'
import { root } from '../command/root.ts'
import { strangersEnvironment } from './strangers-environment.ts'
import { runIn } from './run-in.ts'

interface Options {
  readonly json?: string
  readonly keep?: boolean
  readonly node?: string
}

/** A report of vitest, as far as it is read here. */
interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly unknown[]
}

/** The testkit, and what it depends on of this repository. */
const libraries = ['api-types', 'testkit']
const reporter = path.join(root, 'tools/downstream/count-reporter.mjs')

cli(
  'downstream',
  'Packs the testkit, installs it with npm into a copy of samples/testkit-downstream, checks the types there and runs its tests (after npm run build).',
)
  .option('--json <file>', 'also write how many tests passed and failed as JSON into this file')
  .option('--keep', 'leave the copy, and say where it is')
  .option('--node <path>', 'the Node to run it with; the one of this repository when absent')
  .action(async ({ json, keep = false, node = process.execPath }: Options) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'odfmo-downstream-'))
    try {
      const { numPassedTests, numFailedTests } = await tryOut(folder, node)
      if (json !== undefined)
        writeFileSync(json, JSON.stringify({ numPassedTests, numFailedTests, testResults: [] }))
      process.stdout.write(
        `with the packed testkit ${numPassedTests} tests passed and ${numFailedTests} failed\n`,
      )
      if (numFailedTests > 0 || numPassedTests === 0) process.exitCode = 1
    } finally {
      if (keep) process.stdout.write(`left in ${folder}\n`)
      else rmSync(folder, { recursive: true, force: true })
    }
  })
  .parse()

/** Throws when something before the tests fails; answers what the tests of both runners came to. */
async function tryOut(folder: string, node: string): Promise<Report> {
  const tarballs: string[] = []
  for (const name of libraries) tarballs.push(await pack(name, `packages/${name}`, folder))
  const project = path.join(folder, 'project')
  cpSync(path.join(root, 'samples/testkit-downstream'), project, {
    recursive: true,
    filter: (source) => path.basename(source) !== 'node_modules',
  })
  const env = strangersEnvironment(node)
  const run = (...command: readonly string[]): Promise<number> => runIn(project, env, command)
  const must = async (...command: readonly string[]): Promise<void> => {
    if ((await run(...command)) !== 0) throw new Error(`${command.join(' ')} failed in the project`)
  }
  await must('npm', 'install', '--no-audit', '--no-fund', '--silent', '--save-dev', ...tarballs)
  await must('npm', 'run', '--silent', 'typecheck')
  const reports = { vitest: path.join(folder, 'vitest.json'), node: path.join(folder, 'node.json') }
  const codes = [
    await run('npm', 'run', '--silent', 'test:vitest', '--', ...toFile('json', reports.vitest)),
    await run('node', '--test', ...nodeReporters(reports.node), 'test/*.node-test.*'),
  ]
  const [vitest, nodeTest] = [read(reports.vitest), read(reports.node)]
  const isBroken = codes.some((code) => code !== 0) && vitest.numFailedTests + nodeTest.numFailedTests === 0
  if (isBroken) throw new Error('a test runner failed without a failed test')
  return {
    numPassedTests: vitest.numPassedTests + nodeTest.numPassedTests,
    numFailedTests: vitest.numFailedTests + nodeTest.numFailedTests,
    testResults: [],
  }
}

function toFile(format: string, file: string): string[] {
  return ['--reporter=default', `--reporter=${format}`, `--outputFile.${format}=${file}`]
}

function nodeReporters(file: string): string[] {
  return [
    ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...[`--test-reporter=${reporter}`, `--test-reporter-destination=${file}`],
  ]
}

function read(file: string): Report {
  return JSON.parse(readFileSync(file, 'utf8')) as Report
}
