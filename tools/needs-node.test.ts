import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { root } from './command/root.ts'

const engineOf = (file: string): string => {
  const { engines } = JSON.parse(readFileSync(path.join(root, file), 'utf8')) as {
    readonly engines: { readonly node: string }
  }
  return engines.node
}

/** What becomes of the file when Node says that it is this version. */
const importedBy = async (folder: string, version: string): Promise<string> => {
  const program = `
    Object.defineProperty(process, 'versions', { value: { node: '${version}' } })
    await import('./src/needs-node.ts').then(() => console.log('fine'), (error) => console.log(error.message))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: path.join(root, folder),
  })
  return stdout.trim()
}

it.each(['controller-kit', 'testkit'])('%s says in plain words which Node it needs', async (name) => {
  const folder = `packages/${name}`
  expect(engineOf(`${folder}/package.json`)).toBe(engineOf(`${folder}/node_modules/undici/package.json`))
  expect(engineOf(`${folder}/package.json`)).toBe('>=22.19.0')
  const refusal = (version: string) => `@odfmo/${name} needs Node 22.19 or newer, this is Node ${version}`
  expect(await importedBy(folder, '20.20.2')).toBe(refusal('20.20.2'))
  expect(await importedBy(folder, '22.18.0')).toBe(refusal('22.18.0'))
  expect(await importedBy(folder, '22.19.0')).toBe('fine')
  expect(await importedBy(folder, '26.0.0')).toBe('fine')
})
