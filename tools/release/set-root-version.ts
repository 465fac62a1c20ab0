import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { releasedPackages } from './released-packages.ts'

/** Gives the repository's own package.json the version of the services, which changesets does not do. */
export function setRootVersion(root: string): void {
  const service = releasedPackages(root).find(({ isLibrary }) => !isLibrary)
  if (service === undefined) throw new Error('packages/: there is no service')
  const file = path.join(root, 'package.json')
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.replace(/^( {2}"version": )"[^"]*"/m, `$1"${service.version}"`))
}
