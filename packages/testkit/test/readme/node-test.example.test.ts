import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const fixture = join(import.meta.dirname, 'node-test.fixture.ts')

it('is shown as it is run', async () => {
  const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8')
  const [, block = ''] = /```js\n([^]*?)```/.exec(readme) ?? []
  expect(block.length).toBeGreaterThan(100)
  expect(await readFile(fixture, 'utf8')).toContain(block)
})

it('runs with node:test', async () => {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const args = ['--conditions=@odfmo/source', '--test', '--test-reporter=tap', fixture]
  const { stdout } = await promisify(execFile)(process.execPath, args, { env })
  expect(stdout).toContain('# pass 2\n# fail 0')
})
