import { describe, expect, it } from 'vitest'
import { difference } from './difference.ts'
import { equal } from './equal.ts'
import { applyMergePatch, isKept, mergePatch, type Json } from './merge-patch.ts'
import { targetOf } from './target.ts'

/** Names that every object in JavaScript inherits, and that a ConfigMap may have as keys of its data. */
const oddKeys = ['constructor', 'toString', '__proto__', 'hasOwnProperty']

const parsed = (key: string, value: unknown): Json =>
  JSON.parse(`{${JSON.stringify(key)}:${JSON.stringify(value)}}`)

describe.each(oddKeys)('the key %s', (key) => {
  const having = parsed(key, 'v')

  it('is there or not as any other', () => {
    expect(equal(having, {})).toBe(false)
    expect(equal({}, having)).toBe(false)
    expect(equal(having, parsed(key, 'v'))).toBe(true)
  })

  it('is added, changed and taken away by a merge patch', () => {
    expect(JSON.stringify(mergePatch({}, having))).toBe(JSON.stringify(having))
    expect(JSON.stringify(mergePatch(having, {}))).toBe(JSON.stringify(parsed(key, null)))
    expect(JSON.stringify(mergePatch(having, parsed(key, 'w')))).toBe(JSON.stringify(parsed(key, 'w')))
    expect(JSON.stringify(applyMergePatch({ a: 1 }, having))).toBe(JSON.stringify({ a: 1, ...having }))
    expect(JSON.stringify(applyMergePatch(having, parsed(key, null)))).toBe('{}')
    expect(JSON.stringify(applyMergePatch({}, parsed(key, { a: 1 })))).toBe(
      JSON.stringify(parsed(key, { a: 1 })),
    )
  })

  it('is kept or not', () => {
    expect(isKept(having, {})).toBe(false)
    expect(isKept(parsed(key, null), {})).toBe(true)
    expect(isKept(having, having)).toBe(true)
  })

  it('is given and left like any other', () => {
    const on = (data: Json) => ({ metadata: { name: 'x' }, data })
    const text = (patch: unknown) => JSON.stringify(patch)
    const patchOf = (live: Json, given: Json, exact: string[] = []) =>
      text(difference(on(live), on(given) as never, { nowMs: 0, exact }))
    expect(patchOf({}, having)).toBe(text({ data: having }))
    expect(patchOf(having, having)).toBe(undefined)
    expect(patchOf(having, {}, ['data'])).toBe(text({ data: parsed(key, null) }))
    expect(patchOf(having, {})).toBe(undefined)
    const target = targetOf(on({ a: '1' }), on(having), {})
    expect(text(target['data'])).toBe(text({ a: '1', ...having }))
  })
})
