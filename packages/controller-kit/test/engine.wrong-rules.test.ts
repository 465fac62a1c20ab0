import type { ObjectKey } from '@odfmo/api-types/meta'
import { describe, expect, it } from 'vitest'
import { staticCache } from '../src/cache/static-cache.ts'
import { decide } from '../src/derived/decide.ts'
import { derived, from, type Derived } from '../src/derived/derived.ts'
import { evaluation } from '../src/derived/evaluate.ts'
import { newNode } from '../src/derived/node.ts'
import { plan } from '../src/derived/plan.ts'
import { edited, present, type Wanted } from '../src/derived/wanted.ts'
import { cluster, watch, type WatchedKind } from '../src/watched-kind.ts'
import { bench, input, ownKey } from './engine-bench.ts'
import { c, type Input } from './model/model-rules.ts'

/** A rule as plain JavaScript writes it: `wanted` may answer anything. */
const ruleOf = (wanted: (name: string) => unknown, more: Partial<Derived<Input>> = {}): Derived<Input> =>
  derived<Input>({
    name: 'rule',
    kind: c.Copy,
    keys: [from(c.Input, ownKey)],
    wanted: (key) => wanted(key.name) as Wanted<Input>,
    ...more,
  })

const good = (name: string) =>
  present<Input>({ metadata: { name, labels: { ours: 'yes' } }, type: 'a', data: {} })

describe('a rule that answers what is no answer', () => {
  const expected =
    'rule rule, key bad: expected wanted to answer present(object), edited(object), absent(), ' +
    'waiting(reason, message) or leave(), got '

  it.each([
    ['undefined', (): unknown => undefined, 'undefined'],
    ['null', (): unknown => null, 'null'],
    ['a text', (): unknown => 'absent', 'a string'],
    ['an object that says nothing', (): unknown => ({ metadata: {} }), 'something else'],
    [
      'edited without metadata',
      (): unknown => edited({ metadata: null } as never),
      'edited() of something without metadata',
    ],
    [
      'present of nothing',
      (): unknown => present(undefined as never),
      'present() of something without metadata',
    ],
    [
      'a Promise',
      (): unknown => Promise.resolve(good('bad')),
      'a Promise: wanted cannot be async, what it needs it reads from the world',
    ],
    [
      'a Promise that fails',
      (): unknown => Promise.reject(new Error('nobody hears')),
      'a Promise: wanted cannot be async, what it needs it reads from the world',
    ],
  ])('fails only that key: %s', async (_what, answer, got) => {
    const { logs, run, server, stateOf } = bench([ruleOf((name) => (name === 'bad' ? answer() : good(name)))])
    server.userPut('Input', input('bad', '1'))
    server.userPut('Input', input('good', '1'))
    await run()
    expect(stateOf('bad', 'rule')).toMatchObject({ is: 'failed', message: expected + got })
    expect(logs.join()).toContain('derived object failed')
    expect(stateOf('good', 'rule')).toMatchObject({ is: 'present' })
    expect(server.all('Copy').map(({ metadata }) => metadata.name)).toEqual(['good'])
  })
})

/** What a rule comes to for the key `i`, looked at twice. */
const failure = async (rule: Derived<Input>) => {
  const { logs, run, server, stateOf } = bench([rule])
  server.userPut('Input', input('i', '1'))
  await run()
  server.userPut('Input', input('i', '2'))
  await run()
  return { logs, server, state: stateOf('i', 'rule') }
}

describe('a rule that makes what its own kind does not select', () => {
  const { Selected } = cluster('c', {
    Selected: watch(c.Copy.kind, {
      labelSelector: 'ours, tier in (a, b)',
      fieldSelector: 'metadata.name!=i',
    }),
  })
  const made = (labels: Record<string, string>) => (name: string) =>
    present<Input>({ metadata: { name, labels }, type: 'a', data: {} })

  it('is told the label to add, once, and writes nothing', async () => {
    const { logs, server, state } = await failure(ruleOf(made({ mine: 'yes' })))
    const message =
      'rule rule, key i: expected an object that c.Copy selects (label ours): ' +
      'what is written otherwise is never seen again'
    expect(state).toEqual({ is: 'failed', reason: 'NotSelected', message })
    expect(logs.filter((line) => line.includes(message))).toHaveLength(1)
    expect([server.writes, server.all('Copy')]).toEqual([0, []])
  })

  it('is told all that is missing, of labels, fields and namespaces', () => {
    const { Narrow } = cluster('c', { Narrow: watch(c.Copy.kind, { namespaces: ['a', 'b'] }) })
    const told = (kind: WatchedKind<Input>, key: ObjectKey) =>
      decide(
        newNode(ruleOf(made({ tier: 'c' }), { kind }), key),
        evaluation(ruleOf(made({ tier: 'c' })), key, staticCache([])),
        staticCache([]),
      )
    expect(told(Selected, { name: 'i' })).toMatchObject({
      as: {
        state: {
          message: expect.stringContaining(
            'c.Selected selects (label ours, label tier in (a, b), field metadata.name!=i)',
          ) as string,
        },
        retry: 'no',
      },
    })
    expect(told(Narrow, { name: 'i' })).toMatchObject({
      as: {
        state: { message: 'rule rule, key i: expected a namespace that c.Narrow watches (a, b)' },
        retry: 'no',
      },
    })
  })

  it('does not change an object so that it is no longer selected', async () => {
    const { Red } = cluster('c', { Red: watch(c.Copy.kind, { labelSelector: 'colour=red' }) })
    const rule = ruleOf(made({ colour: 'blue' }), { kind: Red })
    const cache = staticCache([[Red, [made({ colour: 'red' })('i').object]]])
    const key = { name: 'i' }
    expect(decide(newNode(rule, key), evaluation(rule, key, cache), cache)).toMatchObject({
      as: {
        state: { reason: 'NotSelected', message: expect.stringContaining('(label colour=red)') as string },
      },
    })
  })
})

describe('a rule that answers another object than that of its key', () => {
  it.each([
    ['another name', { name: 'other', labels: { ours: 'yes' } }, 'other'],
    ['another namespace', { name: 'i', namespace: 'a', labels: { ours: 'yes' } }, 'a/i'],
    ['a name that the server makes', { generateName: 'i-', labels: { ours: 'yes' } }, ''],
  ])('fails, is told once, and writes nothing: %s', async (_what, metadata, given) => {
    const { logs, server, state } = await failure(ruleOf(() => present({ metadata, type: 'a', data: {} })))
    const message =
      `rule rule, key i: wanted answered the object "${given}"; expected the one of the key, ` +
      'and a key from its sources for each other object'
    expect(state).toEqual({ is: 'failed', reason: 'OtherObject', message })
    expect(logs.filter((line) => line.includes('wanted answered the object'))).toHaveLength(1)
    expect([server.writes, server.all('Copy')]).toEqual([0, []])
  })
})

describe('the names of rules', () => {
  it.each([
    ['empty', ['good', ''], 'rules: expected a name without spaces for each, got ""'],
    ['with a space', ['my rule'], 'rules: expected a name without spaces for each, got "my rule"'],
    ['of two rules', ['a', 'b', 'a'], 'rules: expected a name of its own for each, two are named "a"'],
  ])('are refused by an engine and by plan: %s', (_what, names, message) => {
    const rules = names.map((name) => ruleOf(good, { name }))
    expect(() => bench(rules)).toThrow(new TypeError(message))
    expect(() => plan({ derived: rules, cache: staticCache([]) })).toThrow(new TypeError(message))
  })
})
