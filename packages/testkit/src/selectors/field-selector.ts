import { SelectorError } from './label-selector.ts'

export interface FieldRequirement {
  readonly field: string
  readonly equal: boolean
  readonly value: string
}

/** Reads `metadata.name=a,type!=b`, with backslash escapes of `,`, `=` and itself; throws SelectorError on anything else. */
export const parseFieldSelector = (text: string): FieldRequirement[] => {
  if (text === '') return []
  return (text.match(/(?:\\.|[^,\\])+/g) ?? []).map((term) => {
    const match = /^((?:\\.|[^=!\\])+)(==|=|!=)((?:\\.|[^=\\])*)$/.exec(term)
    if (match === null) throw new SelectorError(`invalid selector: '${text}'; can't understand '${term}'`)
    const [, field = '', operator, value = ''] = match
    return { field, equal: operator !== '!=', value: value.replace(/\\(.)/g, '$1') }
  })
}

/** The name a selection is confined to, for authorization by resource name. */
export const selectedName = (requirements: readonly FieldRequirement[]): string | undefined =>
  requirements.find(({ field, equal }) => equal && field === 'metadata.name')?.value
