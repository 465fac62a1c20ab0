import type { Cases } from '../../conformance-case.ts'
import { definition, definitions } from './definition.ts'

export const ruleDefinitions: Cases = {
  'rules must compile, and their fields must be': async (api) => {
    const post = (...rules: readonly object[]) =>
      api.post(
        definitions,
        definition(api, {
          schema: {
            type: 'object',
            properties: { a: { type: 'string' }, b: { type: 'integer' } },
            'x-kubernetes-validations': rules,
          },
        }),
      )
    const unknown = await post({ rule: 'self.c == 1' })
    unknown.is(422, { reason: 'Invalid' })
    const notBool = await post({ rule: 'self.b' })
    notBool.is(422)
    const empty = await post({ rule: ' ' })
    empty.is(422)
    const message = await post({ rule: 'true', message: ' ' }, { rule: 'true', message: 'a\nb' })
    message.is(422)
    const reason = await post({ rule: 'true', reason: 'Because' })
    reason.is(422)
    const path = await post({ rule: 'true', fieldPath: '.c' })
    path.is(422)
  },

  'a rule with a syntax error is told where it is': async (api) => {
    const syntax = await api.post(
      definitions,
      definition(api, {
        schema: {
          type: 'object',
          properties: { a: { type: 'string' } },
          'x-kubernetes-validations': [{ rule: 'self.a ==' }],
        },
      }),
    )
    syntax.is(422, { reason: 'Invalid', message: /compilation failed: ERROR: <input>:1:10: Syntax error/ })
  },

  'a rule that may cost too much is refused': async (api) => {
    const costly = await api.post(
      definitions,
      definition(api, {
        schema: {
          type: 'object',
          properties: { list: { type: 'array', items: { type: 'string' } } },
          'x-kubernetes-validations': [{ rule: 'self.list.all(x, self.list.all(y, x == y))' }],
        },
      }),
    )
    costly.is(422, { reason: 'Invalid', message: /estimated rule cost exceeds budget/ })
  },
}
