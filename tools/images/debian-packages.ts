import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import type { Component } from '../sbom/cyclonedx.ts'
import type { LinuxSystem } from './linux-system.ts'

/** A package of Debian or what is made of it, as dpkg has noted it. */
export interface DebianPackage {
  readonly name: string
  readonly version: string
  /** `amd64` */
  readonly architecture: string
  /** What it was made from: `gcc-12`. */
  readonly source: string
  /** All that dpkg has noted, for scanners. */
  readonly stanza: string
}

const dpkg = '/var/lib/dpkg'

/** The packages that own files of a system, by file; a file that no package owns, or any of a system without dpkg, is left out. */
export const debianOwners = (
  system: LinuxSystem,
  files: readonly string[],
): ReadonlyMap<string, DebianPackage> => {
  const folder = path.join(system.folder, dpkg, 'info')
  if (!existsSync(folder)) return new Map()
  const known = packagesBy(system.read(`${dpkg}/status`)?.toString() ?? '')
  // A system where /lib is a link to /usr/lib has its files noted under either.
  const wanted = new Map(files.flatMap((file) => bothPlaces(file).map((place) => [place, file])))
  const owners = new Map<string, DebianPackage>()
  for (const list of readdirSync(folder).filter((file) => file.endsWith('.list'))) {
    const [name = '', architecture] = list.slice(0, -'.list'.length).split(':')
    const lines = system.read(`${dpkg}/info/${list}`)?.toString().split('\n') ?? []
    const owned = lines.flatMap((line) => wanted.get(line) ?? [])
    const found = known.find(
      (one) => one.name === name && (architecture === undefined || one.architecture === architecture),
    )
    if (found !== undefined) for (const file of owned) owners.set(file, found)
  }
  return owners
}

/** A package as part of a bill of materials; `distribution` as in `/etc/os-release`: `debian`, `12`. */
export const debianComponent = (
  { name, version, architecture, source }: DebianPackage,
  { id, versionId }: Distribution,
): Component => {
  const licence = licences.find(({ of }) => of.test(source))?.licence
  const query = `arch=${architecture}&distro=${id}-${versionId}`
  return {
    type: 'library',
    name,
    version,
    ...(licence === undefined ? {} : { licence }),
    purl: `pkg:deb/${id}/${encodeURIComponent(name)}@${encodeURIComponent(version)}?${query}`,
  }
}

/** By package they came from. Debian tells it in prose only, which is in the image (`/usr/share/doc/…/copyright`). */
const licences: readonly { readonly of: RegExp; readonly licence: string }[] = [
  { of: /^glibc$/, licence: 'LGPL-2.1-or-later' },
  { of: /^gcc-\d+$/, licence: 'GPL-3.0-or-later WITH GCC-exception-3.1' },
]

export interface Distribution {
  readonly id: string
  readonly versionId: string
}

/** Which Linux a system is; `linux` without a version where it does not say. */
export const distributionOf = (system: LinuxSystem): Distribution => {
  const text = system.read('/etc/os-release')?.toString() ?? ''
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(text)?.[1]
  return { id: field('ID') ?? 'linux', versionId: field('VERSION_ID') ?? '' }
}

const packagesBy = (status: string): readonly DebianPackage[] =>
  status.split('\n\n').flatMap((stanza) => {
    const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(stanza)?.[1]
    const [name, version, architecture] = [field('Package'), field('Version'), field('Architecture')]
    if (name === undefined || version === undefined || architecture === undefined) return []
    const source = field('Source')?.replace(/ .*/, '') ?? name
    return [{ name, version, architecture, source, stanza: `${stanza.trim()}\n` }]
  })

const bothPlaces = (file: string): readonly string[] => {
  const short = file.replace(/^\/usr\//, '/')
  return [short, `/usr${short}`]
}
