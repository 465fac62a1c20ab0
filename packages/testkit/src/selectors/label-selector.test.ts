import { describe, expect, it } from 'vitest'
import { parseLabelSelector, SelectorError } from './label-selector.ts'

const labels = { app: 'web', tier: 'front', 'example.com/size': '5' }

describe('parseLabelSelector', () => {
  it.each([
    ['app=web', true],
    ['app==web', true],
    ['app!=web', false],
    ['none!=web', true],
    ['app in (web, db)', true],
    ['app notin (web,db)', false],
    ['none notin (a)', true],
    ['app', true],
    ['!app', false],
    ['!none', true],
    ['app=web,tier=front', true],
    ['app=web,tier=back', false],
    ['app in (web),!none , tier', true],
    ['example.com/size>4', true],
    ['example.com/size<4', false],
    ['app=', false],
  ])('%s: %s', (text, expected) => {
    expect(parseLabelSelector(text)?.(labels)).toBe(expected)
  })

  it('is nothing when empty', () => {
    expect(parseLabelSelector('')).toBeUndefined()
    expect(parseLabelSelector(' ')).toBeUndefined()
  })

  it.each(['app in web', '=web', 'app=we b', 'a==b==c', 'app in (web', 'app=-x', ','])(
    'refuses %s',
    (text) => {
      expect(() => parseLabelSelector(text)).toThrow(SelectorError)
    },
  )

  it.each([
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['a=b c', "found 'c', expected: ',' or 'end of string'"],
    ['a,', "found '', expected: identifier after ','"],
    ['=a', "found '=', expected: !, identifier, or 'end of string'"],
  ])('%s: says where it went wrong', (text, message) => {
    expect(() => parseLabelSelector(text)).toThrow(message)
  })

  it('does not take inherited properties for labels', () => {
    expect(parseLabelSelector('constructor')?.({})).toBe(false)
  })
})
