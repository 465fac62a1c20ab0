import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readElf, trimmed } from './elf.ts'
import { elfFile } from './test/elf-file.ts'

describe('readElf', () => {
  it('says of a program for which machine it is, who loads it and what it needs', () => {
    const interpreter = '/lib/ld-linux-aarch64.so.1'
    const file = elfFile({ machine: 183, interpreter, needed: ['libatomic.so.1', 'libc.so.6'] })
    expect(readElf(file, 'node')).toEqual({
      machine: { architecture: 'arm64', triplet: 'aarch64-linux-gnu' },
      interpreter,
      needed: ['libatomic.so.1', 'libc.so.6'],
      loadedBytes: file.length,
    })
  })

  it('knows a library by that nobody loads it', () => {
    const file = elfFile({ machine: 62, needed: ['libc.so.6'] })
    expect(readElf(file, 'libm.so.6')).toMatchObject({ interpreter: undefined, needed: ['libc.so.6'] })
  })

  it.each([
    ['a script', Buffer.from('#!/bin/sh\n'), 'expected a program or a library of Linux'],
    ['a program for another machine', elfFile({ machine: 8 }), 'expected one for amd64 or arm64'],
  ])('refuses %s', (what, file, message) => {
    expect(() => readElf(file, 'this')).toThrow(`this: ${message}`)
  })
})

describe('trimmed', () => {
  it('leaves out what is never loaded, and what would tell where that was', () => {
    const whole = elfFile({ machine: 62, needed: ['libc.so.6'], debug: 'names of functions' })
    const rest = trimmed(whole, readElf(whole, 'whole'))
    expect(rest.includes('names of functions')).toBe(false)
    expect(readElf(rest, 'rest')).toEqual(readElf(whole, 'whole'))
    // The table of sections: where, how many, which has their names.
    expect([rest.readBigUInt64LE(0x28), rest.readUInt16LE(0x3c), rest.readUInt16LE(0x3e)]).toEqual([0n, 0, 0])
  })

  it.skipIf(process.platform !== 'linux')(
    'leaves a Node that works (skipped where Node is no ELF file)',
    () => {
      const whole = readFileSync(process.execPath)
      const folder = mkdtempSync(path.join(tmpdir(), 'odfmo-elf-'))
      try {
        const file = path.join(folder, 'node')
        writeFileSync(file, trimmed(whole, readElf(whole, file)), { mode: 0o755 })
        const said = execFileSync(file, ['-p', 'process.version + new Intl.NumberFormat("de").format(1000)'])
        expect(said.toString()).toBe(`${process.version}1.000\n`)
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    },
  )
})
