import { expect, it } from 'vitest'
import { mergedList } from './merged-list.ts'

const count = 30_000
const numbers = (from: number): number[] => Array.from({ length: count }, (_, at) => from + at)
const by = { schema: undefined, mergeMap: (target: object, patch: object) => ({ ...target, ...patch }) }

/** What a body of 3 MiB can hold: by looking for each item in all others this took minutes, and nobody else was served. */
it('lists of thirty thousand items are merged in a time that grows with them, not with their square', () => {
  const items = (from: number) => numbers(from).map((number) => ({ name: `item-${number}`, value: 'x' }))
  const merged = mergedList(items(0), items(count / 2), { ...by, key: 'name' })
  expect(merged).toHaveLength(count * 1.5)
  const texts = (from: number) => numbers(from).map((number) => `text-${number}`)
  expect(mergedList(texts(0), texts(count / 2), { ...by, key: undefined })).toHaveLength(count * 1.5)
}, 60_000)
