import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../command/root.ts'

test('knip reports dead files, exports and dependencies', () => {
  const knip = path.join(root, 'node_modules/knip/bin/knip.js')
  const folder = path.join(import.meta.dirname, 'fixtures/knip')
  const { status, stdout } = spawnSync(process.execPath, [knip, '--no-progress', '--directory', folder], {
    encoding: 'utf8',
  })
  expect(status).toBe(1)
  expect(stdout).toMatch(/Unused files.*\n.*unused-file\.js/)
  expect(stdout).toMatch(/Unused dependencies.*\n.*unused-dependency/)
  expect(stdout).toMatch(/Unused exports.*\n.*unusedExport/)
})
