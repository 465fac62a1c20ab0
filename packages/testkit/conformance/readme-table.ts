import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { ConformanceArea } from './conformance-case.ts'
import { documentedDifferences } from './documented-differences.ts'

const file = path.join(import.meta.dirname, '..', 'README.md')
const begin = '<!-- conformance: written by `npm run conformance -- --record` -->'
const end = '<!-- /conformance -->'

/** The areas with their numbers of cases, and the differences that are left with why, as Markdown. */
export const conformanceTable = (areas: readonly ConformanceArea[]): string => {
  const total = areas.reduce((sum, { cases }) => sum + cases.length, 0)
  const rows = areas.map(({ name, cases }) => {
    const numbers = documentedDifferences.flatMap((each, at) =>
      each.cases.some((title) => title.startsWith(`${name}: `)) ? [String(at + 1)] : [],
    )
    return `| ${name} | ${cases.length} | ${numbers.length === 0 ? 'none' : numbers.join(', ')} |`
  })
  const differences = documentedDifferences.map(({ what, why }, at) => `${at + 1}. ${what} ${why}`)
  return [
    '| area | cases | differences left |',
    '| --- | --- | --- |',
    ...rows,
    `| all | ${total} | ${documentedDifferences.length} |`,
    ...(differences.length === 0 ? [] : ['', ...differences]),
  ].join('\n')
}

const parts = (): { readonly before: string; readonly table: string; readonly after: string } => {
  const text = readFileSync(file, 'utf8')
  const [before, rest] = split(text, begin)
  const [table, after] = split(rest, end)
  return { before, table: table.trim(), after }
}

const split = (text: string, at: string): readonly [string, string] => {
  const index = text.indexOf(at)
  if (index === -1) throw new Error(`${file} has no line ${at}`)
  return [text.slice(0, index), text.slice(index + at.length)]
}

/** The table as the package's README has it. */
export const tableInReadme = (): string => parts().table

export const writeTable = (areas: readonly ConformanceArea[]): void => {
  const { before, after } = parts()
  writeFileSync(file, `${before}${begin}\n\n${conformanceTable(areas)}\n\n${end}${after}`)
}
