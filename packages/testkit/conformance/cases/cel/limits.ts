import type { CaseApi } from '../../case-api.ts'
import { definition, definitions } from '../crds/definition.ts'
import { evaluated, refused } from './results.ts'

const ten = '[0,1,2,3,4,5,6,7,8,9]'
/** A million steps. */
const loops = ['a', 'b', 'c', 'd', 'e', 'f'].reduceRight(
  (body, name) => `${ten}.all(${name}, ${body})`,
  'a + b + c + d + e + f >= 0',
)

/** How large, how deep and how costly expressions may be. */
export const limits = {
  'what is too deep or too long is refused': (api: CaseApi) =>
    refused(
      api,
      `${'1+'.repeat(251)}1`,
      `object${'.a'.repeat(251)}`,
      `object${'[0]'.repeat(251)}`,
      `${'['.repeat(251)}${']'.repeat(251)}`,
      `${'('.repeat(251)}1${')'.repeat(251)}`,
      '[1].existsOne(x, x == 1)',
      // of those that are not, the first mistake is another one
      `(${'1+'.repeat(230)}1) == 'a'`,
      `(${'true&&'.repeat(1_000)}true) == 'a'`,
    ),

  'what costs too much ends': (api: CaseApi) =>
    evaluated(api, loops, `${loops} || true`, `true || ${loops}`, `lists.range(1000000).size()`),

  'edges of values': (api: CaseApi) =>
    evaluated(
      api,
      'duration("9223372036854775807ns")',
      'duration("1ns")',
      'duration("1ns") - duration("2562047h")',
      'timestamp("9999-12-31T23:59:59Z") - timestamp(object.data.day.replace("30", "29"))',
      'uint(double(object.data.size()) * -0.00001)',
      'url("https://example.com/p?x=1&x=3#f").getQuery()',
      'url("https://ex%41mple.com/" + object.data.a)',
      'ip("\\u0000" + object.data.a)',
      '["\\u0000\\u0007\\u00a0\\u200b\\U0001F600\\"", string(object.data.a)]',
      'dyn(object.data.a).orValue("else")',
      'dyn(object.data.a)[?"x"].hasValue()',
      '-dyn(object.data.a == "b")',
      '" \\u00a0a b\\u3000\\t".trim()',
      '"a😀b😀c".indexOf("😀", 2)',
      '"a😀b😀c".lastIndexOf("😀", 2)',
      '["a", "b"].transformMap(i, v, i)',
    ),

  'rules that cost too much end the others': async (api: CaseApi) => {
    const of = (rule: string): Promise<unknown> => {
      const spec = {
        type: 'object',
        default: {},
        'x-kubernetes-validations': [{ rule: 'false' }, { rule }, { rule: '1 > 2' }],
      }
      return api.post(definitions, definition(api, { schema: { type: 'object', properties: { spec } } }))
    }
    await of('lists.range(2000000).size() == 0')
  },
}
