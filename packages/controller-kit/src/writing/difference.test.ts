import type { Condition, KubeObject } from '@odfmo/api-types/meta'
import fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { difference, newObject, type DifferenceOptions } from './difference.ts'
import type { Fields } from './fields.ts'
import { conditions, entries, exactly, members, ownerReferences, type ListEdit } from './list-edit.ts'
import { applyMergePatch, isMap, type Json } from './merge-patch.ts'

interface Thing extends KubeObject {
  readonly spec?: {
    readonly size?: number
    readonly text?: string
    readonly map?: Readonly<Record<string, string>>
    readonly names?: readonly string[]
    readonly parts?: readonly {
      readonly name: string
      readonly image?: string
      readonly limits?: Readonly<Record<string, string>>
    }[]
  }
  readonly status?: { readonly phase?: string; readonly conditions?: readonly Condition[] }
}

const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678)
const now = '2026-01-02T03:04:05Z'
const then = '2025-06-01T00:00:00Z'

const thing = (rest: Partial<Thing> = {}): Thing => ({
  apiVersion: 'test.io/v1',
  kind: 'Thing',
  metadata: { name: 'x', namespace: 'n', uid: 'u', resourceVersion: '7', ...rest.metadata },
  ...('spec' in rest ? { spec: rest.spec } : {}),
  ...('status' in rest ? { status: rest.status } : {}),
})
const owner = (uid: string, name = uid) => ({ apiVersion: 'v1', kind: 'ConfigMap', name, uid })
const ready = (status: Condition['status'], lastTransitionTime = then): Condition => ({
  type: 'Ready',
  status,
  reason: 'Because',
  message: 'so',
  lastTransitionTime,
})
const given = ({ lastTransitionTime: _time, ...condition }: Condition) => condition

const diff = (live: Thing, fields: Fields<Thing>, options: Partial<DifferenceOptions> = {}) =>
  difference<Thing>(live, fields, { nowMs, ...options })

type Row = readonly [name: string, live: Thing, fields: Fields<Thing>, patch: unknown]

