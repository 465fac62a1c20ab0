import { readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from './root.ts'

/**
 * The version of what is installed on clusters: of the three services (which `.changeset/config.json` holds together), and so
 * of their images, the manifests and the bundle. Libraries have versions of their own.
 */
export const releaseVersion = readVersion(path.join(root, 'packages/hub-controller/package.json'))

function readVersion(file: string): string {
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { readonly version?: unknown }
  if (typeof version !== 'string') throw new Error(`${file}: expected a version, found ${String(version)}`)
  return version
}
