import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sharing } from './sharing.ts'

const json = fc.jsonValue({ maxDepth: 4 })

it('answers an equal of what it was given, whatever the other is like, and changes neither', () => {
  fc.assert(
    fc.property(json, json, (value, like) => {
      const before = JSON.stringify([value, like])
      expect(JSON.stringify(sharing(value, like))).toBe(JSON.stringify(value))
      expect(JSON.stringify([value, like])).toBe(before)
    }),
  )
})

it('answers the other itself for a copy of it', () => {
  fc.assert(
    fc.property(
      json.filter((value) => typeof value === 'object' && value !== null),
      (like) => {
        expect(sharing(structuredClone(like), like)).toBe(like)
      },
    ),
  )
})

it('does not take what is undefined for what is not there', () => {
  expect(sharing({ a: undefined }, { b: 1 })).toStrictEqual({ a: undefined })
})

it('takes equal parts from the other', () => {
  const like = { metadata: { name: 'a' }, spec: { rules: [{ verbs: ['get'] }, { verbs: ['list'] }] } }
  const value = { metadata: { name: 'b' }, spec: { rules: [{ verbs: ['get'] }, { verbs: ['watch'] }] } }
  const shared = sharing(value, like)
  expect(shared).toEqual(value)
  expect(shared.spec.rules[0]).toBe(like.spec.rules[0])
  expect(shared.spec.rules[1]).not.toBe(like.spec.rules[1])
})

it('keeps the order of keys, which a text of the object has', () => {
  expect(Object.keys(sharing({ a: 1, b: 2 }, { b: 2, a: 1 }))).toEqual(['a', 'b'])
})

it('leaves alone what a transform made that is no JSON', () => {
  const [before, after] = [new Date(1), new Date(2)]
  expect(sharing({ at: after, of: new Map([[1, 2]]) }, { at: before, of: new Map() })).toEqual({
    at: after,
    of: new Map([[1, 2]]),
  })
})

it('bears values as deep as an API server takes them', () => {
  const deep = (leaf: number): unknown =>
    JSON.parse(`${'{"a":['.repeat(5_000)}${leaf}${']}'.repeat(5_000)}`) as unknown
  const value = deep(1)
  expect(sharing({ deep: value, spec: 'x' }, { deep: deep(2), spec: 'x' })).toHaveProperty('spec', 'x')
})

it('keeps odd keys', () => {
  const odd = (): unknown => JSON.parse('{"__proto__":{"a":1},"constructor":"x"}')
  const value = JSON.parse('{"__proto__":{"a":1},"constructor":"y"}') as unknown
  expect(JSON.stringify(sharing(value, odd()))).toBe(JSON.stringify(value))
  expect(JSON.stringify(sharing(odd(), {}))).toBe(JSON.stringify(odd()))
})
