import type { CaseApi } from '../../case-api.ts'
import { binding, bindings, configMap, dryRun, policies, policy, until } from '../policies/policy.ts'

/** What expressions ask for what the server cannot know while it compiles them. */
const subject = configMap('one', {
  a: 'b',
  bracket: '[',
  day: '2024-02-30T00:00:00Z',
  lookahead: '(?=x)',
  long: '1d',
  word: 'nope',
})

/** The server cuts warnings short when there are many. */
const atOnce = 18

/**
 * Has the real server say what expressions come to: each is a validation that is never true, and of which the server warns
 * with its value, printed by `format`, or with what went wrong.
 */
const ofSome = async (api: CaseApi, name: string, expressions: readonly string[]): Promise<void> => {
  // equal warnings are told once: each has its number
  const validations = expressions.map((text, at) => ({
    expression: `dyn(${text}) == dyn('never')`,
    messageExpression: `'${at}: %s'.format([dyn(${text})])`,
    message: `${at}: no text`,
  }))
  const show = (): string => 'made'
  ;(await api.post(policies, policy(api, { name, validations }), { show })).is(201)
  const warn = { validationActions: ['Warn'] }
  ;(await api.post(bindings, binding(api, name, warn), { show })).is(201)
  const path = dryRun(api.in('configmaps'))
  await until(
    () => api.ask('POST', path, subject),
    ({ headers }) => headers['warning'] !== undefined,
  )
  // one a line, without what is the same in all
  const answer = await api.ask('POST', path, subject)
  const warnings = [answer.headers['warning'] ?? []]
    .flat()
    .join(', ')
    .split(/, (?=299 )/)
  api.note(
    `values of ${name}`,
    expressions.map((text, at) => `${text} => ${valueIn(warnings[at] ?? '', text)}`),
  )
  ;(await api.delete(`${policies}/${api.unique(name)}`, undefined, { show })).is(200)
  ;(await api.delete(`${bindings}/${api.unique(name)}`, undefined, { show })).is(200)
  await until(
    () => api.ask('POST', path, subject),
    ({ headers }) => headers['warning'] === undefined,
  )
}

const valueIn = (warning: string, text: string): string =>
  warning
    .replace(/^299 - "Validation failed for .*? with binding '[^']*': /, '')
    .replace(/"$/, '')
    .replaceAll('\\"', '"')
    .replaceAll('\\\\', '\\')
    .replace(`expression 'dyn(${text}) == dyn('never')' resulted in `, '')

/** Records what expressions come to. */
export const evaluated = async (api: CaseApi, ...expressions: readonly string[]): Promise<void> => {
  for (let at = 0; at < expressions.length; at += atOnce)
    await ofSome(api, `part-${at / atOnce + 1}`, expressions.slice(at, at + atOnce))
}

/** Records what keeps expressions from compiling. */
export const refused = async (api: CaseApi, ...expressions: readonly string[]): Promise<void> => {
  const validations = expressions.map((text) => ({ expression: `dyn(${text}) == dyn('never')` }))
  const message = ({ details }: { details: { causes: { message: string }[] } }) =>
    details.causes.map((cause) => cause.message)
  ;(await api.post(policies, policy(api, { validations }), { show: message })).is(422)
}
