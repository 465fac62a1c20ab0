import { describe, expect, it } from 'vitest'
import { counted } from '../../test/counted.ts'
import { ref } from '../../test/mirror-peers.ts'
import { itemChanges } from './item-changes.ts'
import { checkItems } from './item-problems.ts'
import { jsonKey, sameJson } from './same-json.ts'
import { specWarnings } from './warnings.ts'

const length = 500

describe('long lists', () => {
  it('are read a few times each entry, not once for each other entry', () => {
    const [clusters, olds, news, intervals] = [counted(), counted(), counted(), counted()]
    const refs = (count: (value: object) => object, name: string) =>
      Array.from({ length }, (_, i) => count(ref(`${name}${i}`)) as ReturnType<typeof ref>)
    expect(checkItems(refs(clusters.members, 'c'))).toEqual([])
    expect(itemChanges(refs(olds.members, 'old'), refs(news.members, 'new'))).toHaveLength(length)
    const schedulingIntervals = intervals.members<string[]>(Array.from({ length }, (_, i) => `${i + 1}m`))
    expect(specWarnings({ items: refs(clusters.members, 'w'), schedulingIntervals })).toEqual([])
    for (const { reads } of [clusters, olds, news, intervals]) {
      expect(reads()).toBeGreaterThanOrEqual(length)
      expect(reads()).toBeLessThan(40 * length)
    }
  })

  it('have one reason for each item, the gravest, however many others it repeats', () => {
    const items = [ref('a'), ref('a', 'other'), ref('a'), ref('a'), ref('')]
    expect(checkItems([...items, ref('')]).map(({ path, code }) => `${path.join('.')} ${code}`)).toEqual([
      '1.clusterName SameCluster',
      '2 DuplicateItem',
      '3 DuplicateItem',
    ])
  })
})

describe('the key of a JSON value', () => {
  const values = [
    ...[
      null,
      'list',
      5,
      '5',
      [],
      {},
      [[]],
      [{}],
      ['list'],
      ['object'],
      { a: 1 },
      { a: null },
      { a: { b: 1, c: 2 } },
    ],
    ...[
      { a: { c: 2, b: 1 } },
      [['a', 1]],
      ['object', ['a', 1]],
      { b: 1, a: 1 },
      { a: 1, b: 1 },
      [1, null],
      [1],
    ],
  ]
  it.each(values.map((value) => ({ value, text: JSON.stringify(value) })))(
    'of $text is that of its equals alone',
    ({ value }) => {
      for (const other of values) expect(jsonKey(value) === jsonKey(other)).toBe(sameJson(value, other))
    },
  )
})
