import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { cli } from './command/cli.ts'
import { makeFolder } from './command/make-folder.ts'
import { pack } from './command/pack.ts'
import { root } from './command/root.ts'
import { runProgram } from './command/run-program.ts'
import { tellUser } from './command/user-error.ts'
import { readWorkspace } from './lint/workspace.ts'
import { apiEntries } from './api-report/api-entries.ts'
import { apiReportProblems } from './api-report/api-report-problems.ts'

interface Options {
  readonly write?: boolean
  readonly keep?: string
}

const attwArguments = ['--profile', 'esm-only', '--format', 'ascii', '--no-summary', '--quiet']

cli(
  'packages',
  'Packs every library as it would be published and checks what a user would get, and that its public surface is the reviewed one (after npm run build).',
)
  .option(
    '--write',
    'first renew the reports of the public surfaces (packages/*/api-report), to be reviewed as a diff',
  )
  .option('--keep <folder>', 'leave the packed libraries there')
  .action((options: Options) => packages(options).catch(tellUser))
  .parse()

async function packages({ write = false, keep }: Options): Promise<void> {
  const libraries = readWorkspace(root).packages.filter(({ manifest }) => !manifest.private)
  for (const problem of libraries.flatMap((one) => apiReportProblems(root, apiEntries(one), write))) {
    process.stdout.write(`${problem}\n`)
    process.exitCode = 1
  }
  // each package is packed in its own folder, where a relative path would be another
  const folder = keep === undefined ? mkdtempSync(path.join(tmpdir(), 'odfmo-packages-')) : path.resolve(keep)
  makeFolder(folder)
  try {
    for (const { manifest, folder: packageFolder } of libraries) {
      const file = await pack(manifest.name, packageFolder, folder)
      const publint = await runProgram('publint', ['run', file, '--strict'])
      const types = await runProgram('attw', [file, ...attwArguments])
      if (publint !== 0 || types !== 0) process.exitCode = 1
    }
  } finally {
    if (keep === undefined) rmSync(folder, { recursive: true, force: true })
  }
}
