import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { assemble } from './assemble.ts'
import { file } from './image-files.ts'
import { imageSizes, sizesTable } from './image-sizes.ts'

const files = [
  file('program', '/app/dist/main.js', 'run()\n'),
  file('node', '/usr/bin/node', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0xff]), true),
  file('texts', '/etc/passwd', 'ö\n'),
]
const madeAt = new Date('2026-11-22T10:00:00Z')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'odfmo-assemble-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const tree = (name: string): readonly string[] => {
  const top = path.join(folder, name)
  return ['', ...readdirSync(top, { recursive: true, encoding: 'utf8' })].toSorted().map((each) => {
    const place = path.join(top, each)
    const { mode, mtimeMs } = statSync(place)
    const content = statSync(place).isFile() ? readFileSync(place, 'hex') : ''
    return `/${each} ${(mode & 0o7777).toString(8)} ${new Date(mtimeMs).toISOString()} ${content}`
  })
}

describe('assemble', () => {
  it('writes what everybody may read and nobody else may write, of one time', () => {
    assemble(files, path.join(folder, 'one'), madeAt)
    const time = madeAt.toISOString()
    expect(tree('one')).toEqual([
      `/ 755 ${time} `,
      `/app 755 ${time} `,
      `/app/dist 755 ${time} `,
      `/app/dist/main.js 644 ${time} ${Buffer.from('run()\n').toString('hex')}`,
      `/etc 755 ${time} `,
      `/etc/passwd 644 ${time} c3b60a`,
      `/usr 755 ${time} `,
      `/usr/bin 755 ${time} `,
      `/usr/bin/node 755 ${time} 7f454c46ff`,
    ])
  })

  it('does not depend on who starts it, nor on the order of the files', () => {
    assemble(files, path.join(folder, 'one'), madeAt)
    const before = process.umask(0o077)
    try {
      assemble(files.toReversed(), path.join(folder, 'deeper/two'), madeAt)
    } finally {
      process.umask(before)
    }
    expect(tree('deeper/two')).toEqual(tree('one'))
  })

  it('writes the same content once, for several images: their trees are no others for it', () => {
    const written = new Map<Buffer, string>()
    assemble(files, path.join(folder, 'one'), madeAt, written)
    assemble(files, path.join(folder, 'two'), madeAt, written)
    const inodes = ['one', 'two'].map((name) => statSync(path.join(folder, name, 'usr/bin/node')).ino)
    expect(inodes[0]).toBe(inodes[1])
    expect(tree('two')).toEqual(tree('one'))
  })

  it('adds nothing to a folder that is there already', () => {
    assemble(files, path.join(folder, 'one'), madeAt)
    expect(() => assemble(files, path.join(folder, 'one'), madeAt)).toThrow('EEXIST')
  })
})

describe('the sizes', () => {
  it('are those of the files, by part, in bytes', () => {
    expect(imageSizes(files)).toEqual({ node: 5, libraries: 0, program: 6, texts: 3, all: 14 })
  })

  it('are told in MB of 10^6 bytes', () => {
    const sizes = new Map([
      ['webhook', { node: 116_421_696, libraries: 5_428_624, program: 0, texts: 0, all: 121_850_320 }],
    ])
    expect(sizesTable(sizes)).toBe(
      [
        'MB         node  libraries  program  texts     all',
        'webhook  116.42       5.43     0.00   0.00  121.85',
        '',
      ].join('\n'),
    )
  })
})
