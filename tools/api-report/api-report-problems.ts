import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { apiReport, type ApiEntry } from './api-report.ts'

const renew = 'if this is on purpose: npm run build && npm run packages -- --write'
const mostLines = 12

/**
 * Where the built entries of a library differ from their reviewed reports, and what a user of them would miss; a line
 * each. With `write` the reports are renewed instead.
 */
export function apiReportProblems(root: string, entries: readonly ApiEntry[], write: boolean): string[] {
  return entries.flatMap((entry) => {
    const { text, problems } = apiReport(root, entry)
    const file = path.join(root, entry.report)
    const reviewed = existsSync(file) ? readFileSync(file, 'utf8') : ''
    if (reviewed === text) return problems
    if (!write) return [...problems, `${entry.report}: ${difference(reviewed, text)}\n${renew}`]
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, text)
    return problems
  })
}

/** The first lines that came or went, as a reader of a diff sees them. */
function difference(before: string, after: string): string {
  const [old, now] = [before.split('\n'), after.split('\n')]
  const lines = [
    ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line.trim()}`),
    ...old.filter((line) => !now.includes(line)).map((line) => `- ${line.trim()}`),
  ]
  const more = lines.length - mostLines
  const shown = [...lines.slice(0, mostLines), ...(more > 0 ? [`… and ${more} more`] : [])]
  return `the library exports something else now\n${shown.length === 0 ? 'in another order' : shown.join('\n')}`
}
