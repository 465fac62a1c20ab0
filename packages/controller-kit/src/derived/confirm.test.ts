import type { Kind, KubeObject } from '@odfmo/api-types/meta'
import { describe, expect, it } from 'vitest'
import type { CacheReader, WriteObserver } from '../cache/cache.ts'
import { staticCache } from '../cache/static-cache.ts'
import { KubeError } from '../client/kube-error.ts'
import type { ListOptions, ObjectClient } from '../client/object-client.ts'
import { systemClock } from '../clock.ts'
import { ManualClock } from '../manual-clock.ts'
import { cluster, index, watch } from '../watched-kind.ts'
import { FreshReads } from './confirm.ts'
import { derived } from './derived.ts'
import { evaluation } from './evaluate.ts'
import { Reads } from './reads.ts'
import { leave, waiting } from './wanted.ts'

interface Thing extends KubeObject {
  readonly value: string
}

const kind: Kind<Thing> = { group: 'g', version: 'v1', kind: 'Thing', plural: 'things', namespaced: true }
const { Thing: things } = cluster('c', { Thing: watch(kind, { namespaces: 'dynamic' }) })
const byValue = index(things, 'by-value', (thing) => [thing.value])

const thing = (namespace: string, name: string): Thing => ({
  metadata: { namespace, name, uid: `${namespace}-${name}`, resourceVersion: '1' },
  value: 'v',
})

/** Things of `good` are known; `bad` is forbidden. */
const cache: CacheReader & WriteObserver = {
  ...staticCache([[things, [thing('good', 'cached'), thing('bad', 'left')]]]),
  namespaces: () => ['good', 'bad'],
  sync: (_of, namespace) =>
    namespace === 'good' ? { is: 'synced' } : { is: 'forbidden', why: 'things in bad' },
  wrote: () => undefined,
  deleted: () => undefined,
}

/** A rule that looks into a bucket, of one namespace or of all, and tells what it found. */
const looking = (namespace?: string) =>
  derived<Thing>({
    name: 'looking',
    kind: things,
    keys: [],
    wanted(_key, world) {
      const options = namespace === undefined ? undefined : { namespace }
      const found = world.find(byValue, 'v', [], options).map(({ metadata }) => metadata.name)
      return found.length === 0 ? leave() : waiting('Found', found.join())
    },
  })
const key = { namespace: 'good', name: 'x' }

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('a bucket of a kind in several namespaces', () => {
  it('is not known while one namespace is forbidden', () => {
    expect(evaluation(looking(), key, cache)).toMatchObject({ is: 'unsynced', forbidden: true })
  })

  it('is known of a namespace that is not', () => {
    expect(evaluation(looking('good'), key, cache)).toMatchObject({ wanted: { message: 'cached' } })
    expect(evaluation(looking('bad'), key, cache)).toMatchObject({ is: 'unsynced', forbidden: true })
  })

  it('is confirmed by a list of that namespace', async () => {
    const lists: (string | undefined)[] = []
    const client = {
      list: (_kind: Kind, { namespace }: ListOptions) => {
        lists.push(namespace)
        if (namespace !== 'good')
          throw new KubeError({ verb: 'list', resource: 'things', cluster: 'c' }, 403, 'Forbidden', 'no')
        return Promise.resolve({ metadata: { resourceVersion: '9' }, items: [thing('good', 'fresh')] })
      },
    } as unknown as ObjectClient
    const { signal } = new AbortController()
    const fresh = new FreshReads({ cache, clients: { c: client }, clock: systemClock, signal })
    const view = fresh.view()
    const own = { of: things, key }
    const { reads } = evaluation(looking('good'), key, cache)
    expect(await view.fetch(reads, own)).toBe(true)
    const confirmed = evaluation(looking('good'), key, view)
    expect(confirmed).toMatchObject({ wanted: { message: 'fresh' } })
    // The list has the own object too: it is not there.
    expect(await view.fetch(confirmed.reads, own)).toBe(false)
    expect(lists).toEqual(['good'])
    await expect(fresh.view().fetch(evaluation(looking(), key, cache).reads, own)).rejects.toThrow('no')
  })
})

it.each(['..', '', 'a/b'])('asks for no list of a namespace that cannot be: %j', async (namespace) => {
  const asked: unknown[] = []
  const client = {
    list: (_kind: Kind, options: ListOptions) => {
      asked.push(options.namespace)
      return Promise.reject(new TypeError('expected a name'))
    },
  } as unknown as ObjectClient
  const synced: typeof cache = { ...cache, sync: () => ({ is: 'synced' }) }
  const { signal } = new AbortController()
  const options = { cache: synced, clients: { c: client }, clock: systemClock, signal }
  const view = new FreshReads(options).view()
  const rule = looking(namespace)
  const nobody = { of: things, key: { namespace, name: 'x' } }
  expect(await view.fetch(evaluation(rule, key, synced).reads, nobody)).toBe(true)
  const confirmed = evaluation(rule, key, view)
  expect(confirmed).toMatchObject({ wanted: { is: 'leave' } })
  expect(await view.fetch(confirmed.reads, nobody)).toBe(false)
  expect(asked).toEqual([])
})

