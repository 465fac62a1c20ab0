import { SelectorError } from './label-selector.ts'

export interface FieldRequirement {
  readonly field: string
  readonly equal: boolean
  readonly value: string
}

/** Between commas that no backslash stands before. */
const termsOf = (text: string): string[] => {
  const terms = ['']
  let escaped = false
  for (const character of text) {
    if (character === ',' && !escaped) terms.push('')
    else terms.push(`${terms.pop() ?? ''}${character}`)
    escaped = character === '\\' && !escaped
  }
  return terms
}

const unescaped = (text: string): string => {
  let value = ''
  let escaped = false
  for (const character of text) {
    if (escaped) {
      if (!['\\', ',', '='].includes(character))
        throw new SelectorError(`invalid field selector: invalid escape sequence: \\${character}`)
      value += character
      escaped = false
    } else if (character === '\\') escaped = true
    else if (character === ',' || character === '=')
      throw new SelectorError(
        `invalid field selector: unescaped character in value: ${character.charCodeAt(0)}`,
      )
    else value += character
  }
  if (escaped) throw new SelectorError('invalid field selector: invalid escape sequence: \\')
  return value
}

/** Reads `metadata.name=a,type!=b`, with backslash escapes of `,`, `=` and itself; throws SelectorError on anything else. */
export const parseFieldSelector = (text: string): FieldRequirement[] =>
  termsOf(text)
    .toSorted()
    .filter((term) => term !== '')
    .map((term) => {
      const match = /^(.*?)(!=|==|=)(.*)$/s.exec(term)
      if (match === null) throw new SelectorError(`invalid selector: '${text}'; can't understand '${term}'`)
      const [, field = '', operator, value = ''] = match
      return { field, equal: operator !== '!=', value: unescaped(value) }
    })

/** The name a selection is confined to, for authorization by resource name. */
export const selectedName = (requirements: readonly FieldRequirement[]): string | undefined =>
  requirements.find(({ field, equal }) => equal && field === 'metadata.name')?.value
