import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { root } from '../command/root.ts'
import { generatedFiles } from './generated-files.ts'
import { differences, writeFiles } from './on-disk.ts'

const files = await generatedFiles()

describe('deploy/', () => {
  it('is what the code says: else npm run generate', () => {
    expect(differences(files)).toEqual([])
  })

  it('comes out the same each time', async () => {
    expect(await generatedFiles()).toEqual(files)
  })
})

describe('what is stale', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'deploy-'))
    cpSync(path.join(root, 'deploy'), path.join(folder, 'deploy'), { recursive: true })
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('is told by file and line, a file that is missing too, and is put right', () => {
    const [edited, missing] = files
    if (edited === undefined || missing === undefined) throw new Error('there are no two files')
    const lines = edited.text.split('\n')
    writeFileSync(path.join(folder, edited.file), lines.with(2, `${lines[2]} # by hand`).join('\n'))
    rmSync(path.join(folder, missing.file))
    writeFileSync(path.join(folder, 'deploy/README.md'), 'written by hand\n')

    const stale = differences(files, folder)
    expect(stale).toEqual([
      {
        file: edited.file,
        why: `line 3: expected ${JSON.stringify(lines[2])}, found ${JSON.stringify(`${lines[2]} # by hand`)}`,
      },
      { file: missing.file, why: 'missing' },
    ])
    expect(writeFiles(files, stale, folder)).toEqual([edited.file, missing.file])
    expect(differences(files, folder)).toEqual([])
    expect(readFileSync(path.join(folder, 'deploy/README.md'), 'utf8')).toBe('written by hand\n')
  })

  it('is told of a file too many, which may be somebody’s own and is not taken away', () => {
    const theirs = { file: 'deploy/overlays/mine/kustomization.yaml', text: 'kind: Kustomization\n' }
    mkdirSync(path.join(folder, 'deploy/overlays/mine'))
    writeFileSync(path.join(folder, theirs.file), theirs.text)

    const stale = differences(files, folder)
    expect(stale).toEqual([
      {
        file: theirs.file,
        why: 'not one of the generated files: remove it, or move it out of deploy/ if it is yours',
      },
    ])
    expect(writeFiles(files, stale, folder)).toEqual([])
    expect(readFileSync(path.join(folder, theirs.file), 'utf8')).toBe(theirs.text)
    expect(differences(files, folder)).toEqual(stale)
  })
})
