import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { equal } from './equal.ts'
import { changedPaths, isKept, isMap, mergePatch, type Json } from './merge-patch.ts'
import { immutableDifference, targetOf } from './target.ts'

/** RFC 7386, written down once more to check against. */
const apply = (target: unknown, patch: unknown): unknown => {
  if (!isMap(patch)) return patch
  const result: Record<string, unknown> = isMap(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else result[key] = apply(result[key], value)
  }
  return result
}

const json = fc.letrec<{ value: unknown; map: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('a', 'b', 1, true),
    fc.array(fc.constantFrom('x', 'y'), { maxLength: 2 }),
    tie('map'),
  ),
  map: fc.dictionary(fc.constantFrom('p', 'q', 'r.s'), tie('value'), {
    noNullPrototype: true,
  }) as fc.Arbitrary<Json>,
})).map

describe('mergePatch', () => {
  it('makes the target of the live object, and nothing when they are equal', () => {
    fc.assert(
      fc.property(json, json, (live, target) => {
        const patch = mergePatch(live, target)
        expect(equal(apply(live, patch ?? {}), target)).toBe(true)
        expect(patch === undefined).toBe(equal(live, target))
        if (patch === undefined) return
        expect(isKept(patch, target)).toBe(true)
        expect(isKept(patch, live)).toBe(false)
      }),
      { numRuns: 1_000 },
    )
  })

  it('touches only what differs', () => {
    expect(mergePatch({ a: 1, b: { c: 2, d: 3 }, e: [1] }, { a: 1, b: { c: 2, d: 4 }, e: [1] })).toEqual({
      b: { d: 4 },
    })
  })

  it('names paths and no values', () => {
    expect(changedPaths({ data: { token: 'secret' }, metadata: { labels: { l: null } } })).toEqual([
      'data.token',
      'metadata.labels.l',
    ])
    expect(changedPaths({ 'a.b': 1, metadata: { annotations: { 'x.io/y': '1', 'odd"]': '2' } } })).toEqual([
      '["a.b"]',
      'metadata.annotations["x.io/y"]',
      'metadata.annotations["odd\\"]"]',
    ])
  })
})

describe('targetOf', () => {
  const live = { metadata: { name: 'x', labels: { theirs: '1' } }, data: { a: '1', stale: '2' }, type: 't' }

  it('keeps what is not given, and empties what is wholly ours', () => {
    const ours = { metadata: { name: 'x', labels: { ours: '1' } }, data: { a: '3' } }
    expect(targetOf(live, ours, {})).toEqual({
      ...live,
      metadata: { name: 'x', labels: { theirs: '1', ours: '1' } },
      data: { a: '3', stale: '2' },
    })
    expect(targetOf(live, ours, { exact: ['data'] })['data']).toEqual({ a: '3' })
  })

  it('names the immutable field that differs', () => {
    const target = targetOf(live, { metadata: { name: 'x' }, type: 'other' } as never, {})
    expect(immutableDifference(live, target, { immutable: ['data', 'type'] })).toBe('type')
    expect(immutableDifference(live, target, { immutable: ['data'] })).toBeUndefined()
  })
})
