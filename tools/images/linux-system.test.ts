import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { debianComponent, debianOwners, distributionOf } from './debian-packages.ts'
import { readElf } from './elf.ts'
import { LinuxSystem } from './linux-system.ts'
import { elfFile } from './test/elf-file.ts'

const machine = 183
const libraries = '/usr/lib/aarch64-linux-gnu'
let system: LinuxSystem
beforeEach(() => {
  // As Debian is laid out: /lib is a link, and so are names of libraries.
  system = new LinuxSystem(mkdtempSync(path.join(tmpdir(), 'odfmo-system-')))
  mkdirSync(path.join(system.folder, 'usr/lib'), { recursive: true })
  symlinkSync('usr/lib', path.join(system.folder, 'lib'))
  write(`${libraries}/ld-2.36.so`, elfFile({ machine }))
  link('/usr/lib/ld-linux-aarch64.so.1', `${libraries}/ld-2.36.so`)
  write(`${libraries}/libc.so.6`, elfFile({ machine, needed: ['ld-linux-aarch64.so.1'] }))
  write(`${libraries}/libstdc++.so.6.0.30`, elfFile({ machine, needed: ['libm.so.6', 'libc.so.6'] }))
  link(`${libraries}/libstdc++.so.6`, 'libstdc++.so.6.0.30')
  write(`${libraries}/libm.so.6`, elfFile({ machine, needed: ['libc.so.6'] }))
})
afterEach(() => rmSync(system.folder, { recursive: true, force: true }))

const write = (file: string, content: string | Buffer): void => {
  mkdirSync(path.dirname(path.join(system.folder, file)), { recursive: true })
  writeFileSync(path.join(system.folder, file), content)
}
const link = (file: string, target: string): void => symlinkSync(target, path.join(system.folder, file))

const program = (...needed: readonly string[]) =>
  readElf(elfFile({ machine, interpreter: '/lib/ld-linux-aarch64.so.1', needed }), 'program')

describe('the libraries of a program', () => {
  it('are its loader, what it needs and what that needs, each once, where the loader will look', () => {
    const found = system.librariesOf(program('libstdc++.so.6', 'libc.so.6'))
    expect(found.map((one) => [one.path, one.realPath])).toEqual([
      ['/lib/ld-linux-aarch64.so.1', `${libraries}/ld-2.36.so`],
      ['/lib/aarch64-linux-gnu/libstdc++.so.6', `${libraries}/libstdc++.so.6.0.30`],
      ['/lib/aarch64-linux-gnu/libm.so.6', `${libraries}/libm.so.6`],
      ['/lib/aarch64-linux-gnu/libc.so.6', `${libraries}/libc.so.6`],
    ])
  })

  it('are named when they are not there', () => {
    expect(() => system.librariesOf(program('libc.so.6', 'libatomic.so.1'))).toThrow(
      `${system.folder} has no libatomic.so.1 for arm64: expected a Linux with glibc and libstdc++`,
    )
  })

  it('are looked for in no other system: a link to / leads to the folder of this one', () => {
    link('/usr/lib/aarch64-linux-gnu/libatomic.so.1', '/etc/passwd')
    expect(system.realPath('/lib/aarch64-linux-gnu/libatomic.so.1')).toBeUndefined()
    write('/etc/passwd', 'its own')
    expect(system.read('/lib/aarch64-linux-gnu/libatomic.so.1')?.toString()).toBe('its own')
  })

  it('are not looked for forever', () => {
    link('/lib/round', '/lib/about')
    link('/lib/about', '/lib/round')
    expect(() => system.read('/lib/round')).toThrow('too many links')
  })
})

describe('Debian packages', () => {
  const status = [
    'Package: libstdc++6\nStatus: install ok installed\nArchitecture: arm64\nSource: gcc-12 (12.2.0-14)\nVersion: 12.2.0-14+deb12u1',
    'Package: libc6\nArchitecture: amd64\nVersion: 2.36-8\nSource: glibc',
    'Package: libc6\nArchitecture: arm64\nVersion: 2.36-9\nSource: glibc',
  ].join('\n\n')

  beforeEach(() => {
    write('/etc/os-release', 'PRETTY_NAME="Debian"\nVERSION_ID="12"\nID=debian\n')
    write('/var/lib/dpkg/status', `${status}\n`)
    write('/var/lib/dpkg/info/libc6:arm64.list', '/lib/aarch64-linux-gnu/libc.so.6\n')
    write('/var/lib/dpkg/info/libstdc++6.list', `${libraries}/libstdc++.so.6.0.30\n`)
  })

  it('own files under either of their two names, and those of another machine do not', () => {
    const owners = debianOwners(system, [
      `${libraries}/libc.so.6`,
      `${libraries}/libstdc++.so.6.0.30`,
      `${libraries}/libm.so.6`,
    ])
    expect([...owners].map(([file, { name, version }]) => [file, name, version])).toEqual([
      [`${libraries}/libc.so.6`, 'libc6', '2.36-9'],
      [`${libraries}/libstdc++.so.6.0.30`, 'libstdc++6', '12.2.0-14+deb12u1'],
    ])
  })

  it('are found by scanners under the address of their distribution', () => {
    const file = `${libraries}/libstdc++.so.6.0.30`
    const found = debianOwners(system, [file]).get(file)
    expect(found && debianComponent(found, distributionOf(system))).toEqual({
      type: 'library',
      name: 'libstdc++6',
      version: '12.2.0-14+deb12u1',
      licence: 'GPL-3.0-or-later WITH GCC-exception-3.1',
      purl: 'pkg:deb/debian/libstdc%2B%2B6@12.2.0-14%2Bdeb12u1?arch=arm64&distro=debian-12',
    })
  })

  it('are none where there is no dpkg', () => {
    rmSync(path.join(system.folder, 'var'), { recursive: true })
    expect(debianOwners(system, [`${libraries}/libc.so.6`]).size).toBe(0)
  })
})
