import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'

/** What an import says when Node says that it is this version. */
async function importedBy(version: string, name: string): Promise<string> {
  const program = `
    Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })
    await import('${name}').then(() => console.log('fine'), (error) => console.log(error.message))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program])
  return stdout.trim()
}

for (const [name, says] of [
  ['@odfmo/controller-kit', '@odfmo/controller-kit'],
  ['@odfmo/testkit', '@odfmo/testkit'],
  // by the kit that it stands on
  ['@odfmo/console-init', '@odfmo/controller-kit'],
] as const) {
  test(`${name} says in plain words which Node it needs`, async () => {
    assert.equal(await importedBy('20.20.2', name), `${says} needs Node 22.19 or newer, this is Node 20.20.2`)
    assert.equal(await importedBy('22.19.0', name), 'fine')
  })
}
