import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { releasedPackages, type ReleasedPackage } from './released-packages.ts'
import { UserError } from '../command/user-error.ts'
import { unreleased } from './release-problems.ts'
import { checksumProblems, checksumsFile } from './sha256.ts'

/** What would become of one library. */
export interface Publication {
  readonly name: string
  readonly version: string
  readonly tarball: string
  /** The registry has this version: nothing is done. */
  readonly isThere: boolean
}

/** What npm would be asked to publish from a folder of packed libraries, in an order in which each finds what it needs. */
export async function publications(root: string, folder: string): Promise<readonly Publication[]> {
  if (!existsSync(path.join(folder, checksumsFile)))
    throw new UserError(`${folder} has no ${checksumsFile}: npm run release -- pack makes it`)
  const problems = checksumProblems(folder)
  if (problems.length > 0) throw new UserError(`${folder} is not as it was packed:\n${problems.join('\n')}`)
  const libraries = releasedPackages(root).filter(({ isLibrary }) => isLibrary)
  const found: Publication[] = []
  for (const library of libraries) {
    const { name, version } = library
    if (version === unreleased)
      throw new UserError(`${name} has no version yet: npm run release -- version gives it one`)
    const tarball = path.join(folder, tarballOf(library))
    if (!existsSync(tarball)) throw new UserError(`${tarball} is not there: npm run release -- pack makes it`)
    found.push({ name, version, tarball, isThere: await isPublished(name, version) })
  }
  return found
}

/** Publishes one file as it is; npm asks the registry of the caller's configuration, with the caller's rights. */
export async function publish(
  { name, version, tarball }: Publication,
  npmArguments: readonly string[],
): Promise<void> {
  try {
    await npm('publish', tarball, '--access', 'public', ...npmArguments)
  } catch (cause) {
    throw new UserError(
      `${name}@${version} was not published; what was published before it stays: ${said(cause)}`,
      { cause },
    )
  }
}

/** It says what fails also where `npm run --silent` has started us, which it would take over. */
const npm = (...args: readonly string[]): Promise<unknown> =>
  promisify(execFile)('npm', ['--loglevel=error', ...args])

const tarballOf = ({ name, version }: ReleasedPackage): string =>
  `${name.replace('@', '').replace('/', '-')}-${version}.tgz`

/** Throws when the registry says anything but yes or no. */
async function isPublished(name: string, version: string): Promise<boolean> {
  try {
    await npm('view', `${name}@${version}`, 'version', '--json')
    return true
  } catch (cause) {
    if (said(cause).includes('E404')) return false
    throw new UserError(`the registry does not say whether it has ${name}@${version}: ${said(cause)}`, {
      cause,
    })
  }
}

const said = (error: unknown): string =>
  error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error)
