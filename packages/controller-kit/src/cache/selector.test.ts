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
})
