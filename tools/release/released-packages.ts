import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'

/** One package of the workspace, as a release sees it. */
export interface ReleasedPackage {
  readonly name: string
  /** Relative to the repository's root. */
  readonly folder: string
  readonly version: string
  /** Libraries are published; what is private is a service, and ships as an image. */
  readonly isLibrary: boolean
  readonly description: string
  readonly license: string
  /** Specifiers by name, as they stand in the repository: `workspace:*` for packages of this one. */
  readonly dependencies: Readonly<Record<string, string>>
  /** Files that whoever installs it imports or runs, relative to its folder. */
  readonly entries: readonly string[]
}

/** As much of a package.json as is read here. */
interface Manifest extends Pick<ReleasedPackage, 'name' | 'version' | 'description' | 'license'> {
  readonly private?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly bin?: Readonly<Record<string, string>>
  readonly publishConfig?: { readonly exports?: Readonly<Record<string, Readonly<Record<string, string>>>> }
}

/** All packages of the repository at `root`, each after those that it depends on. */
export function releasedPackages(root: string): readonly ReleasedPackage[] {
  const folders = readdirSync(path.join(root, 'packages')).toSorted()
  const packages = folders
    .map((name) => `packages/${name}`)
    .filter((folder) => existsSync(path.join(root, folder, 'package.json')))
    .map((folder) => readPackage(root, folder))
  const ordered: ReleasedPackage[] = []
  const add = (one: ReleasedPackage): void => {
    if (ordered.includes(one)) return
    for (const dependency of packages) if (dependency.name in one.dependencies) add(dependency)
    ordered.push(one)
  }
  for (const one of packages) add(one)
  return ordered
}

function readPackage(root: string, folder: string): ReleasedPackage {
  const file = path.join(root, folder, 'package.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest
  const { name, version, description, license, dependencies = {}, bin = {}, publishConfig } = manifest
  return {
    ...{ name, folder, version, description, license, dependencies },
    isLibrary: manifest.private !== true,
    entries: [
      ...Object.values(publishConfig?.exports ?? {}).flatMap(Object.values<string>),
      ...Object.values(bin),
    ],
  }
}
