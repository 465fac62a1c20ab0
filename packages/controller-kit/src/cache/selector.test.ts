import { describe, expect, it } from 'vitest'
import { cluster, watch } from '../watched-kind.ts'
import { labelSelector, selectedBy } from './selector.ts'

const cases: readonly [selector: string, labels: Record<string, string>, selected: boolean][] = [
  ['', {}, true],
  ['a', { a: '' }, true],
  ['a', { b: '' }, false],
  ['!a', { b: '' }, true],
  ['!a', { a: 'x' }, false],
  ['a=b', { a: 'b' }, true],
  ['a==b', { a: 'c' }, false],
  ['a!=b', {}, true],
  ['a in (x, y),b', { a: 'y', b: '1' }, true],
  ['a in (x, y),b', { a: 'y' }, false],
  ['a notin (x)', {}, true],
  ['a notin (x)', { a: 'x' }, false],
  ['a in(x,y)', { a: 'y' }, true],
  ['a>1', { a: '10' }, true],
  ['a > 9,a<11', { a: '10' }, true],
  ['a>1', { a: '1' }, false],
  ['a<1', {}, false],
  ['a<1', { a: 'x' }, false],
  ['a<1', { a: '' }, false],
  // Every object in JavaScript inherits something of these names.
  ['constructor', {}, false],
  ['!constructor', {}, true],
  ['constructor', { constructor: 'x' }, true],
  ['toString in (x)', {}, false],
  ['toString!=x', {}, true],
  [
    'multicluster.odf.openshift.io/secret-type',
    { 'multicluster.odf.openshift.io/secret-type': 'BLUE' },
    true,
  ],
]

describe('a label selector', () => {
  it.each(cases)('%j on %j: %j', (selector, labels, selected) => {
    expect(labelSelector(selector)(labels)).toBe(selected)
  })

  it('refuses what it cannot read', () => {
    expect(() => labelSelector('a ~ b')).toThrow(/cannot read "a ~ b"/)
    expect(() => labelSelector('a>x')).toThrow(/cannot read "a>x"/)
  })
})

describe('selectedBy', () => {
  const kind = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true }
  const { Some: some } = cluster('c', {
    Some: watch(kind, { fieldSelector: 'metadata.name=x', namespaces: ['n'] }),
  })

  it('looks at name and namespace too', () => {
    expect(selectedBy(some)({ metadata: { name: 'x', namespace: 'n' } })).toBe(true)
    expect(selectedBy(some)({ metadata: { name: 'y', namespace: 'n' } })).toBe(false)
    expect(selectedBy(some)({ metadata: { name: 'x', namespace: 'm' } })).toBe(false)
  })

  it('knows the name that is not selected, and believes the server about all other fields', () => {
    const { Others: others } = cluster('c', {
      Others: watch(kind, { fieldSelector: 'metadata.name!=x,type=Opaque' }),
    })
    expect(selectedBy(others)({ metadata: { name: 'x' } })).toBe(false)
    expect(selectedBy(others)({ metadata: { name: 'y' } })).toBe(true)
  })

  it('names the watch whose selector cannot be read', () => {
    const { Odd: odd } = cluster('hub', { Odd: watch(kind, { labelSelector: 'a in ' }) })
    expect(() => selectedBy(odd)).toThrow(/^hub\.Odd: label selector: cannot read "a in "; expected key/)
  })
})