describe('difference', () => {
  it.each<Row>([
    ['is nothing when nothing is given', thing({ spec: { size: 1 } }), {}, undefined],
    ['is nothing when all is so already', thing({ spec: { size: 1 } }), { spec: { size: 1 } }, undefined],
    [
      'has only what differs',
      thing({ spec: { size: 1, text: 'a' } }),
      { spec: { size: 2, text: 'a' } },
      { spec: { size: 2 } },
    ],
    ['tells zero from absent', thing({ spec: {} }), { spec: { size: 0 } }, { spec: { size: 0 } }],
    ['tells an empty text from absent', thing({ spec: {} }), { spec: { text: '' } }, { spec: { text: '' } }],
    [
      'takes away what is null',
      thing({ spec: { size: 1, text: 'a' } }),
      { spec: { size: null } },
      { spec: { size: null } },
    ],
    [
      'is nothing when what is null is not there',
      thing({ spec: { text: 'a' } }),
      { spec: { size: null } },
      undefined,
    ],
    ['makes no empty map of nulls alone', thing(), { spec: { map: { a: null } } }, undefined],
    ['leaves nulls out of a new map', thing(), { spec: { size: null, text: 'a' } }, { spec: { text: 'a' } }],
    ['does not see undefined', thing({ spec: { text: 'a' } }), { spec: { text: undefined } }, undefined],
    ['makes an empty map that is given', thing({ spec: {} }), { spec: { map: {} } }, { spec: { map: {} } }],
    [
      'does not empty a map by an empty one',
      thing({ spec: { map: { a: '1' } } }),
      { spec: { map: {} } },
      undefined,
    ],
    [
      'makes an empty list that is given',
      thing({ spec: { names: ['a'] } }),
      { spec: { names: [] } },
      { spec: { names: [] } },
    ],
    [
      'keeps keys with dots whole',
      thing({ spec: { map: { 'a.b/c': '1', 'a.b': '2' } } }),
      { spec: { map: { 'a.b/c': '3' } } },
      { spec: { map: { 'a.b/c': '3' } } },
    ],
    [
      'takes a label with dots away',
      thing({ metadata: { labels: { 'a.b/c': '1', d: '2' } } }),
      { metadata: { labels: { 'a.b/c': null } } },
      { metadata: { labels: { 'a.b/c': null } } },
    ],
    [
      'wants no empty labels, which no server keeps',
      thing(),
      { metadata: { labels: {}, annotations: {} } },
      undefined,
    ],
    [
      'wants no empty finalizers and owners',
      thing(),
      { metadata: { finalizers: [], ownerReferences: [] } },
      undefined,
    ],
    [
      'replaces a list that is given as one',
      thing({ spec: { names: ['a', 'b'] } }),
      { spec: { names: ['b'] } },
      { spec: { names: ['b'] } },
    ],
    [
      'never compares what the server says',
      thing(),
      { metadata: { name: 'x', uid: 'other', resourceVersion: '1', generation: 9, creationTimestamp: then } },
      undefined,
    ],
    [
      'never compares apiVersion and kind, which lists leave out',
      { metadata: thing().metadata },
      { apiVersion: 'test.io/v1', kind: 'Thing' },
      undefined,
    ],
  ])('%s', (_name, live, fields, patch) => {
    expect(diff(live, fields)).toEqual(patch)
  })

  it.each<readonly [string, Thing, Fields<Thing>, DifferenceOptions['exact'], unknown]>([
    [
      'empties what is wholly ours',
      thing({ spec: { map: { a: '1', b: '2' } } }),
      { spec: { map: { a: '1' } } },
      ['spec.map'],
      { spec: { map: { b: null } } },
    ],
    [
      'takes it away when it is not given',
      thing({ spec: { size: 1, map: { a: '1' } } }),
      { spec: { size: 1 } },
      ['spec.map'],
      { spec: { map: null } },
    ],
    [
      'wants nothing more when it is empty and absent',
      thing({ spec: { size: 1 } }),
      { spec: { map: {} } },
      ['spec.map'],
      undefined,
    ],
    [
      'takes a path with dots as a list',
      thing({ metadata: { annotations: { 'a.b': '1' } } }),
      {},
      [['metadata', 'annotations', 'a.b']],
      { metadata: { annotations: { 'a.b': null } } },
    ],
    [
      'takes shared lists as given when they are ours',
      thing({ metadata: { finalizers: ['a', 'b'] } }),
      { metadata: { finalizers: ['b'] } },
      ['metadata.finalizers'],
      { metadata: { finalizers: ['b'] } },
    ],
  ])('with exact, it %s', (_name, live, fields, exact, patch) => {
    expect(diff(live, fields, { exact: exact ?? [] })).toEqual(patch)
  })

  it('is typed by the object: null anywhere, edits for lists, nothing of another type', () => {
    expectTypeOf<{ spec: { size: null; names: ListEdit } }>().toExtend<Fields<Thing>>()
    expectTypeOf<{ status: { conditions: ListEdit } }>().toExtend<Fields<Thing>>()
    expectTypeOf<{ spec: { size: string } }>().not.toExtend<Fields<Thing>>()
    expectTypeOf<{ spec: { text: ListEdit } }>().not.toExtend<Fields<Thing>>()
  })

  it('refuses metadata as wholly ours', () => {
    expect(() => diff(thing(), {}, { exact: ['metadata'] })).toThrow('never wholly ours')
  })
})

