import type { CaseResult, Transcript } from './transcript.ts'

/** One place where an answer is not as recorded. */
export interface AnswerDifference {
  /** `AREA: TITLE` */
  readonly case: string
  /** `answer 2, PUT /api/v1/…: body.message` */
  readonly at: string
  /** As the real API server answered; undefined when it had nothing there. */
  readonly expected: unknown
  readonly actual: unknown
}

/** All places where the answers of a case are not the recorded ones, and what the case itself did not find. */
export const compare = (
  result: CaseResult,
  recorded: Transcript | undefined,
): readonly AnswerDifference[] => {
  const differences: AnswerDifference[] = []
  const add = (at: string, expected: unknown, actual: unknown): void =>
    void differences.push({ case: result.name, at, expected, actual })
  if (result.failure !== undefined) add('what the case expects', 'that it holds', result.failure)
  if (recorded === undefined) {
    add('its recording', 'one in recorded/', undefined)
    return differences
  }
  for (let at = 0; at < Math.max(recorded.length, result.transcript.length); at++) {
    const expected = recorded[at]
    const actual = result.transcript[at]
    const where = `answer ${at + 1}, ${expected?.request ?? actual?.request ?? ''}`
    walk(where, '', expected, actual, add)
  }
  return differences
}

const walk = (
  where: string,
  path: string,
  expected: unknown,
  actual: unknown,
  add: (at: string, expected: unknown, actual: unknown) => void,
): void => {
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    expected.forEach((item, at) => walk(where, `${path}[${at}]`, item, actual[at], add))
  } else if (isFields(expected) && isFields(actual)) {
    for (const name of new Set([...Object.keys(expected), ...Object.keys(actual)]))
      walk(where, path === '' ? name : `${path}.${name}`, expected[name], actual[name], add)
  } else if (JSON.stringify(expected) !== JSON.stringify(actual)) {
    add(path === '' ? where : `${where}: ${path}`, expected, actual)
  }
}

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
