import type { AnswerDifference } from './compare.ts'
import type { ConformanceArea } from './conformance-case.ts'
import { documentedDifferences, documents } from './documented-differences.ts'
import { staleRecordings } from './recordings.ts'
import type { ReportedDifference } from './report.ts'

/** Documented differences that the whole suite no longer shows: they have to go. */
export const staleDocumented = (found: readonly AnswerDifference[]): ReportedDifference[] =>
  documentedDifferences
    .filter((documented) => !found.some((difference) => documents(documented, difference)))
    .map(({ cases, what }) => ({
      case: cases[0] ?? what,
      at: `documented difference "${what}"`,
      provider: 'memory',
      expected: 'that it shows in its cases',
      actual: 'it does not: take it off the list',
      documented: false,
    }))

/** Recordings of cases that are no more. */
export const staleRecorded = (areas: readonly ConformanceArea[]): ReportedDifference[] =>
  staleRecordings(areas).map((name) => ({
    case: name,
    at: 'its recording',
    provider: 'control-plane',
    expected: 'a case of that name',
    actual: undefined,
    documented: false,
  }))
