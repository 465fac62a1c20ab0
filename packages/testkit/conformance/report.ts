import type { Provider } from '../src/cluster.ts'
import type { AnswerDifference } from './compare.ts'
import type { ConformanceArea } from './conformance-case.ts'

export interface ReportedDifference extends AnswerDifference {
  readonly provider: Provider
  readonly documented: boolean
}

export interface Report {
  readonly providers: readonly Provider[]
  readonly areas: readonly ConformanceArea[]
  readonly cases: number
  readonly differences: readonly ReportedDifference[]
  readonly json: boolean
}

/** On stdout: the table of areas and every difference that is not documented, or one JSON document. */
export const printReport = ({ json, providers, areas, cases, differences }: Report): void => {
  const text = json
    ? JSON.stringify({ providers, cases, differences: differences.map(asJson) }, undefined, 2)
    : [
        ...differences.filter(({ documented }) => !documented).map(asText),
        ...tableOf(areas, differences),
      ].join('\n')
  process.stdout.write(`${text}\n`)
}

// expected and actual are there even when there was nothing
const asJson = ({ expected, actual, ...rest }: ReportedDifference): object => ({
  ...rest,
  expected: expected ?? null,
  actual: actual ?? null,
})

const longestShown = 600
const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, longestShown)

const asText = ({ case: name, at, provider, expected, actual }: ReportedDifference): string =>
  `${name}\n  ${at}\n    expected: ${shown(expected)}\n    ${provider}: ${shown(actual)}\n`

const tableOf = (areas: readonly ConformanceArea[], differences: readonly ReportedDifference[]): string[] => {
  const rows = areas.map(({ name, cases }) => {
    const ofArea = differences.filter((each) => each.case.startsWith(`${name}: `))
    const open = ofArea.filter(({ documented }) => !documented).length
    return [name, String(cases.length), String(open), String(ofArea.length - open)]
  })
  const all = [['area', 'cases', 'differences', 'documented'], ...rows]
  return all.map(
    ([area = '', ...numbers]) => area.padEnd(52) + numbers.map((text) => text.padStart(13)).join(''),
  )
}
