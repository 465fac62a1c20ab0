import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { cli } from './command/cli.ts'
import { root } from './command/root.ts'
import { runProgram } from './command/run-program.ts'
import { readWorkspace } from './lint/workspace.ts'

const pnpm = ['-y', 'pnpm@12.21.0']

cli(
  'packages',
  'Packs every library as it would be published and checks what a user would get (after npm run build).',
)
  .action(async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'odfmo-packages-'))
    try {
      for (const { manifest, folder: packageFolder } of readWorkspace(root).packages) {
        if (manifest.private) continue
        const before = readdirSync(folder)
        const target = ['--dir', packageFolder, 'pack', '--silent', '--pack-destination', folder]
        if ((await runProgram('npx', [...pnpm, ...target])) !== 0)
          throw new Error(`${manifest.name} cannot be packed`)
        const tarball = readdirSync(folder).find((name) => !before.includes(name))
        if (tarball === undefined) throw new Error(`packing ${manifest.name} left no file in ${folder}`)
        const file = path.join(folder, tarball)
        const publint = await runProgram('publint', ['run', file, '--strict'])
        const types = await runProgram('attw', [
          file,
          '--profile',
          'esm-only',
          '--format',
          'ascii',
          '--no-summary',
          '--quiet',
        ])
        if (publint !== 0 || types !== 0) process.exitCode = 1
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
  .parse()
