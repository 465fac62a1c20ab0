import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { cli } from '../command/cli.ts'
import { root } from '../command/root.ts'
import { packRelease } from '../release/pack-release.ts'
import { releasedPackages } from '../release/released-packages.ts'
import { checksumsFile } from '../release/sha256.ts'
import { projects, type Project } from './projects.ts'
import { addCounts, noCounts, readCounts, type Counts } from './counts.ts'
import { runIn } from './run-in.ts'
import { strangersEnvironment } from './strangers-environment.ts'

interface Options {
  readonly json?: string
  readonly keep?: boolean
  readonly node?: string
}

cli(
  'downstream',
  'Packs all libraries, twice, installs them with npm into copies of the projects in samples/, checks the types there and runs their tests (after npm run build).',
)
  .option('--json <file>', 'also write how many tests passed and failed as JSON into this file')
  .option('--keep', 'leave the copies, and say where they are')
  .option('--node <path>', 'the Node to run it with; the one of this repository when absent')
  .action(async ({ json, keep = false, node = process.execPath }: Options) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'odfmo-downstream-'))
    try {
      const packed = await packTwice(folder)
      let counts = noCounts
      for (const project of projects)
        counts = addCounts(counts, await tryOut({ project, folder, packed, node }))
      const { numPassedTests, numFailedTests } = counts
      if (json !== undefined) writeFileSync(json, JSON.stringify({ ...counts, testResults: [] }))
      process.stdout.write(
        `with the packed libraries ${numPassedTests} tests passed and ${numFailedTests} failed\n`,
      )
      if (numFailedTests > 0 || numPassedTests === 0) process.exitCode = 1
    } finally {
      if (keep) process.stdout.write(`left in ${folder}\n`)
      else rmSync(folder, { recursive: true, force: true })
    }
  })
  .parse()

/** Answers the folder of what was packed. Throws when the second time gives anything else. */
async function packTwice(folder: string): Promise<string> {
  const [first, second] = [path.join(folder, 'packed'), path.join(folder, 'packed-again')]
  const builder = 'urn:odfmo:builder:downstream'
  await Promise.all([first, second].map((to) => packRelease({ root, folder: to, builder })))
  const [one, other] = [first, second].map((to) => readFileSync(path.join(to, checksumsFile), 'utf8'))
  if (one !== other) throw new Error(`packed twice, the files are not the same:\n${one}\n${other}`)
  return first
}

interface TryOut {
  readonly project: Project
  readonly folder: string
  readonly packed: string
  readonly node: string
}

/** Throws when something before the tests fails; answers what the tests of all runners came to. */
async function tryOut({ project, folder, packed, node }: TryOut): Promise<Counts> {
  const copy = path.join(folder, project.sample)
  cpSync(path.join(root, 'samples', project.sample), copy, {
    recursive: true,
    filter: (source) => path.basename(source) !== 'node_modules',
  })
  const env = { ...strangersEnvironment(node), PACKED: packed }
  const run = (...command: readonly string[]): Promise<number> => runIn(copy, env, command)
  const must = async (...command: readonly string[]): Promise<void> => {
    if ((await run(...command)) !== 0) throw new Error(`${command.join(' ')} failed in ${project.sample}`)
  }
  await must('npm', 'install', ...quiet, '--save-dev', ...tarballs(packed, project.libraries))
  for (const [from, to] of Object.entries(project.files)) {
    mkdirSync(path.dirname(path.join(copy, to)), { recursive: true })
    cpSync(path.join(from.startsWith('node_modules/') ? copy : root, from), path.join(copy, to), {
      recursive: true,
    })
  }
  await must('npm', 'run', '--silent', 'typecheck')
  let counts = noCounts
  for (const { command } of project.runners) {
    const report = path.join(folder, 'report.json')
    rmSync(report, { force: true })
    const code = await run(...command(report))
    const found = readCounts(report)
    if (code !== 0 && found.numFailedTests === 0) throw new Error(`a test runner failed in ${project.sample}`)
    counts = addCounts(counts, found)
  }
  return counts
}

const quiet = ['--no-audit', '--no-fund', '--silent']

/** Files of libraries, by the names of their folders; all when none is said. */
function tarballs(packed: string, names: readonly string[]): string[] {
  return releasedPackages(root)
    .filter(
      ({ isLibrary, folder }) => isLibrary && (names.length === 0 || names.includes(path.basename(folder))),
    )
    .map(({ folder, version }) => path.join(packed, `odfmo-${path.basename(folder)}-${version}.tgz`))
}
