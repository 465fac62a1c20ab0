import type { Cases } from '../../conformance-case.ts'
import { version, write } from './secrets.ts'
import { withThings } from './things.ts'

const as = (kind: string) => ({ headers: { accept: `application/json;as=${kind};v=v1;g=meta.k8s.io` } })

const column = (name: string) => ({ name })

/** What is sent instead of the objects, when a client asks for it. */
export const watchForms: Cases = {
  'a watch of a table is rows, with the columns in the first event': async (api) => {
    const { path, thing } = await withThings(api)
    await thing('a', {})
    const partial = (name: string) => ({ kind: 'PartialObjectMetadata', metadata: { name } })
    const row = (name: string) => ({ cells: [name, /s$/], object: partial(name) })
    const columnDefinitions = [column('Name'), column('Age')]
    const watching = await api.watch(path, as('Table'))
    await watching.next({ type: 'ADDED', object: { kind: 'Table', columnDefinitions, rows: [row('a')] } })
    await thing('b', {})
    await api.delete(`${path}/a`)
    await watching.next(
      { type: 'ADDED', object: { kind: 'Table', columnDefinitions: null, rows: [row('b')] } },
      { type: 'DELETED', object: { kind: 'Table', columnDefinitions: null, rows: [row('a')] } },
    )
  },

  'a bookmark of a table is a row of nothing': async (api) => {
    const { path, thing } = await withThings(api)
    await thing('a', {})
    const end = { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } }
    for (const include of ['Metadata', 'None']) {
      const watching = await api.watch(
        `${path}?allowWatchBookmarks=true&includeObject=${include}`,
        as('Table'),
      )
      await watching.next(
        { type: 'ADDED', object: { columnDefinitions: [column('Name'), column('Age')] } },
        {
          type: 'BOOKMARK',
          object: { kind: 'Table', columnDefinitions: null, rows: [{ cells: ['', null], object: end }] },
        },
      )
    }
  },

  'the rows of a watched table hold what includeObject says': async (api) => {
    const { path, thing } = await withThings(api)
    const from = version(await thing('a', {}))
    const none = await api.watch(`${path}?includeObject=None&resourceVersion=${from}`, as('Table'))
    const whole = await api.watch(`${path}?includeObject=Object&resourceVersion=${from}`, as('Table'))
    await thing('b', { color: 'blue' })
    await none.next({ type: 'ADDED', object: { rows: [{ cells: ['b', /s$/], object: null }] } })
    await whole.next({
      type: 'ADDED',
      object: { rows: [{ object: { kind: 'Thing', spec: { color: 'blue' } } }] },
    })
    const wrong = await api.watch(`${path}?includeObject=Everything`, as('Table'))
    wrong.refusal?.is(400, { reason: 'BadRequest' })
  },

  'a watch of metadata has nothing else': async (api) => {
    await write(api, 'a')
    const kind = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', type: undefined }
    const a = { ...kind, metadata: { name: 'a' } }
    const end = { ...kind, metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } }
    const marked = `${api.in('secrets')}?allowWatchBookmarks=true`
    const bookmarks = await api.watch(marked, as('PartialObjectMetadata'))
    await bookmarks.next({ type: 'ADDED', object: a }, { type: 'BOOKMARK', object: end })
    const changes = await api.watch(api.in('secrets'), as('PartialObjectMetadata'))
    await api.delete(api.in('secrets', 'a'))
    await changes.next({ type: 'ADDED', object: a }, { type: 'DELETED', object: a })
  },

  'a bookmark has what an empty object of its kind has': async (api) => {
    const kinds: readonly (readonly [string, string])[] = [
      ['pods', 'Pod'],
      ['services', 'Service'],
      ['rbac.authorization.k8s.io/v1/roles', 'Role'],
      ['rbac.authorization.k8s.io/v1/rolebindings', 'RoleBinding'],
      ['coordination.k8s.io/v1/leases', 'Lease'],
      ['events', 'Event'],
    ]
    for (const [resource, kind] of kinds) {
      const path = `${api.in(resource)}?allowWatchBookmarks=true&labelSelector=nobody-has-it`
      const watching = await api.watch(path)
      await watching.next({ type: 'BOOKMARK', object: { kind, metadata: { annotations: {} } } })
      watching.close()
    }
  },

  'a bookmark of custom resources is of their kind': async (api) => {
    const { path } = await withThings(api)
    const watching = await api.watch(`${path}?allowWatchBookmarks=true`)
    await watching.next({ type: 'BOOKMARK', object: { kind: 'Thing', apiVersion: /\/v1$/ } })
  },

  'a watch is JSON, whether it is asked for as a stream or not': async (api) => {
    await write(api, 'a')
    for (const accept of [
      'application/json',
      'application/json;stream=watch',
      '*/*',
      'text/plain, */*;q=0.1',
    ]) {
      const watching = await api.watch(api.in('secrets'), { headers: { accept } })
      await watching.next({ type: 'ADDED', object: { kind: 'Secret', metadata: { name: 'a' } } })
      watching.close()
    }
  },
}