describe('a confirming list', () => {
  const { Thing: all } = cluster('c', {
    Thing: watch(kind, { transform: ({ metadata, value }) => ({ metadata, value: value.slice(0, 1) }) }),
  })
  const known = { ...thing('a', 'known'), value: 'v' }
  const reads = new Reads()
  reads.list(all, 0)
  const nobody = { of: all, key: { namespace: 'a', name: 'nobody' } }

  /** Lists that are answered by hand. */
  const lister = (gatherMs: number) => {
    const clock = new ManualClock()
    const lists: ((items: readonly Thing[]) => void)[] = []
    const client = {
      list: () =>
        new Promise((resolve) =>
          lists.push((items) => resolve({ metadata: { resourceVersion: '9' }, items })),
        ),
    } as unknown as ObjectClient
    const { signal } = new AbortController()
    const entered = { ...staticCache([[all, [known]]]), wrote: () => undefined, deleted: () => undefined }
    const fresh = new FreshReads({ cache: entered, clients: { c: client }, clock, signal, gatherMs })
    return { cache: entered, clock, fresh, lists }
  }

  it('is shared by all who asked before it was sent, and by nobody who asks later', async () => {
    const { clock, fresh, lists } = lister(20)
    const [early, sharing, late] = [fresh.view(), fresh.view(), fresh.view()]
    const first = [early.fetch(reads, nobody), sharing.fetch(reads, nobody)]
    await settled()
    expect(lists).toHaveLength(0)
    clock.advance(20)
    await settled()
    expect(lists).toHaveLength(1)
    const second = late.fetch(reads, nobody)
    clock.advance(20)
    await settled()
    // One at a time.
    expect(lists).toHaveLength(1)
    lists[0]?.([thing('a', 'old')])
    await Promise.all(first)
    await settled()
    lists[1]?.([thing('a', 'new')])
    await second
    const namesIn = (view: typeof late) => view.list(all).map(({ metadata }) => metadata.name)
    expect([early, sharing, late].map(namesIn)).toEqual([['old'], ['old'], ['new']])
  })

  it('waits for others as long as the last one took: of many in a row at most half the time is lists', async () => {
    const { clock, fresh, lists } = lister(20)
    const first = fresh.view().fetch(reads, nobody)
    clock.advance(20)
    await settled()
    clock.advance(300)
    lists[0]?.([])
    await first
    await settled()
    const second = fresh.view().fetch(reads, nobody)
    clock.advance(299)
    await settled()
    expect(lists).toHaveLength(1)
    clock.advance(1)
    await settled()
    expect(lists).toHaveLength(2)
    lists[1]?.([])
    await second
  })

  it('has what the cache would have: what it has at that version, and otherwise what it keeps', async () => {
    const { cache: entered, fresh, lists } = lister(0)
    const view = fresh.view()
    const fetched = view.fetch(reads, nobody)
    await settled()
    const [cached] = entered.list(all)
    const again = { ...known, metadata: { ...known.metadata, ...cached?.metadata } }
    lists[0]?.([again, { ...thing('a', 'other'), value: 'whole' }])
    await fetched
    expect(view.get(all, { namespace: 'a', name: 'known' })).toBe(cached)
    expect(view.get(all, { namespace: 'a', name: 'other' })?.value).toBe('w')
  })
})

it('an object is got once, whoever read it, and kept as the cache keeps it', async () => {
  const { Thing: own } = cluster('c', {
    Thing: watch(kind, { transform: ({ metadata }) => ({ metadata, value: 'kept' }) }),
  })
  const asked: string[] = []
  const client = {
    get: (_kind: Kind, { name }: { readonly name: string }) => {
      asked.push(name)
      return Promise.resolve(thing('a', name))
    },
  } as unknown as ObjectClient
  const { signal } = new AbortController()
  const clients = { c: client }
  const entered = { ...staticCache([]), wrote: () => undefined, deleted: () => undefined }
  const view = new FreshReads({ cache: entered, clients, clock: systemClock, signal }).view()
  const reads = new Reads()
  const itself = { namespace: 'a', name: 'x' }
  reads.object(own, itself, 0)
  await view.fetch(reads, { of: own, key: itself })
  expect(asked).toEqual(['x'])
  expect(view.get(own, itself)?.value).toBe('kept')
})
