import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { runProgram } from './run-program.ts'

const pnpm = ['-y', 'pnpm@12.21.0']

/** Packs one library as it would be published, into `folder`; answers the file. */
export async function pack(name: string, packageFolder: string, folder: string): Promise<string> {
  const own = mkdtempSync(path.join(folder, 'pack-'))
  try {
    const target = ['--dir', packageFolder, 'pack', '--silent', '--pack-destination', own]
    if ((await runProgram('npx', [...pnpm, ...target])) !== 0) throw new Error(`${name} cannot be packed`)
    const [tarball] = readdirSync(own)
    if (tarball === undefined) throw new Error(`packing ${name} left no file`)
    const file = path.join(folder, tarball)
    renameSync(path.join(own, tarball), file)
    return file
  } finally {
    rmSync(own, { recursive: true, force: true })
  }
}
