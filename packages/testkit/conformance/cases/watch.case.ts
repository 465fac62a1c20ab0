import type { CaseApi } from '../case-api.ts'
import { area } from '../conformance-case.ts'
import type { Cases } from '../conformance-case.ts'
import { watchForms } from './watch/forms.ts'
import { watchOptions } from './watch/options.ts'
import { watchSelections } from './watch/selections.ts'
import { secret, version, write } from './watch/secrets.ts'
import { withThings } from './watch/things.ts'

const added = (name: string, more: object = {}) => ({
  type: 'ADDED',
  object: { metadata: { name }, ...more },
})
const modified = (name: string) => ({ type: 'MODIFIED', object: { metadata: { name } } })
const deleted = (name: string) => ({ type: 'DELETED', object: { metadata: { name } } })
const touch = (api: CaseApi, name: string, value: string) =>
  api.patch(api.in('secrets', name), 'merge', { metadata: { labels: { touched: value } } })

const expired = {
  type: 'ERROR',
  object: {
    kind: 'Status',
    status: 'Failure',
    reason: 'Expired',
    code: 410,
    message: /^too old resource version: \d+ \(\d+\)$/,
  },
}

const own: Cases = {
  'a watch from a version has what came after it, in order': async (api) => {
    const from = version(await write(api, 'a'))
    await write(api, 'b')
    await touch(api, 'a', 'once')
    await api.delete(api.in('secrets', 'b'))
    const watching = await api.watch(`${api.in('secrets')}?resourceVersion=${from}`)
    await watching.next(added('b', { kind: 'Secret', apiVersion: 'v1' }), modified('a'), deleted('b'))
    await write(api, 'c')
    await watching.next(added('c'))
  },

  'a watch from the version of a list begins where the list ends': async (api) => {
    await write(api, 'a')
    const all = await api.get(api.in('secrets'))
    const watching = await api.watch(`${api.in('secrets')}?resourceVersion=${version(all)}`)
    await touch(api, 'a', 'after')
    await watching.next(modified('a'))
  },

  'a watch without a version begins with what is there, in the order of names': async (api) => {
    for (const name of ['b', 'c', 'a']) await write(api, name)
    await touch(api, 'b', 'before')
    const watching = await api.watch(api.in('secrets'))
    await watching.next(added('a'), added('b'), added('c'))
    await touch(api, 'a', 'after')
    await watching.next(modified('a'))
  },

  'a watch from 0 begins with what is there': async (api) => {
    const last = version(await write(api, 'a'))
    await api.get(`${api.in('secrets')}?resourceVersion=${last}`)
    const watching = await api.watch(`${api.in('secrets')}?resourceVersion=0`)
    await watching.next(added('a'))
    await api.delete(api.in('secrets', 'a'))
    await watching.next(deleted('a'))
  },

  'a watch is resumed from the version of its last event': async (api) => {
    const from = version(await write(api, 'a'))
    const first = await api.watch(`${api.in('secrets')}?resourceVersion=${from}`)
    await write(api, 'b')
    const [last] = await first.next(added('b'))
    first.close()
    await write(api, 'c')
    const next = await api.watch(
      `${api.in('secrets')}?resourceVersion=${last?.object.metadata.resourceVersion}`,
    )
    await next.next(added('c'))
  },

  'DELETED has the last state, at the version of the deletion': async (api) => {
    const made = await api.post(api.in('secrets'), { ...secret('a'), data: { key: 'dmFsdWU=' } })
    const watching = await api.watch(`${api.in('secrets')}?resourceVersion=${version(made)}`)
    await api.delete(api.in('secrets', 'a'))
    await watching.next({
      type: 'DELETED',
      object: {
        kind: 'Secret',
        data: { key: 'dmFsdWU=' },
        metadata: {
          uid: made.body.metadata.uid,
          deletionTimestamp: undefined,
          resourceVersion: (last: string) => Number(last) > Number(version(made)),
        },
      },
    })
  },

  'an object with a finalizer is modified when it is deleted, and deleted when the finalizer goes': async (
    api,
  ) => {
    const body = { ...secret('a'), metadata: { name: 'a', finalizers: ['example.com/hold'] } }
    const made = await api.post(api.in('secrets'), body)
    const watching = await api.watch(`${api.in('secrets')}?resourceVersion=${version(made)}`)
    await api.delete(api.in('secrets', 'a'))
    await watching.next({ type: 'MODIFIED', object: { metadata: { deletionTimestamp: /Z$/ } } })
    await api.patch(api.in('secrets', 'a'), 'merge', { metadata: { finalizers: null } })
    await watching.next({
      type: 'DELETED',
      // as it was before the write that let it go
      object: { metadata: { deletionTimestamp: /Z$/, finalizers: ['example.com/hold'] } },
    })
  },

  'a write that changes nothing is no event': async (api) => {
    await write(api, 'a')
    const touched = await touch(api, 'a', 'once')
    const watching = await api.watch(`${api.in('secrets')}?resourceVersion=${version(touched)}`)
    const again = await touch(api, 'a', 'once')
    again.is(200, { metadata: { resourceVersion: version(touched) } })
    await api.put(api.in('secrets', 'a'), touched.body)
    await write(api, 'b')
    await watching.next(added('b'))
  },

  'a watch of a namespace hears of that namespace only, also when there is none of that name': async (
    api,
  ) => {
    const other = api.unique('watched')
    const watching = await api.watch(`/api/v1/namespaces/${other}/secrets`)
    await write(api, 'elsewhere')
    await api.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: other } })
    await api.post(`/api/v1/namespaces/${other}/secrets`, secret('here'))
    await watching.next(added('here'))
  },

  'a watch of all namespaces hears of every one': async (api) => {
    const other = api.unique('second')
    await api.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: other } })
    const watching = await api.watch('/api/v1/secrets?labelSelector=case%3Dwatch-of-all')
    const labelled = (name: string) => ({
      ...secret(name),
      metadata: { name, labels: { case: 'watch-of-all' } },
    })
    await api.post(api.in('secrets'), labelled('a'))
    await api.post(`/api/v1/namespaces/${other}/secrets`, labelled('b'))
    await watching.next(added('a'), { type: 'ADDED', object: { metadata: { name: 'b', namespace: other } } })
  },

  'a kind without namespaces is watched as one': async (api) => {
    const name = api.unique('role')
    const path = '/apis/rbac.authorization.k8s.io/v1/clusterroles'
    const watching = await api.watch(`${path}?fieldSelector=metadata.name%3D${name}`)
    await api.post(path, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name },
      rules: [],
    })
    await api.delete(`${path}/${name}`)
    await watching.next(added(name), deleted(name))
  },

  'a watch from a version before the kind was served is 410, in the stream': async (api) => {
    const { path, thing } = await withThings(api)
    await thing('a', {})
    const watching = await api.watch(`${path}?resourceVersion=1`)
    await watching.next(expired)
    await watching.ended()
    // what a client does then
    const all = await api.get(path)
    const next = await api.watch(`${path}?resourceVersion=${version(all)}`)
    await thing('b', {})
    await next.next({ type: 'ADDED', object: { kind: 'Thing', metadata: { name: 'b' } } })
  },

  'a definition that changes ends the watches of its objects, which have to list again': async (api) => {
    const { path, thing, definition } = await withThings(api)
    const from = version(await thing('a', {}))
    const watching = await api.watch(`${path}?resourceVersion=${from}`)
    await thing('b', {})
    await watching.next(added('b'))
    await api.patch(
      definition,
      'merge',
      { metadata: { labels: { changed: 'no' } } },
      { show: () => undefined },
    )
    await thing('c', {})
    await watching.next(added('c'))
    const names = { spec: { names: { shortNames: ['th'] } } }
    ;(await api.patch(definition, 'merge', names, { show: () => undefined })).is(200)
    await watching.ended()
    await api.until(path, ({ status }) => status === 200, { show: () => undefined })
    const again = await api.watch(`${path}?resourceVersion=${from}`)
    await again.next(expired)
    await again.ended()
  },

  'a definition that goes takes its objects with it, and ends their watches': async (api) => {
    const { path, thing, definition } = await withThings(api)
    await thing('a', { color: 'blue' })
    await thing('b', {})
    const watching = await api.watch(path)
    await watching.next(added('a'), added('b'))
    await api.delete(definition, undefined, { show: () => undefined })
    await watching.next(deleted('a'), deleted('b'))
    await watching.ended()
    await api.until(path, ({ status }) => status === 404)
  },
}

export const watch = area('watch', 'watch', own, watchOptions, watchSelections, watchForms)
