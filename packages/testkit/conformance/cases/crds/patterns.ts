import type { Cases } from '../../conformance-case.ts'
import { define, definition, definitions, widget } from './definition.ts'

const ofPattern = (pattern: string) => ({
  schema: { type: 'object', properties: { a: { type: 'string', pattern } } },
})

/** Taken by Go, and otherwise or not at all by other readers of regular expressions. */
const accepted: Readonly<Record<string, readonly string[]>> = {
  '(?i)^[[:alpha:]_[]+$': ['aB_[', 'a1'],
  [String.raw`\A\"[\w\-]+\_\"\z`]: ['"a-b_"', '"a b_"'],
  [String.raw`^\pL+\P{Lu}(?P<last>[]x])$`]: ['éa]', 'éAx'],
  '^{a}]{2}$': ['{a}]]', '{a}]'],
}

const refused = [
  '(a',
  'a)',
  '[a',
  'x[a',
  '*',
  'x(?=a)',
  '(?!a)',
  '(?<=a)b',
  '(?P<a b>x)',
  'a*?+',
  'a{2}{3}',
  String.raw`(a)\1`,
  String.raw`\y`,
  'a{1001}',
  'x[z-a]',
  '[[:none:]]',
  String.raw`\p{None}`,
  'a**',
  'a\\',
]

export const patterns: Cases = {
  'patterns are regular expressions of Go': async (api) => {
    for (const pattern of Object.keys(accepted))
      (await api.post(`${definitions}?dryRun=All`, definition(api, ofPattern(pattern)))).is(201)
    for (const pattern of refused)
      (await api.post(`${definitions}?dryRun=All`, definition(api, ofPattern(pattern)))).is(422)
  },

  'texts match patterns of Go': async (api) => {
    const properties = Object.fromEntries(
      Object.keys(accepted).map((pattern, at) => [`p${at}`, { type: 'string', pattern }]),
    )
    const path = await define(api, { schema: { type: 'object', properties } })
    // one by one: causes come in no order
    for (const [at, [right, wrong]] of Object.values(accepted).entries()) {
      ;(await api.post(path, widget(api, `right-${at}`, { [`p${at}`]: right }))).is(201)
      ;(await api.post(path, widget(api, `wrong-${at}`, { [`p${at}`]: wrong }))).is(422)
    }
  },
}
