import { labelValueProblems, qualifiedNameProblems } from './label-syntax.ts'
import { SelectorScanner } from './selector-scanner.ts'
import type { Token } from './selector-scanner.ts'

/** Whether an object's labels are in the selection. */
export type LabelMatcher = (labels: Readonly<Record<string, string>> | undefined) => boolean

export class SelectorError extends Error {
  override readonly name = 'SelectorError'
}

interface Requirement {
  readonly key: string
  readonly operator: 'in' | 'notin' | 'exists' | 'absent' | 'greater' | 'less'
  readonly values: readonly string[]
}

const unexpected = (found: Token, expected: string): SelectorError =>
  new SelectorError(`found '${found.text}', expected: ${expected}`)

const isSymbol = ({ kind, text }: Token, symbol: string): boolean => kind === 'symbol' && text === symbol

const operators: Readonly<Record<string, Requirement['operator']>> = {
  '=': 'in',
  '==': 'in',
  '!=': 'notin',
  '>': 'greater',
  '<': 'less',
  in: 'in',
  notin: 'notin',
}

/** `(a, b)`: an empty place is an empty value. */
const readSet = (scanner: SelectorScanner): string[] => {
  const open = scanner.take()
  if (!isSymbol(open, '(')) throw new SelectorError(`found '${open.text}' expected: '('`)
  const values: string[] = []
  if (scanner.next.kind !== 'word' && !isSymbol(scanner.next, ',') && !isSymbol(scanner.next, ')'))
    throw unexpected(scanner.next, "',', ')' or identifier")
  for (;;) {
    values.push(scanner.next.kind === 'word' ? scanner.take().text : '')
    const after = scanner.take()
    if (isSymbol(after, ')')) return values
    if (!isSymbol(after, ',')) throw unexpected(after, "',' or ')'")
  }
}

const readValue = (scanner: SelectorScanner): string => {
  if (scanner.next.kind === 'end' || isSymbol(scanner.next, ',')) return ''
  const value = scanner.take()
  if (value.kind !== 'word') throw unexpected(value, 'identifier')
  return value.text
}

const aggregate = (problems: readonly string[]): string =>
  problems.length === 1 ? (problems[0] ?? '') : `[${problems.join(', ')}]`

const invalidValue = (at: string, value: string, problem: string): string =>
  `${at}: Invalid value: ${JSON.stringify(value)}: ${problem}`

const checked = (requirement: Requirement): Requirement => {
  const { key, operator } = requirement
  const values = [...new Set(requirement.values)].toSorted()
  const isCompared = operator === 'greater' || operator === 'less'
  const problems = values.flatMap((value, at) => {
    const wrong = labelValueProblems(value)
    return [
      ...(isCompared && !/^[+-]?\d+$/.test(value)
        ? [invalidValue(`values[${at}]`, value, "for 'Gt', 'Lt' operators, the value must be an integer")]
        : []),
      ...(wrong.length === 0 ? [] : [invalidValue(`values[${at}][${key}]`, value, wrong.join('; '))]),
    ]
  })
  if (problems.length > 0) throw new SelectorError(aggregate(problems))
  return { key, operator, values }
}

const readRequirement = (scanner: SelectorScanner): Requirement => {
  const isAbsent = isSymbol(scanner.next, '!')
  if (isAbsent) scanner.take()
  const key = scanner.take()
  if (key.kind !== 'word') throw unexpected(key, 'identifier')
  const wrong = qualifiedNameProblems(key.text)
  if (wrong.length > 0) throw new SelectorError(invalidValue('<nil>', key.text, wrong.join('; ')))
  if (isAbsent) return { key: key.text, operator: 'absent', values: [] }
  if (scanner.next.kind === 'end' || isSymbol(scanner.next, ','))
    return { key: key.text, operator: 'exists', values: [] }
  const found = scanner.take()
  const operator = Object.hasOwn(operators, found.text) ? operators[found.text] : undefined
  if (operator === undefined) throw unexpected(found, 'in, notin, =, ==, !=, gt, lt')
  const values = found.kind === 'word' ? readSet(scanner) : [readValue(scanner)]
  return checked({ key: key.text, operator, values })
}

const readRequirements = (text: string): Requirement[] => {
  const scanner = new SelectorScanner(text)
  const requirements: Requirement[] = []
  if (scanner.next.kind === 'end') return requirements
  if (scanner.next.kind !== 'word' && !isSymbol(scanner.next, '!'))
    throw unexpected(scanner.next, "!, identifier, or 'end of string'")
  for (;;) {
    try {
      requirements.push(readRequirement(scanner))
    } catch (error) {
      throw error instanceof SelectorError
        ? new SelectorError(`unable to parse requirement: ${error.message}`)
        : error
    }
    const after = scanner.take()
    if (after.kind === 'end') return requirements
    if (!isSymbol(after, ',')) throw unexpected(after, "',' or 'end of string'")
    if (scanner.next.kind !== 'word' && !isSymbol(scanner.next, '!'))
      throw unexpected(scanner.next, "identifier after ','")
  }
}

const holds = ({ key, operator, values }: Requirement, labels: Readonly<Record<string, string>>): boolean => {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined
  switch (operator) {
    case 'in':
      return value !== undefined && values.includes(value)
    case 'notin':
      return value === undefined || !values.includes(value)
    case 'exists':
      return value !== undefined
    case 'absent':
      return value === undefined
    case 'greater':
      return value !== undefined && Number(value) > Number(values[0])
    case 'less':
      return value !== undefined && Number(value) < Number(values[0])
  }
}

/** Reads `a=b,c!=d,e in (f,g),!h`; throws SelectorError on anything else. Undefined when nothing is demanded. */
export const parseLabelSelector = (text: string): LabelMatcher | undefined => {
  const requirements = readRequirements(text)
  if (requirements.length === 0) return undefined
  return (labels = {}) => requirements.every((requirement) => holds(requirement, labels))
}
