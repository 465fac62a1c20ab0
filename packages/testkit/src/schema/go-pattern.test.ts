import { describe, expect, it } from 'vitest'
import { goPattern, GoPatternError } from './go-pattern.ts'

describe('goPattern', () => {
  it.each([
    ['^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', ['a-b', 'a'], ['-a', 'A']],
    ['(?i)^abc$', ['ABC'], ['abcd']],
    [String.raw`^\"a\_b\-\"$`, ['"a_b-"'], ['a_b-']],
    [String.raw`\Aabc\z`, ['abc'], ['abcd']],
    [String.raw`^\pL\p{Greek}\PN\p{^Lu}$`, ['xαxx'], ['xα1x', 'xxxx', 'xαxX']],
    ['^(?P<first>a)(?:b)$', ['ab'], ['a']],
    ['^[[:alpha:]_[]+$', ['aB_['], ['1']],
    ['^[]a]+$', [']a'], ['[']],
    ['^[^]a]+$', ['b'], [']']],
    [String.raw`^\s\S[\s]$`, [' x\t'], ['\u00A0x ']],
    ['^a{2,3}$', ['aa'], ['a', 'aaaa']],
    ['^a+?b*?$', ['aab'], ['b']],
    ['^{a}]$', ['{a}]'], ['a']],
    [String.raw`^\x{1F600}\.\/$`, ['\u{1F600}./'], ['x./']],
    [String.raw`^[\w.\-/:+]+$`, ['a-b/c:1+x'], [' ']],
  ])('%s', (pattern, matching, others) => {
    for (const text of matching) expect(text).toMatch(goPattern(pattern))
    for (const text of others) expect(text).not.toMatch(goPattern(pattern))
  })

  it.each([
    ['(a', 'missing closing ): `(a`'],
    ['a)', 'unexpected ): `a)`'],
    ['[a', 'missing closing ]: `[a`'],
    ['x[a', 'missing closing ]: `[a`'],
    ['*', 'missing argument to repetition operator: `*`'],
    ['(?=a)', 'invalid or unsupported Perl syntax: `(?=`'],
    ['x(?<!a)b', 'invalid named capture: `(?<!a)b`'],
    ['(?P<a b>x)', 'invalid named capture: `(?P<a b>`'],
    ['x[z-a]', 'invalid character class range: `z-a`'],
    [String.raw`\p{None}`, 'invalid character class range: `\\p{None}`'],
    ['[[:none:]]', 'invalid character class range: `[:none:]`'],
    ['xa*?+', 'invalid nested repetition operator: `*?+`'],
    ['a{2}{3}', 'invalid nested repetition operator: `{2}{3}`'],
    [String.raw`(a)\1`, String.raw`invalid escape sequence: ` + '`\\1`'],
    [String.raw`\y`, String.raw`invalid escape sequence: ` + '`\\y`'],
    ['a{1001}', 'invalid repeat count: `{1001}`'],
    ['a\\', 'trailing backslash at end of expression: ``'],
  ])('refuses %s as Go does', (pattern, message) => {
    expect(() => goPattern(pattern)).toThrow(new GoPatternError(`error parsing regexp: ${message}`))
  })
})
