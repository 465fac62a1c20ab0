import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../command/root.ts'
import { apiEntries } from './api-entries.ts'
import { apiReportProblems } from './api-report-problems.ts'

let temporary = ''
beforeAll(async () => {
  temporary = await mkdtemp(path.join(tmpdir(), 'odfmo-api-report-'))
})
afterAll(() => rm(temporary, { recursive: true, force: true }))

const library = 'tools/api-report/fixtures/library'
const missed = [`${library}/index.d.ts:6: Missing documentation for "undocumented".`]

describe('the report of a public surface', () => {
  const entryIn = (file: string) => ({
    folder: library,
    types: `${library}/index.d.ts`,
    report: path.join(path.relative(root, temporary), file),
  })

  it('is written on purpose only; exports without a docstring are told all the same', async () => {
    const entry = entryIn('written.api.md')
    const [first, missing] = apiReportProblems(root, [entry], false)
    expect([first]).toEqual(missed)
    expect(missing).toMatch(/written\.api\.md: the library exports something else now\n\+ /)
    expect(apiReportProblems(root, [entry], true)).toEqual(missed)
    const report = await readFile(path.join(root, entry.report), 'utf8')
    expect(report).toContain('const undocumented: string;')
    expect(report).toContain('The symbol "Forgotten" needs to be exported')
    expect(apiReportProblems(root, [entry], false)).toEqual(missed)
  })

  it('that is out of date is told with the difference and how to renew it', async () => {
    const entry = entryIn('changed.api.md')
    apiReportProblems(root, [entry], true)
    const file = path.join(root, entry.report)
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace('const undocumented: string;', 'const undocumented: number;'))
    expect(apiReportProblems(root, [entry], false).at(-1)).toBe(
      [
        `${entry.report}: the library exports something else now`,
        '+ export const undocumented: string;',
        '- export const undocumented: number;',
        'if this is on purpose: npm run build && npm run packages -- --write',
      ].join('\n'),
    )
  })

  it('needs the declarations that a build makes', () => {
    expect(() =>
      apiReportProblems(root, [{ ...entryIn('x'), types: `${library}/dist/index.d.ts` }], false),
    ).toThrow('fixtures/library/dist/index.d.ts is not there: npm run build makes it')
  })
})

it('has an entry for each line of the exports', () => {
  const exports = { '.': { types: './dist/index.d.ts' }, './meta': { types: './dist/meta.d.ts' } }
  const manifest = { name: '@odfmo/api-types', exports }
  expect(apiEntries({ name: 'api-types', folder: 'packages/api-types', manifest })).toEqual([
    {
      folder: 'packages/api-types',
      types: 'packages/api-types/dist/index.d.ts',
      report: 'packages/api-types/api-report/api-types.api.md',
    },
    {
      folder: 'packages/api-types',
      types: 'packages/api-types/dist/meta.d.ts',
      report: 'packages/api-types/api-report/meta.api.md',
    },
  ])
})
