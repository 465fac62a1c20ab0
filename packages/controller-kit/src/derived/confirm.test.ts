import type { Kind, KubeObject } from '@odfmo/api-types/meta'
import { describe, expect, it } from 'vitest'
import type { CacheReader, WriteObserver } from '../cache/cache.ts'
import { staticCache } from '../cache/static-cache.ts'
import { KubeError } from '../client/kube-error.ts'
import type { ListOptions, ObjectClient } from '../client/object-client.ts'
import { systemClock } from '../clock.ts'
import { cluster, index, watch } from '../watched-kind.ts'
import { FreshReads } from './confirm.ts'
import { derived } from './derived.ts'
import { evaluation } from './evaluate.ts'
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
