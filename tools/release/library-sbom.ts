import { cycloneDx, type Component } from '../sbom/cyclonedx.ts'
import type { Lockfile } from './lockfile.ts'

/** A library that has been packed, and what has to be known of it for a bill of materials. */
export interface PackedLibrary {
  readonly name: string
  readonly version: string
  readonly description: string
  /** As SPDX writes it. */
  readonly license: string
  /** Of the packed file, in hexadecimal. */
  readonly sha256: string
  /** Names of libraries of this repository that it depends on. */
  readonly own: readonly string[]
  /** Keys of the lockfile of everything else that it depends on, or has in its files. */
  readonly foreign: readonly string[]
}

interface SbomInput {
  readonly library: PackedLibrary
  /** All libraries of the release, by name. */
  readonly libraries: ReadonlyMap<string, PackedLibrary>
  readonly lockfile: Lockfile
  /** The licence of a key of the lockfile, as its package states it; undefined when it states none. */
  readonly licenceOf: (key: string) => string | undefined
  /** When the source was committed: a second run says the same. */
  readonly madeAt: Date
}

/**
 * The CycloneDX bill of materials of one library: all that it needs at run time, in the versions that it was tested with
 * (pnpm-lock.yaml). The same input gives the same bytes.
 */
export function librarySbom({ library, libraries, lockfile, licenceOf, madeAt }: SbomInput): string {
  const known = new Map<string, Component>()
  const needs = new Map<Component, readonly Component[]>()
  /** The component of a key, with all that it needs; packages may need each other. */
  const add = (
    key: string,
    make: () => readonly [Component, needed: () => readonly Component[]],
  ): Component => {
    const found = known.get(key)
    if (found !== undefined) return found
    const [component, needed] = make()
    known.set(key, component)
    needs.set(component, needed())
    return component
  }
  const ofLibrary = (one: PackedLibrary): Component =>
    add(one.name, () => [
      ownComponent(one),
      () => [
        ...one.own.map((name) => ofLibrary(expected(libraries.get(name), one.name, name))),
        ...one.foreign.map(ofKey),
      ],
    ])
  const ofKey = (key: string): Component =>
    add(key, () => {
      const {
        name,
        version,
        integrity,
        needs: needed,
      } = expected(lockfile.packages.get(key), library.name, key)
      const licence = licenceOf(key)
      const component: Component = {
        ...{ type: 'library', name, version, purl: purlOf(name, version), integrity },
        ...(licence === undefined ? {} : { licence }),
      }
      return [component, () => needed.map(ofKey)]
    })
  const subject = ofLibrary(library)
  return cycloneDx({
    subject,
    components: [...known.values()].filter((one) => one !== subject),
    needs,
    madeAt,
  })
}

const ownComponent = ({ name, version, description, license, sha256 }: PackedLibrary): Component => ({
  ...{ type: 'library', name, version, description, licence: license, purl: purlOf(name, version), sha256 },
})

const purlOf = (name: string, version: string): string => `pkg:npm/${name.replace('@', '%40')}@${version}`

function expected<T>(found: T | undefined, library: string, name: string): T {
  if (found === undefined) throw new Error(`${library} needs ${name}, of which nothing is known`)
  return found
}