describe('lists in which others have entries', () => {
  const owned = (...ownerReferences: ReturnType<typeof owner>[]) => thing({ metadata: { ownerReferences } })
  const finalized = (...finalizers: string[]) => thing({ metadata: { finalizers } })
  const inState = (...list: Condition[]) => thing({ status: { conditions: list } })

  it.each<Row>([
    [
      'adds a finalizer beside those of others',
      finalized('a'),
      { metadata: { finalizers: ['b'] } },
      { metadata: { finalizers: ['a', 'b'] } },
    ],
    [
      'leaves finalizers that are there in their order',
      finalized('b', 'a'),
      { metadata: { finalizers: ['a', 'b'] } },
      undefined,
    ],
    [
      'takes one finalizer off',
      finalized('a', 'b', 'c'),
      { metadata: { finalizers: members({ remove: ['b'] }) } },
      { metadata: { finalizers: ['a', 'c'] } },
    ],
    [
      'takes the last finalizer off',
      finalized('a'),
      { metadata: { finalizers: members({ remove: ['a'] }) } },
      { metadata: { finalizers: [] } },
    ],
    [
      'has no finalizer to take off',
      thing(),
      { metadata: { finalizers: members({ remove: ['a'] }) } },
      undefined,
    ],
    [
      'adds and removes members of any list',
      thing({ spec: { names: ['x', 'y'] } }),
      { spec: { names: members({ add: ['z', 'y'], remove: ['x'] }) } },
      { spec: { names: ['y', 'z'] } },
    ],
    [
      'makes a list of members',
      thing(),
      { spec: { names: members({ add: ['z'] }) } },
      { spec: { names: ['z'] } },
    ],
    [
      'adds an owner beside others',
      owned(owner('1')),
      { metadata: { ownerReferences: [owner('2')] } },
      { metadata: { ownerReferences: [owner('1'), owner('2')] } },
    ],
    [
      'sees the same owner by uid, and keeps its fields',
      owned({ ...owner('1'), blockOwnerDeletion: true } as never),
      { metadata: { ownerReferences: [owner('1')] } },
      undefined,
    ],
    [
      'renames an owner of the same uid in place',
      owned(owner('1', 'old'), owner('2')),
      { metadata: { ownerReferences: [owner('1', 'new')] } },
      { metadata: { ownerReferences: [owner('1', 'new'), owner('2')] } },
    ],
    [
      'takes an owner away by uid',
      owned(owner('1'), owner('2')),
      { metadata: { ownerReferences: ownerReferences({ remove: ['1'] }) } },
      { metadata: { ownerReferences: [owner('2')] } },
    ],
    [
      'replaces owners only when told so',
      owned(owner('1')),
      { metadata: { ownerReferences: exactly([owner('2')]) } },
      { metadata: { ownerReferences: [owner('2')] } },
    ],
    [
      'lays an entry over the one of its key',
      thing({
        spec: { parts: [{ name: 'a', image: 'i1', limits: { cpu: '1', memory: '2' } }, { name: 'b' }] },
      }),
      { spec: { parts: entries('name', { set: [{ name: 'a', limits: { cpu: '3' } }] }) } },
      { spec: { parts: [{ name: 'a', image: 'i1', limits: { cpu: '3', memory: '2' } }, { name: 'b' }] } },
    ],
    [
      'makes a condition with the time',
      thing(),
      { status: { conditions: conditions({ set: [given(ready('True'))] }) } },
      { status: { conditions: [ready('True', now)] } },
    ],
    [
      'keeps the time while the status is the same',
      inState(ready('True')),
      { status: { conditions: conditions({ set: [{ ...given(ready('True')), message: 'else' }] }) } },
      { status: { conditions: [{ ...ready('True'), message: 'else' }] } },
    ],
    [
      'keeps the time also when another is given',
      inState(ready('True')),
      { status: { conditions: [ready('True', '2020-01-01T00:00:00Z')] } },
      undefined,
    ],
    [
      'sets the time when the status changes',
      inState(ready('True')),
      { status: { conditions: conditions({ set: [given(ready('False'))] }) } },
      { status: { conditions: [ready('False', now)] } },
    ],
    [
      'takes a time that is given for a change',
      inState(ready('True')),
      { status: { conditions: [ready('False', '2025-12-31T00:00:00Z')] } },
      { status: { conditions: [ready('False', '2025-12-31T00:00:00Z')] } },
    ],
    [
      'leaves conditions of others',
      inState({ ...ready('True'), type: 'Theirs' }),
      { status: { conditions: conditions({ set: [given(ready('True'))] }) } },
      { status: { conditions: [{ ...ready('True'), type: 'Theirs' }, ready('True', now)] } },
    ],
    [
      'takes a condition away',
      inState({ ...ready('True'), type: 'Old' }, ready('True')),
      { status: { conditions: conditions({ remove: ['Old'] }) } },
      { status: { conditions: [ready('True')] } },
    ],
  ])('%s', (_name, live, fields, patch) => {
    expect(diff(live, fields)).toEqual(patch)
  })

  it.each<readonly [string, () => unknown]>([
    ['a member twice', () => members({ add: ['a'], remove: ['a'] })],
    ['an owner twice', () => ownerReferences({ set: [owner('1'), owner('1')] })],
    ['an entry without its key', () => entries('name', { set: [{ name: undefined as never }] })],
  ])('refuses %s', (_name, make) => {
    expect(make).toThrow(TypeError)
  })
})

describe('newObject', () => {
  it('does the edits of lists and leaves out what a create must not have', () => {
    const fields: Fields<Thing> = {
      metadata: {
        name: 'x',
        uid: 'u',
        resourceVersion: '7',
        finalizers: members({ add: ['f'], remove: ['g'] }),
      },
      spec: { size: null, names: members({ remove: ['a'] }), map: {} },
    }
    expect(newObject<Thing>(fields, nowMs)).toEqual({
      metadata: { name: 'x', finalizers: ['f'] },
      spec: { map: {} },
    })
  })
})

