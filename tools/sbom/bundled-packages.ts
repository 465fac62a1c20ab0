import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { npmPackage, packageFolderOf, type NpmPackage } from './npm-package.ts'

/** A package of which something is in a bundle. */
export interface BundledPackage extends NpmPackage {
  /** How much of the bundle is its text. */
  readonly bytes: number
}

/** A service's bundle, as the bundler itself tells of it. */
export interface Bundle {
  /** Names in `dist`: `main.js` and whatever it loads. */
  readonly files: readonly string[]
  /** By name; the service's own among them. What was left out, or shaken off, is not. */
  readonly packages: readonly BundledPackage[]
  /** Remarks on licences that the bundler found in the text of single files; empty: none. */
  readonly remarks: string
}

interface Metafile {
  readonly outputs: Readonly<
    Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>
  >
}

const metafileName = 'metafile-esm.json'

/**
 * What is in the bundle of the service in a folder, after `npm run build`.
 * @throws Error when it has not been built.
 */
export const bundleIn = (serviceFolder: string): Bundle => {
  const dist = path.join(serviceFolder, 'dist')
  const file = path.join(dist, metafileName)
  if (!existsSync(file)) throw new Error(`${file} is missing: run npm run build first`)
  const { outputs } = JSON.parse(readFileSync(file, 'utf8')) as Metafile
  const names = Object.keys(outputs).map((output) => path.relative('dist', output))
  return {
    files: names.filter((name) => name.endsWith('.js')).toSorted(),
    packages: packagesIn(outputs, serviceFolder),
    remarks: names
      .filter((name) => name.endsWith('.LEGAL.txt'))
      .toSorted()
      .map((name) => readFileSync(path.join(dist, name), 'utf8'))
      .join('\n'),
  }
}

const packagesIn = (outputs: Metafile['outputs'], serviceFolder: string): readonly BundledPackage[] => {
  const folders = new Map<string, number>()
  for (const { inputs } of Object.values(outputs)) {
    for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
      const source = sourceOf(input)
      if (source === undefined || bytesInOutput === 0) continue
      const folder = packageFolderOf(path.resolve(serviceFolder, source))
      folders.set(folder, (folders.get(folder) ?? 0) + bytesInOutput)
    }
  }
  // One package may lie in several folders, each with other neighbours.
  const packages = new Map<string, BundledPackage>()
  for (const [folder, bytes] of folders) {
    const found = npmPackage(folder)
    const id = `${found.name}@${found.version}`
    packages.set(id, { ...found, bytes: bytes + (packages.get(id)?.bytes ?? 0) })
  }
  return [...packages].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, found]) => found)
}

/** The file that an input was read from; undefined: a plugin of the build has written it (`used-of:undici`). */
const sourceOf = (input: string): string | undefined =>
  /^[\w-]+:/.test(input) ? undefined : input.replace(/\?.*$/, '')
