import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { key, labelled, newStore, thing, things, type Thing } from '../../test/things.ts'
import { systemClock } from '../clock.ts'
import { index } from '../watched-kind.ts'
import type { CacheEvent } from './cache.ts'
import { Store } from './store.ts'

const byValue = index(things, 'by-value', (thing) => [thing.value])

describe('a store', () => {
  it('drops an event that is older than an own write', () => {
    const { store } = newStore()
    store.wrote(thing('a', 'u', 12, 'new'))
    store.upsert(thing('a', 'u', 9, 'old'))
    expect(store.get(key('a'))?.value).toBe('new')
  })

  it('compares versions as integers, not as text', () => {
    const { store } = newStore()
    store.upsert(thing('a', 'u', 99, 'old'))
    store.upsert(thing('a', 'u', 100, 'new'))
    expect(store.get(key('a'))?.value).toBe('new')
  })

  it('never brings back a uid that was deleted by ourselves', () => {
    const { store } = newStore()
    store.upsert(thing('a', 'u', 5))
    store.deleted(key('a'), 'u')
    store.upsert(thing('a', 'u', 7))
    store.replace([thing('a', 'u', 7)], '8')
    expect(store.get(key('a'))).toBeUndefined()
  })

  it('does not bring an object back when the answer to an own write comes after its deletion', () => {
    const { store } = newStore()
    store.upsert(thing('a', 'u', 5))
    store.remove(thing('a', 'u', 8))
    store.wrote(thing('a', 'u', 7))
    expect(store.get(key('a'))).toBeUndefined()
  })

  it('keeps an object of the same name when the deletion of its predecessor arrives late', () => {
    const { store } = newStore()
    store.wrote(thing('a', 'second', 9))
    store.remove(thing('a', 'first', 8))
    expect(store.get(key('a'))?.metadata.uid).toBe('second')
  })

  it('lets a predecessor go when its successor is known to be out of the selection', () => {
    const { store } = newStore(labelled)
    store.upsert(thing('a', 'first', 8, 'v', { ours: '' }))
    store.wrote(thing('a', 'second', 12))
    expect(store.get(key('a'))).toBeUndefined()
  })

  it('lets a predecessor go when a list has its successor, which we deleted meanwhile', () => {
    const { store } = newStore()
    store.upsert(thing('a', 'first', 5))
    const since = store.mark()
    store.deleted(key('a'), 'second')
    store.replace([thing('a', 'second', 7)], '8', { since })
    expect(store.get(key('a'))).toBeUndefined()
  })

  it('keeps an own write that a list does not know yet, and drops what the list has lost', () => {
    const { store } = newStore()
    store.upsert(thing('lost', 'l', 3))
    store.wrote(thing('new', 'n', 11))
    store.replace([], '10')
    expect(store.list().map(({ metadata }) => metadata.name)).toEqual(['new'])
  })

  it('announces only real changes of a list', () => {
    const { store, events } = newStore()
    store.replace([thing('a', 'a', 1), thing('b', 'b', 2)], '2')
    events.length = 0
    store.replace([thing('a', 'a', 1), thing('b', 'b', 3)], '3')
    expect(events.map((event) => event.key.name)).toEqual(['b'])
  })

  it('a list of one namespace says nothing of others', () => {
    const { store } = newStore()
    store.upsert(thing('a', 'a', 1))
    store.replace([], '5', { namespace: 'elsewhere' })
    expect(store.get(key('a'))).toBeDefined()
  })

  it('takes an own write that left the selection as gone, without a grudge', () => {
    const { store } = newStore(labelled)
    store.upsert(thing('a', 'u', 1, 'v', { ours: '' }))
    store.wrote(thing('a', 'u', 2))
    expect(store.get(key('a'))).toBeUndefined()
    store.upsert(thing('a', 'u', 3, 'v', { ours: '' }))
    expect(store.get(key('a'))).toBeDefined()
  })

  it('is not brought an object by an answer that a newer list has overtaken', () => {
    const { store } = newStore()
    store.replace([], '5')
    store.wrote(thing('a', 'a', 3))
    expect(store.get(key('a'))).toBeUndefined()
    store.wrote(thing('b', 'b', 6))
    expect(store.get(key('b'))).toBeDefined()
  })

  it('keeps a deletion of ours that happened after the list was asked for', () => {
    const { store } = newStore()
    store.upsert(thing('a', 'u', 5))
    const since = store.mark()
    store.deleted(key('a'), 'u')
    store.replace([thing('a', 'u', 5)], '6', { since })
    expect(store.get(key('a'))).toBeUndefined()
  })

  it('keeps an own write whose answer came while a list was on its way', () => {
    const { store } = newStore()
    store.upsert(thing('a', 'u', 5))
    const since = store.mark()
    store.wrote(thing('a', 'u', 12, 'new'))
    store.replace([thing('a', 'u', 5)], '10', { since })
    expect(store.get(key('a'))?.value).toBe('new')
  })

  it('leaves an object out of an index that throws over it, tells, and does the rest', () => {
    const thrown: unknown[] = []
    const store = new Store<Thing>(things, systemClock, (error) => thrown.push(error))
    const odd = index(things, 'odd', (object) => {
      if (object.value === 'bad') throw new Error('bad value')
      return [object.value]
    })
    store.addIndex(odd)
    store.addIndex(byValue)
    const events: CacheEvent<Thing>[] = []
    store.onEvent((event) => events.push(event))
    store.upsert(thing('a', 'a', 1, 'good'))
    store.upsert(thing('a', 'a', 2, 'bad'))
    expect([store.find(odd, 'good').length, store.find(byValue, 'bad').length]).toEqual([0, 1])
    expect(events).toHaveLength(2)
    store.upsert(thing('a', 'a', 3, 'good'))
    expect([store.find(odd, 'good').length, store.find(byValue, 'bad').length]).toEqual([1, 0])
    expect(thrown.length).toBeGreaterThan(0)
  })

  it('does not tell since when an object is missing where nobody looked meanwhile', () => {
    let now = 1000
    const store = new Store<Thing>(things, { ...systemClock, now: () => now })
    store.replace([thing('a', 'a', 1)], '1', { namespace: 'n' })
    store.remove(thing('a', 'a', 2))
    expect(store.goneSince(key('a'))).toBe(1000)
    store.forgetNamespace('n')
    now = 5000
    store.replace([], '9', { namespace: 'n' })
    expect(store.goneSince(key('a'))).toBe(5000)
  })

  it('does not go back to an old state when an earlier departure is told late', () => {
    const { store } = newStore(labelled)
    const labels = { ours: '' }
    store.upsert(thing('a', 'u', 4, 'v', labels))
    store.remove(thing('a', 'u', 9))
    store.remove(thing('a', 'u', 6))
    store.upsert(thing('a', 'u', 7, 'old', labels))
    expect(store.get(key('a'))).toBeUndefined()
    store.upsert(thing('a', 'u', 10, 'new', labels))
    expect(store.get(key('a'))?.value).toBe('new')
  })

  it('takes the same objects again when a kind that was not served for a moment is back', () => {
    const { store, events } = newStore()
    store.upsert(thing('a', 'u', 5))
    store.clear()
    expect(store.list()).toEqual([])
    expect(events.at(-1)).toMatchObject({ key: key('a'), old: { value: 'v' } })
    store.replace([thing('a', 'u', 5)], '9')
    store.upsert(thing('a', 'u', 10, 'changed'))
    expect(store.get(key('a'))?.value).toBe('changed')
  })

  it('finds by index, and drops managedFields', () => {
    const { store } = newStore()
    const one = thing('a', 'a', 1, 'x')
    store.upsert({ ...one, metadata: { ...one.metadata, managedFields: [{}] } })
    expect(store.find(byValue, 'x')).toHaveLength(1)
    expect(store.get(key('a'))?.metadata).not.toHaveProperty('managedFields')
    store.upsert(thing('a', 'a', 2, 'y'))
    expect([store.find(byValue, 'x').length, store.find(byValue, 'y').length]).toEqual([0, 1])
  })

  it('ends as the server is, whatever mixture of watch, lists and own answers it saw', () => {
    const step = fc.record({
      name: fc.constantFrom('a', 'b', 'c'),
      act: fc.constantFrom('write', 'write', 'delete'),
      own: fc.boolean(),
      deliver: fc.nat(3),
      list: fc.nat(9),
      answerLate: fc.nat(4),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { store } = newStore()
        const server = new Map<string, Thing>()
        const watch: { type: 'put' | 'delete'; object: Thing }[] = []
        const answers: { dueIn: number; apply: () => void }[] = []
        const deletedByUs = new Set<string>()
        let version = 0
        const deliver = (): void => {
          const event = watch.shift()
          if (event?.type === 'put') store.upsert(event.object)
          else if (event !== undefined) store.remove(event.object)
        }
        const check = (): void => {
          for (const { metadata } of store.list()) expect(deletedByUs.has(metadata.uid ?? '')).toBe(false)
        }
        for (const { name, act, own, deliver: count, list, answerLate } of steps) {
          const here = server.get(name)
          version += 1
          if (act === 'write') {
            const object = thing(name, here?.metadata.uid ?? `u${version}`, version, String(version))
            server.set(name, object)
            watch.push({ type: 'put', object })
            if (own) answers.push({ dueIn: answerLate, apply: () => store.wrote(object) })
          } else if (here !== undefined) {
            server.delete(name)
            const uid = here.metadata.uid ?? ''
            watch.push({ type: 'delete', object: thing(name, uid, version) })
            if (own) {
              deletedByUs.add(uid)
              // Deletes are answered before anything else is sent for the object: the answer is never late.
              store.deleted(key(name), uid)
            }
          }
          for (const answer of answers.filter((entry) => (entry.dueIn -= 1) < 0)) {
            answers.splice(answers.indexOf(answer), 1)
            answer.apply()
          }
          for (let n = 0; n < count; n += 1) deliver()
          if (list === 0) {
            store.replace([...server.values()], String(version))
            watch.length = 0
          }
          check()
        }
        for (const { apply } of answers) apply()
        while (watch.length > 0) deliver()
        expect(
          store
            .list()
            .map((object) => object.value)
            .sort(),
        ).toEqual([...server.values()].map((object) => object.value).sort())
      }),
      { numRuns: 500 },
    )
  })
})
