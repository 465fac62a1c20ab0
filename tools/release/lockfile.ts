import { parse } from 'yaml'

/** What pnpm-lock.yaml says of one package of a registry. */
export interface LockedPackage {
  readonly name: string
  readonly version: string
  /** As in the lockfile: `sha512-…` in base64. */
  readonly integrity: string
  /** Keys of what it needs at run time, each one of `packages`. */
  readonly needs: readonly string[]
}

export interface Lockfile {
  /** By key: name, version and, where they make a difference, the peers it was resolved with. */
  readonly packages: ReadonlyMap<string, LockedPackage>
  /** Keys of what a folder of the workspace depends on at run time, by name; packages of the workspace are left out. */
  dependenciesOf(folder: string): ReadonlyMap<string, string>
}

interface Document {
  readonly lockfileVersion: string
  readonly importers: Readonly<Record<string, Importer | undefined>>
  readonly packages: Readonly<
    Record<string, { readonly resolution: { readonly integrity?: string } } | undefined>
  >
  readonly snapshots: Readonly<Record<string, Snapshot | null>>
}
type Importer = Readonly<
  Partial<Record<'dependencies', Readonly<Record<string, { readonly version: string }>>>>
>
type Snapshot = Readonly<
  Partial<Record<'dependencies' | 'optionalDependencies', Readonly<Record<string, string>>>>
>

/** Reads pnpm-lock.yaml. Throws on a version of its format that was never tried, and on a package without integrity. */
export function readLockfile(text: string): Lockfile {
  const document = parse(text) as Document
  if (document.lockfileVersion !== '9.0')
    throw new Error(`pnpm-lock.yaml: expected lockfileVersion 9.0, found ${document.lockfileVersion}`)
  const packages = new Map(
    Object.entries(document.snapshots).map(([key, snapshot]) => [
      key,
      lockedPackage(document, key, snapshot ?? {}),
    ]),
  )
  return {
    packages,
    dependenciesOf(folder) {
      const found = Object.entries(document.importers[folder]?.dependencies ?? {})
      const foreign = found.filter(([, { version }]) => !version.startsWith('link:'))
      return new Map(foreign.map(([name, { version }]) => [name, `${name}@${version}`]))
    },
  }
}

function lockedPackage(document: Document, key: string, snapshot: Snapshot): LockedPackage {
  const plain = key.replace(/\(.*$/, '')
  const at = plain.lastIndexOf('@')
  const integrity = document.packages[plain]?.resolution.integrity
  if (integrity === undefined) throw new Error(`pnpm-lock.yaml: ${plain} has no integrity`)
  const needs = { ...snapshot.dependencies, ...snapshot.optionalDependencies }
  return {
    name: plain.slice(0, at),
    version: plain.slice(at + 1),
    integrity,
    needs: Object.entries(needs).map(([name, version]) => `${name}@${version}`),
  }
}
