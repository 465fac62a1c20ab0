import { describe, expect, it } from 'vitest'
import { compactRule, ruleAllows, rulesNotCovered } from './policy-rule.ts'
import type { Attributes } from './policy-rule.ts'

const want = (
  verb: string,
  plural: string,
  more: Partial<Extract<Attributes, { isResource: true }>> = {},
): Attributes => ({
  isResource: true,
  verb,
  plural,
  group: '',
  subresource: '',
  namespace: 'n',
  name: '',
  ...more,
})

describe('ruleAllows', () => {
  const rule = { verbs: ['get', 'list'], apiGroups: [''], resources: ['secrets', 'pods/status'] }
  it.each([
    ['a verb on a resource', rule, want('get', 'secrets'), true],
    ['another verb', rule, want('delete', 'secrets'), false],
    ['another group', rule, want('get', 'secrets', { group: 'apps' }), false],
    ['a subresource that is named', rule, want('get', 'pods', { subresource: 'status' }), true],
    ['the resource when only its subresource is named', rule, want('get', 'pods'), false],
    [
      'a subresource when only the resource is named',
      rule,
      want('get', 'secrets', { subresource: 'status' }),
      false,
    ],
    [
      'everything by stars',
      { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
      want('get', 'pods', { subresource: 'status' }),
      true,
    ],
    [
      'a subresource of anything',
      { verbs: ['get'], apiGroups: ['*'], resources: ['*/scale'] },
      want('get', 'x', { subresource: 'scale' }),
      true,
    ],
    ['a name', { ...rule, resourceNames: ['a'] }, want('get', 'secrets', { name: 'a' }), true],
    ['another name', { ...rule, resourceNames: ['a'] }, want('get', 'secrets', { name: 'b' }), false],
    [
      'a list, when only a name is allowed',
      { ...rule, resourceNames: ['a'] },
      want('list', 'secrets'),
      false,
    ],
    [
      'a path',
      { verbs: ['get'], nonResourceURLs: ['/healthz', '/api/*'] },
      { isResource: false as const, verb: 'get', path: '/api/v1' },
      true,
    ],
    [
      'another path',
      { verbs: ['get'], nonResourceURLs: ['/healthz'] },
      { isResource: false as const, verb: 'get', path: '/metrics' },
      false,
    ],
    [
      'a path by a resource rule',
      { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
      { isResource: false as const, verb: 'get', path: '/x' },
      false,
    ],
  ])('%s', (_name, of, wanted, expected) => {
    expect(ruleAllows(of, wanted)).toBe(expected)
  })
})

describe('rulesNotCovered', () => {
  it('is empty when everything is held, by several rules together', () => {
    const held = [
      { verbs: ['get'], apiGroups: [''], resources: ['secrets'] },
      { verbs: ['list'], apiGroups: [''], resources: ['*'] },
    ]
    expect(
      rulesNotCovered(held, [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['secrets'] }]),
    ).toEqual([])
  })

  it('names what is missing, piece by piece', () => {
    const held = [{ verbs: ['get'], apiGroups: [''], resources: ['secrets'], resourceNames: ['a'] }]
    const missing = rulesNotCovered(held, [
      { verbs: ['get'], apiGroups: [''], resources: ['secrets'], resourceNames: ['a', 'b'] },
    ])
    expect(missing.map(compactRule)).toEqual([
      '{APIGroups:[""], Resources:["secrets"], ResourceNames:["b"], Verbs:["get"]}',
    ])
  })

  it('does not take one name for all names', () => {
    const held = [{ verbs: ['get'], apiGroups: [''], resources: ['secrets'], resourceNames: ['a'] }]
    expect(rulesNotCovered(held, [{ verbs: ['get'], apiGroups: [''], resources: ['secrets'] }])).toHaveLength(
      1,
    )
  })
})
