import type { CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { anyOrder, define, redefine, widget } from './definition.ts'

const text = { type: 'string', maxLength: 20 }
const whole = { type: 'integer' }
const fields = (properties: object) => ({ type: 'object', properties })
const list = (items: object, more: object = {}) => ({ type: 'array', maxItems: 5, items, ...more })
const map = (of: object) => ({ type: 'object', maxProperties: 5, additionalProperties: of })

const ruled = (schema: object, ...rules: readonly string[]) => ({
  ...schema,
  'x-kubernetes-validations': rules.map((rule) => ({ rule })),
})

const labels = { metadata: { labels: { a: 'b' } } }

/** Stores values under a schema that says nothing, gives them types, and writes beside them. */
const retyped = async (api: CaseApi, stored: object, properties: object, rules: readonly string[] = []) => {
  const path = `${await define(api)}/a`
  await api.post(path.slice(0, -2), widget(api, 'a', stored))
  await redefine(
    api,
    path,
    { b: whole, ...properties },
    { 'x-kubernetes-validations': rules.map((rule) => ({ rule })) },
  )
  await api.patch(path, 'merge', labels, { show: anyOrder })
  await api.patch(path, 'merge', { spec: { b: 2 } }, { show: anyOrder })
  return path
}

/** Values that were stored under another schema, of other types than rules are written for. */
export const storedTypes: Cases = {
  'a value of another type is none for its rules': async (api) => {
    const path = await retyped(
      api,
      { o: 'x', t: 1, i: 'x', n: 'x', is: 1, l: 'x', m: ['x'], f: 1.5, u: true, g: {}, port: 1.5, any: 1 },
      {
        o: ruled(fields({ a: text }), 'has(self.a)'),
        t: ruled(text, 'self.size() > 0'),
        i: ruled(whole, 'self > 0'),
        n: ruled({ type: 'number' }, 'self > 0.0'),
        is: ruled({ type: 'boolean' }, 'self'),
        l: ruled(list(text), 'self.size() == 0'),
        m: ruled(map(text), '"a" in self'),
        f: ruled(whole, 'self == 1 || true'),
        u: ruled(text, 'true'),
        g: ruled(text, 'self == "x"'),
        port: ruled({ 'x-kubernetes-int-or-string': true }, 'self == 1'),
      },
    )
    const right = { o: { a: 'x' }, t: 'x', i: 1, n: 1, is: true, l: [], m: { a: 'x' }, g: 'x', port: 1 }
    ;(await api.patch(path, 'merge', { spec: { ...right, f: 1, u: 'x' } })).is(200)
  },

  'a rule of what holds it fails where it looks at it': async (api) => {
    await retyped(
      api,
      { o: 'x', t: 1, l: [1], right: 'x' },
      { o: fields({ a: text }), t: text, l: list(text), right: text },
      [
        'has(self.o)',
        'has(self.o.a)',
        'self.t == "x"',
        'self.right == "y" || self.t == "x"',
        'self.right == "x" || self.t == "x"',
        'self.?t.hasValue()',
        'self.?t.orValue("x") == "x"',
        'self.l == ["x"]',
        '[self.right, self.t].size() == 2',
      ],
    )
  },

  'items of another type count, but have no value': async (api) => {
    await retyped(
      api,
      { l: ['a', 1], s: ['a', 1], k: [{ n: 'a', v: 'x' }], o: ['x'] },
      {
        l: ruled(
          list(text),
          'size(self) == 2',
          'self[0] == "a"',
          'self[1] == "a"',
          '"a" in self',
          '"b" in self',
          'self.exists(x, x == "a")',
          'self.all(x, x == "a")',
          'self.map(x, x.size()).size() == 2',
          'self == ["a", "b"]',
          'self + ["c"] == ["a", "b", "c"]',
        ),
        s: ruled(list(text, { 'x-kubernetes-list-type': 'set' }), 'self.all(x, x != "")', 'self.size() == 2'),
        k: ruled(
          list(
            { ...fields({ n: text, v: whole }), required: ['n'] },
            { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['n'] },
          ),
          'self.all(x, x.n == "a")',
          'self.all(x, x.v == 1)',
        ),
        o: ruled(list(fields({ a: text })), 'self.all(x, has(x.a))'),
      },
    )
  },

  'entries of another type are there, but have no value': async (api) => {
    await retyped(
      api,
      { m: { a: 1, b: 'x' } },
      {
        m: ruled(
          map(text),
          'self.size() == 2',
          'self.b == "x"',
          'self.a == "x"',
          'has(self.a)',
          '"a" in self',
          'self.all(k, k.size() == 1)',
          'self == self',
        ),
      },
    )
  },

  'a change from another type has an old value that is none': async (api) => {
    const path = `${await define(api)}/a`
    await api.post(path.slice(0, -2), widget(api, 'a', { t: 1, u: 1, v: 1, w: 1 }))
    const optional = { rule: 'oldSelf.hasValue()', optionalOldSelf: true }
    const asked = { rule: 'oldSelf.orValue("x") == "x"', optionalOldSelf: true }
    const taken = { rule: 'oldSelf.value() == "x"', optionalOldSelf: true }
    await redefine(api, path, {
      t: ruled(text, 'self != oldSelf'),
      u: { ...text, 'x-kubernetes-validations': [optional] },
      v: { ...text, 'x-kubernetes-validations': [asked] },
      w: { ...text, 'x-kubernetes-validations': [taken] },
    })
    await api.patch(path, 'merge', { spec: { t: 'x', u: 'x', v: 'x', w: 'x' } }, { show: anyOrder })
    await api.patch(path, 'merge', { spec: { t: 'x', u: 'x' } }, { show: anyOrder })
    await api.patch(path, 'merge', { spec: { u: 'x', t: null, v: null } }, { show: anyOrder })
  },
}
