import path from 'node:path'
import type { WorkspacePackage } from '../lint/workspace.ts'
import type { ApiEntry } from './api-report.ts'

/** What can be imported of a library: an entry for each line of its exports, `api-types.api.md`, `meta.api.md`. */
export function apiEntries({
  name,
  folder,
  manifest,
}: Pick<WorkspacePackage, 'name' | 'folder' | 'manifest'>): ApiEntry[] {
  return Object.entries(manifest.exports ?? {}).map(([entry, targets]) => ({
    folder,
    types: path.join(folder, targets['types'] ?? ''),
    report: path.join(folder, 'api-report', `${entry === '.' ? name : path.basename(entry)}.api.md`),
  }))
}
