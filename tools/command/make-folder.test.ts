import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeFolder } from './make-folder.ts'
import { UserError } from './user-error.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'odfmo-make-'))))
afterEach(() => rmSync(folder, { recursive: true }))

it('makes a folder and those above it, and takes one that is there', () => {
  const inner = path.join(folder, 'a/b/c')
  for (const _time of [1, 2]) makeFolder(inner)
  expect(statSync(inner).isDirectory()).toBe(true)
})

it('says of a file, and of what would lie below one, that nothing can be written there', () => {
  const file = path.join(folder, 'file')
  writeFileSync(file, '')
  for (const [at, code] of [
    [file, 'EEXIST'],
    [path.join(file, 'below'), 'ENOTDIR'],
  ] as const) {
    expect(() => makeFolder(at)).toThrow(UserError)
    expect(() => makeFolder(at)).toThrow(`nothing can be written to ${at}: ${code} (`)
  }
})

it.runIf(process.platform === 'linux')('comes to an end where the system makes no folders', () => {
  expect(() => makeFolder('/proc/odfmo/below')).toThrow('nothing can be written to /proc/odfmo/below: ENOENT')
})
