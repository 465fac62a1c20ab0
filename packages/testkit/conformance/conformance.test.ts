import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compare } from './compare.ts'
import type { AnswerDifference } from './compare.ts'
import { documentedDifferences, documents, isDocumented } from './documented-differences.ts'
import { conformanceTable, tableInReadme } from './readme-table.ts'
import { readRecordings, staleRecordings } from './recordings.ts'
import { runSuite } from './run-suite.ts'
import { suite as wholeSuite } from './suite.ts'
import type { Target } from './target.ts'
import { targetOf } from './targets.ts'

/** Without the sessions of kubectl, which take longer: `npm run conformance` has them. */
const suite = wholeSuite.map((area) => ({
  ...area,
  cases: area.cases.filter(({ needs }) => needs !== 'kubectl'),
}))

let target: Target
const differences = new Map<string, readonly AnswerDifference[]>()

beforeAll(async () => {
  target = await targetOf.memory({ record: false, json: false })
  const recordings = readRecordings(suite)
  for (const result of await runSuite(target, suite))
    differences.set(result.name, compare(result, recordings.get(result.name)))
}, 600_000)
afterAll(() => target.stop())

for (const { name, cases } of suite.filter((area) => area.cases.length > 0)) {
  describe(`the in-memory server answers as a real one: ${name}`, () => {
    test.each(cases.map(({ title }) => title))('%s', (title) => {
      const found = differences.get(`${name}: ${title}`)
      expect(found?.filter((difference) => !isDocumented(difference))).toEqual([])
    })
  })
}

test('every documented difference shows in its cases, and there are at most ten', () => {
  const all = [...differences.values()].flat()
  const gone = documentedDifferences.filter((each) => !all.some((difference) => documents(each, difference)))
  expect(gone).toEqual([])
  expect(documentedDifferences.length).toBeLessThanOrEqual(10)
})

test('every recording is of a case, and titles are not used twice', () => {
  expect(staleRecordings(wholeSuite)).toEqual([])
  for (const { cases } of wholeSuite) expect(new Set(cases.map(({ title }) => title)).size).toBe(cases.length)
})

test('the README has the table of areas as it is', () => {
  expect(tableInReadme()).toBe(conformanceTable(wholeSuite))
})