const scalar = fc.constantFrom<unknown>('a', '', 0, 1, true, false)
const names = fc.constantFrom('p', 'q', 'r.s', 'metadata', 'status')
/** As a server stores: no nulls. */
const stored = fc.letrec<{ value: unknown; map: Json }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, scalar, fc.array(fc.constantFrom('x', 'y'), { maxLength: 2 }), tie('map')),
  map: fc.dictionary(names, tie('value'), { noNullPrototype: true, maxKeys: 4 }) as fc.Arbitrary<Json>,
})).map
const asked = fc.letrec<{ value: unknown; map: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.constantFrom(null, undefined),
    fc.array(fc.constantFrom('x', 'y'), { maxLength: 2 }),
    fc.constantFrom(members({ add: ['x'] }), members({ add: ['z'], remove: ['y'] })),
    tie('map'),
  ),
  map: fc.dictionary(names, tie('value'), { noNullPrototype: true, maxKeys: 4 }) as fc.Arbitrary<Json>,
})).map

const textOf = (value: unknown): string => JSON.stringify(value)

/** Every patch with one leaf less. */
const smaller = (patch: Json): Json[] =>
  Object.entries(patch).flatMap(([key, value]) => {
    const { [key]: _, ...rest } = patch
    const inside = isMap(value) ? smaller(value).map((inner) => ({ ...rest, [key]: inner })) : []
    return [rest, ...inside]
  })

/** Whether a field of the live object is one that was given, or lies below or above one. */
const untouchedIn = (live: Json, fields: Json): [path: string[], value: unknown][] =>
  Object.entries(live).flatMap(([key, value]): [string[], unknown][] => {
    const given = Object.hasOwn(fields, key) ? fields[key] : undefined
    if (given === undefined) return [[[key], value]]
    if (!isMap(value) || !isMap(given) || Object.getPrototypeOf(given) !== Object.prototype) return []
    return untouchedIn(value, given).map(([path, inner]) => [[key, ...path], inner])
  })

describe('difference, for any object and any fields', () => {
  const on = (live: Json): Thing => ({ metadata: { name: 'x' }, spec: live })
  const patchOf = (live: Json, fields: Json) =>
    difference<KubeObject>(on(live), { spec: fields } as never, { nowMs })
  const applied = (live: Json, patch: Json | undefined): Json =>
    (applyMergePatch(on(live) as never, patch ?? {}) as { spec: Json }).spec
  const runs = { numRuns: 1_000 }

  it('is nothing more once it was applied', () => {
    fc.assert(
      fc.property(stored, asked, (live, fields) => {
        expect(patchOf(applied(live, patchOf(live, fields)), fields)).toBeUndefined()
      }),
      runs,
    )
  })

  it('never changes what was not given', () => {
    fc.assert(
      fc.property(stored, asked, (live, fields) => {
        const after = applied(live, patchOf(live, fields))
        for (const [path, value] of untouchedIn(live, fields)) {
          const now = path.reduce<unknown>((here, key) => (isMap(here) ? here[key] : undefined), after)
          expect(textOf(now)).toBe(textOf(value))
        }
      }),
      runs,
    )
  })

  it('gives every plain value that was asked for, and none that was to go', () => {
    const check = (after: unknown, fields: Json): void => {
      for (const [key, value] of Object.entries(fields)) {
        const here = isMap(after) ? after[key] : undefined
        if (value === null) expect(here).toBeUndefined()
        else if (Array.isArray(value) || typeof value !== 'object') {
          if (value !== undefined) expect(here).toEqual(value)
        } else if (Object.getPrototypeOf(value) === Object.prototype) check(here, value as Json)
      }
    }
    fc.assert(
      fc.property(stored, asked, (live, fields) => check(applied(live, patchOf(live, fields)), fields)),
      runs,
    )
  })

  it('has nothing in it that could be left out', () => {
    fc.assert(
      fc.property(stored, asked, (live, fields) => {
        const patch = patchOf(live, fields)
        if (patch === undefined) return
        const wanted = applied(live, patch)
        for (const less of smaller(patch)) expect(applied(live, less)).not.toEqual(wanted)
      }),
      runs,
    )
  })

  it('keeps members of others, in their order', () => {
    const list = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'))
    fc.assert(
      fc.property(list, list, list, (live, add, some) => {
        const remove = some.filter((member) => !add.includes(member))
        const after = applied({ list: live }, patchOf({ list: live }, { list: members({ add, remove }) }))
        const now = (after['list'] ?? []) as string[]
        const others = live.filter((member) => !remove.includes(member))
        expect(now.slice(0, others.length)).toEqual(others)
        expect(new Set(now)).toEqual(new Set([...others, ...add]))
        expect(new Set(now).size).toBe(now.length)
      }),
      runs,
    )
  })
})
