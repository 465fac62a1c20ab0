import type { KubeObject } from '@odfmo/api-types/meta'
import { describe, expect, it } from 'vitest'
import { kind } from '../kind.ts'
import { cluster, index, watch } from '../watched-kind.ts'
import { Indexes } from './indexes.ts'

const { Thing: things } = cluster('c', { Thing: watch(kind('g/v1', 'Thing', 'things')) })
const thing = (name: string): KubeObject => ({ metadata: { namespace: 'n', name } })

/** All that is told of an index over two objects, one there before it and one after, and what is found by it. */
const told = (values: (object: KubeObject) => unknown) => {
  const thrown: unknown[] = []
  const indexes = new Indexes<KubeObject>((error) => thrown.push(error))
  const odd = index(things, 'odd', values as () => readonly string[])
  const good = index(things, 'good', () => ['good'])
  indexes.add(odd, new Map([['n/a', thing('a')]]))
  indexes.add(good, new Map([['n/a', thing('a')]]))
  indexes.update('n/b', undefined, thing('b'))
  expect(indexes.find(good, 'good')).toHaveLength(2)
  return {
    thrown: thrown.map(String),
    found: indexes.find(odd, 'g').length + indexes.find(odd, 'good').length,
  }
}

describe('an index that cannot be believed', () => {
  it.each([
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a text, which has letters to go through', 'good', 'a string'],
  ])('is one that throws when it answers %s', (_what, answer, got) => {
    expect(told(() => answer)).toEqual({
      thrown: ['n/a', 'n/b'].map(
        (key) => `Error: index "odd" of c.Thing, object ${key}: expected an array of texts, got ${got}`,
      ),
      found: 0,
    })
  })

  it('is told by its name and the object, and keeps no other from its place', () => {
    const bad = new Error('bad value')
    const { thrown, found } = told(({ metadata }) => {
      if (metadata.name === 'a') throw bad
      return ['good']
    })
    expect(thrown).toEqual(['Error: index "odd" of c.Thing, object n/a: bad value'])
    expect(found).toBe(1)
  })
})
