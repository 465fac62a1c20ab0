import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '../command/root.ts'
import { conditionsPage } from './conditions-page.ts'
import { hubReference, type HubReference } from './hub-reference.ts'
import { metricsPage } from './metrics-page.ts'
import { validationPage } from './validation-page.ts'

export interface ReferenceDocument {
  /** From the repository's root. */
  readonly file: string
  readonly text: string
}

/** The documents as they should be. */
export async function referenceDocuments(reference?: HubReference): Promise<readonly ReferenceDocument[]> {
  const hub = reference ?? (await hubReference())
  return [
    { file: 'docs/reference/conditions.md', text: conditionsPage(hub) },
    { file: 'docs/reference/metrics.md', text: metricsPage(hub) },
    { file: 'docs/reference/validation.md', text: validationPage() },
  ]
}

/** What is stale, a line each: the file and the first line that differs. */
export function staleDocuments(documents: readonly ReferenceDocument[]): readonly string[] {
  return documents.flatMap(({ file, text }) => {
    const there = path.join(root, file)
    const now = existsSync(there) ? readFileSync(there, 'utf8').split('\n') : []
    const wanted = text.split('\n')
    const at = wanted.findIndex((line, i) => line !== now[i])
    if (at < 0 && now.length === wanted.length) return []
    const line = at < 0 ? wanted.length : at
    return [
      `${file}:${line + 1}: expected ${JSON.stringify(wanted[line] ?? '')}, found ${JSON.stringify(now[line] ?? '')}`,
    ]
  })
}
