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

const requirementPattern =
  /^\s*(?:(?<absent>!)\s*(?<absentKey>[^\s=!<>(),]+)|(?<key>[^\s=!<>(),]+)\s*(?:(?<comparison>==|=|!=|>|<)\s*(?<value>[^\s=!<>(),]*)|\s(?<set>in|notin)\s*\((?<values>[^()]*)\))?)\s*(?:,|$)/

const keyPattern = /^(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/
const valuePattern = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/

const requirementOf = (groups: Record<string, string | undefined>): Requirement => {
  if (groups['absentKey'] !== undefined) return { key: groups['absentKey'], operator: 'absent', values: [] }
  const key = groups['key'] ?? ''
  if (groups['set'] !== undefined) {
    const values = (groups['values'] ?? '').split(',').map((value) => value.trim())
    return { key, operator: groups['set'] === 'in' ? 'in' : 'notin', values }
  }
  const value = groups['value'] ?? ''
  switch (groups['comparison']) {
    case '=':
    case '==':
      return { key, operator: 'in', values: [value] }
    case '!=':
      return { key, operator: 'notin', values: [value] }
    case '>':
      return { key, operator: 'greater', values: [value] }
    case '<':
      return { key, operator: 'less', values: [value] }
    default:
      return { key, operator: 'exists', values: [] }
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

/** Reads `a=b,c!=d,e in (f,g),!h`; throws SelectorError on anything else. */
export const parseLabelSelector = (text: string): LabelMatcher | undefined => {
  const requirements: Requirement[] = []
  for (let rest = text; rest.trim() !== '';) {
    const match = requirementPattern.exec(rest)
    if (match?.groups === undefined) throw new SelectorError(`unable to parse requirement: ${rest.trim()}`)
    const requirement = requirementOf(match.groups)
    if (!keyPattern.test(requirement.key))
      throw new SelectorError(`unable to parse requirement: invalid label key "${requirement.key}"`)
    const wrong = requirement.values.find((value) => !valuePattern.test(value))
    if (wrong !== undefined)
      throw new SelectorError(`unable to parse requirement: invalid label value: "${wrong}"`)
    requirements.push(requirement)
    rest = rest.slice(match[0].length)
  }
  if (requirements.length === 0) return undefined
  return (labels = {}) => requirements.every((requirement) => holds(requirement, labels))
}
