import { describe, expect, it } from 'vitest'
import { ManualClock } from '../manual-clock.ts'
import { cluster, watch } from '../watched-kind.ts'
import { Contests } from './contests.ts'
import { newNode } from './node.ts'
import { leave } from './wanted.ts'

const kind = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true }
const { ConfigMap } = cluster('hub', { ConfigMap: watch(kind) })
const rule = { name: 'rule', kind: ConfigMap, keys: [], wanted: leave }

describe('a contest', () => {
  it.each(['plain', 'constructor', '__proto__'])(
    'is found out also when other fields are written in between: data.%s',
    (field) => {
      const contests = new Contests(new ManualClock())
      const node = newNode(rule, { namespace: 'a', name: 'b' })
      const patch = { data: Object.fromEntries([[field, 'ours']]) }
      const verdicts = Array.from({ length: 6 }, () => {
        const { is } = contests.judge(node, patch)
        contests.wrote(node, patch)
        contests.wrote(node, { data: { other: 'ours' } })
        return is
      })
      expect(verdicts).toEqual(['free', 'free', 'free', 'free', 'free', 'suspected'])
    },
  )

  it('that nothing is written for any more is over, so that nobody counts it for ever', () => {
    const clock = new ManualClock()
    const contests = new Contests(clock)
    const node = newNode(rule, { namespace: 'a', name: 'b' })
    contests.wrote(node, undefined)
    const { contest } = contests.begin(node, ['data', 'k'], { is: 'unknown' })
    const other = newNode(rule, { namespace: 'a', name: 'c' })
    clock.advance(10 * 60_000)
    expect(contests.wrote(other, undefined)).toEqual([])
    clock.advance(10 * 60_000)
    expect(contests.wrote(other, undefined)).toEqual([contest])
    expect(contests.wrote(other, undefined)).toEqual([])
  })
})
