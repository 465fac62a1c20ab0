import type { Cases } from '../../conformance-case.ts'
import { secret, version, write } from './secrets.ts'
import { withThings } from './things.ts'

const event = (type: string, name: string, more: object = {}) => ({
  type,
  object: { metadata: { name, ...more } },
})

/** Watches of some objects only. */
export const watchSelections: Cases = {
  'an object that comes into a label selection is added, one that leaves it is deleted': async (api) => {
    const from = version(await write(api, 'in', { app: 'shop' }))
    await write(api, 'out', { app: 'other' })
    const watching = await api.watch(`${api.in('secrets')}?labelSelector=app%3Dshop&resourceVersion=${from}`)
    const label = (name: string, app: string | null) =>
      api.patch(api.in('secrets', name), 'merge', { metadata: { labels: { app } } })
    await label('out', 'shop')
    await watching.next(event('ADDED', 'out', { labels: { app: 'shop' } }))
    const left = await label('in', null)
    // as it was when it was in, at the version at which it left
    const atTheEnd = { labels: { app: 'shop' }, resourceVersion: version(left) }
    await watching.next(event('DELETED', 'in', atTheEnd))
    await api.delete(api.in('secrets', 'in'))
    await label('in', 'shop')
    await api.patch(api.in('secrets', 'out'), 'merge', { metadata: { labels: { more: 'yes' } } })
    await api.delete(api.in('secrets', 'out'))
    await watching.next(event('MODIFIED', 'out'), event('DELETED', 'out'))
  },

  'history is selected as the present is': async (api) => {
    const from = version(await write(api, 'a', { app: 'shop' }))
    await api.patch(api.in('secrets', 'a'), 'merge', { metadata: { labels: { app: 'other' } } })
    await api.patch(api.in('secrets', 'a'), 'merge', { metadata: { labels: { app: 'shop' } } })
    await write(api, 'b')
    await api.delete(api.in('secrets', 'a'))
    const watching = await api.watch(`${api.in('secrets')}?labelSelector=app%3Dshop&resourceVersion=${from}`)
    await watching.next(event('DELETED', 'a'), event('ADDED', 'a'), event('DELETED', 'a'))
  },

  'initial events are the selected ones': async (api) => {
    await write(api, 'a', { app: 'shop' })
    await write(api, 'b', { app: 'other' })
    const watching = await api.watch(`${api.in('secrets')}?labelSelector=app%3Dshop&allowWatchBookmarks=true`)
    await watching.next(event('ADDED', 'a'), { type: 'BOOKMARK' })
  },

  'one object is watched by its name in a field selector': async (api) => {
    const from = version(await write(api, 'other'))
    const watching = await api.watch(
      `${api.in('secrets')}?fieldSelector=metadata.name%3Dmine&resourceVersion=${from}`,
    )
    await api.delete(api.in('secrets', 'other'))
    await write(api, 'mine')
    await api.patch(api.in('secrets', 'mine'), 'merge', { metadata: { labels: { a: 'b' } } })
    await api.delete(api.in('secrets', 'mine'))
    await watching.next(event('ADDED', 'mine'), event('MODIFIED', 'mine'), event('DELETED', 'mine'))
  },

  'an object comes into and leaves a selection by a field of its own': async (api) => {
    const { path, thing } = await withThings(api)
    const from = version(await thing('a', { color: 'blue' }))
    const watching = await api.watch(`${path}?fieldSelector=spec.color%3Dblue&resourceVersion=${from}`)
    const paint = (name: string, color: string) => api.patch(`${path}/${name}`, 'merge', { spec: { color } })
    await thing('b', { color: 'red' })
    await paint('a', 'red')
    await paint('b', 'blue')
    const [left] = await watching.next(event('DELETED', 'a'), event('ADDED', 'b'))
    if (left?.object.spec.color !== 'blue') throw new Error('it left as it was when it was in')
  },

  'selectors that cannot be read are refused before the stream': async (api) => {
    const refusal = async (query: string, message: string) =>
      (await api.watch(`${api.in('secrets')}?${query}`)).refusal?.is(400, { reason: 'BadRequest', message })
    await refusal(
      'labelSelector=a%20b',
      "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
    )
    await refusal('fieldSelector=a', "invalid selector: 'a'; can't understand 'a'")
    await refusal('fieldSelector=data.a%3D1', 'field label not supported: data.a')
  },

  'the path of one object is read, not watched': async (api) => {
    await write(api, 'a')
    ;(await api.get(`${api.in('secrets', 'a')}?watch=true`)).is(200, {
      kind: 'Secret',
      metadata: { name: 'a' },
    })
    ;(await api.get(`${api.in('secrets', 'b')}?watch=true`)).is(404)
  },

  'the old paths watch a collection, one object, and what has no namespace': async (api) => {
    await write(api, 'a', { case: 'old-paths' })
    await write(api, 'b', { case: 'old-paths' })
    const all = await api.watch(`/api/v1/watch/namespaces/${api.namespace}/secrets`)
    const one = await api.watch(`/api/v1/watch/namespaces/${api.namespace}/secrets/b`)
    const everywhere = await api.watch('/api/v1/watch/secrets?labelSelector=case%3Dold-paths')
    const namespace = await api.watch(`/api/v1/watch/namespaces/${api.namespace}`)
    await all.next(event('ADDED', 'a'), event('ADDED', 'b'))
    await one.next(event('ADDED', 'b'))
    await everywhere.next(event('ADDED', 'a'), event('ADDED', 'b'))
    await namespace.next({ type: 'ADDED', object: { kind: 'Namespace', metadata: { name: api.namespace } } })
    await api.delete(api.in('secrets', 'a'))
    await api.delete(api.in('secrets', 'b'))
    await one.next(event('DELETED', 'b'))
    await all.next(event('DELETED', 'a'), event('DELETED', 'b'))
    const other = await api.watch(
      `/api/v1/watch/namespaces/${api.namespace}/secrets/b?fieldSelector=metadata.name%3Dc`,
    )
    other.refusal?.is(400, { message: "fieldSelector metadata.name doesn't match requested name" })
  },

  'an object that is made again is a new one': async (api) => {
    const first = await write(api, 'a')
    const watching = await api.watch(`${api.in('secrets')}?resourceVersion=${version(first)}`)
    await api.delete(api.in('secrets', 'a'))
    await api.post(api.in('secrets'), secret('a'))
    const { uid } = first.body.metadata
    await watching.next(
      event('DELETED', 'a', { uid }),
      event('ADDED', 'a', { uid: (next: string) => next !== uid }),
    )
  },
}
