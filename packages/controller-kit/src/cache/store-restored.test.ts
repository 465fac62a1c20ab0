import { describe, expect, it } from 'vitest'
import { key, labelled, newStore, thing } from '../../test/things.ts'

describe('a store of a server that was restored from a backup', () => {
  it('believes a list of a server whose history began anew', () => {
    const { store } = newStore()
    store.replace([thing('same', 's', 3), thing('older', 'o', 90), thing('other', 'first', 91)], '99')
    store.wrote(thing('lost', 'l', 100))
    store.deleted(key('back'), 'b')
    const since = store.mark()
    store.replace(
      [
        thing('same', 's', 3),
        thing('older', 'o', 7, 'old'),
        thing('other', 'second', 5),
        thing('back', 'b', 4),
      ],
      '20',
      { since },
    )
    expect(store.list().map(({ metadata, value }) => `${metadata.name} ${metadata.uid} ${value}`)).toEqual([
      'same s v',
      'older o old',
      'other second v',
      'back b v',
    ])
    store.upsert(thing('older', 'o', 21, 'new'))
    expect(store.get(key('older'))?.value).toBe('new')
  })

  it('believes a restored list whose versions were made to go on, as is recommended for etcd', () => {
    const { store, events } = newStore()
    store.replace([thing('changed', 'c', 40, 'after'), thing('made', 'm', 41), thing('same', 's', 3)], '42')
    store.upsert(thing('went', 'w', 30))
    store.remove(thing('went', 'w', 43))
    store.upsert(thing('deleted', 'd', 31))
    store.deleted(key('deleted'), 'd')
    const since = store.mark()
    events.length = 0
    store.replace(
      [
        thing('changed', 'c', 20, 'before'),
        thing('same', 's', 3),
        thing('went', 'w', 30),
        thing('deleted', 'd', 31),
      ],
      '1000000042',
      { since },
    )
    expect(
      store
        .list()
        .map(({ metadata, value }) => `${metadata.name} ${value}`)
        .toSorted(),
    ).toEqual(['changed before', 'deleted v', 'same v', 'went v'])
    expect(events.some((event) => event.key.name === 'same')).toBe(false)
  })

  it('finds in each namespace for itself that the history is another', () => {
    const { store } = newStore()
    const other = { ...thing('b', 'b', 8).metadata, namespace: 'm' }
    store.replace([thing('a', 'a', 7)], '7', { namespace: 'n' })
    // Not listed yet.
    store.wrote({ metadata: other, value: 'v' })
    for (const namespace of ['n', 'm']) {
      const since = store.mark()
      store.replace([], '5', { namespace, since })
    }
    expect(store.list()).toEqual([])
  })

  it('takes what another history calls by the same version, where it differs', () => {
    const { store, events } = newStore()
    store.replace([thing('a', 'u', 7, 'this'), thing('b', 'v', 8)], '9')
    const since = store.mark()
    events.length = 0
    store.replace([thing('a', 'u', 7, 'that'), thing('b', 'v', 8)], '8', { since })
    expect(store.get(key('a'))?.value).toBe('that')
    expect(events.map((event) => event.key.name)).toEqual(['a', 'a'])
  })

  it('sees what it deleted again when that was restored and comes into the selection later', () => {
    const { store } = newStore(labelled)
    store.upsert(thing('a', 'u', 5, 'v', { ours: '' }))
    store.deleted(key('a'), 'u')
    store.replace([], '1000', { since: store.mark() })
    store.upsert(thing('a', 'u', 900, 'old', { ours: '' }))
    expect(store.get(key('a'))).toBeUndefined()
    store.upsert(thing('a', 'u', 1001, 'new', { ours: '' }))
    expect(store.get(key('a'))?.value).toBe('new')
  })
})
