import type { Cases } from '../../conformance-case.ts'
import { changedOnce, configMap, withWidgets } from './objects.ts'

const conflict = {
  kind: 'Status',
  reason: 'Conflict',
  message: /the object has been modified; please apply your changes to the latest version and try again$/,
}

export const versions: Cases = {
  'a PUT with a stale resourceVersion is a Conflict, with the current one it is not': async (api) => {
    const { old, current } = await changedOnce(api)
    const stale = await api.put(api.in('configmaps', 'a'), { ...old, data: { a: '3' } })
    stale.is(409, { ...conflict, details: { name: 'a', kind: 'configmaps' } })
    const read = await api.get(api.in('configmaps', 'a'))
    read.is(200, current)
    const good = await api.put(api.in('configmaps', 'a'), { ...current, data: { a: '3' } })
    good.is(200, { data: { a: '3' } })
    const twice = await api.put(api.in('configmaps', 'a'), { ...current, data: { a: '4' } })
    twice.is(409, conflict)
  },

  'a stale PUT that would change nothing is a Conflict all the same': async (api) => {
    const { old, current } = await changedOnce(api)
    const same = {
      ...current,
      metadata: { ...current.metadata, resourceVersion: old.metadata.resourceVersion },
    }
    const stale = await api.put(api.in('configmaps', 'a'), same)
    stale.is(409, conflict)
  },

  'a PUT without resourceVersion overwrites': async (api) => {
    await changedOnce(api)
    const put = await api.put(api.in('configmaps', 'a'), configMap({}, { a: '3' }))
    put.is(200, { data: { a: '3' } })
    const empty = await api.put(api.in('configmaps', 'a'), configMap({ resourceVersion: '' }, { a: '4' }))
    empty.is(200, { data: { a: '4' } })
  },

  'a PUT of a custom resource needs a resourceVersion': async (api) => {
    const { path, widget } = await withWidgets(api)
    const made = await api.post(path, widget('w', { spec: { size: 1 } }))
    made.is(201)
    const without = await api.put(`${path}/w`, widget('w', { spec: { size: 2 } }))
    without.is(422, { reason: 'Invalid', details: { causes: [{ field: 'metadata.resourceVersion' }] } })
    const { resourceVersion } = made.body.metadata
    const good = await api.put(`${path}/w`, widget('w', { spec: { size: 2 } }, { resourceVersion }))
    good.is(200)
    const stale = await api.put(`${path}/w`, widget('w', { spec: { size: 3 } }, { resourceVersion }))
    stale.is(409, conflict)
  },

  'a stale resourceVersion in a merge patch is a Conflict': async (api) => {
    const { old, current } = await changedOnce(api)
    const patch = (metadata: object) => ({ metadata, data: { a: '3' } })
    const path = api.in('configmaps', 'a')
    const stale = await api.patch(path, 'merge', patch({ resourceVersion: old.metadata.resourceVersion }))
    stale.is(409, conflict)
    const good = await api.patch(path, 'merge', patch({ resourceVersion: current.metadata.resourceVersion }))
    good.is(200, { data: { a: '3' } })
    const none = await api.patch(path, 'merge', { metadata: { resourceVersion: null }, data: { a: '4' } })
    none.is(200, { data: { a: '4' } })
  },

  'a stale resourceVersion in a strategic merge patch is a Conflict': async (api) => {
    const { old, current } = await changedOnce(api)
    const patch = (resourceVersion: string) => ({ metadata: { resourceVersion }, data: { a: '3' } })
    const path = api.in('configmaps', 'a')
    ;(await api.patch(path, 'strategic', patch(old.metadata.resourceVersion))).is(409, conflict)
    ;(await api.patch(path, 'strategic', patch(current.metadata.resourceVersion))).is(200)
  },

  'a JSON patch guards itself by replacing or testing the resourceVersion': async (api) => {
    const { old, current } = await changedOnce(api)
    const path = api.in('configmaps', 'a')
    const change = { op: 'replace', path: '/data/a', value: '3' }
    const at = '/metadata/resourceVersion'
    const stale = old.metadata.resourceVersion
    ;(await api.patch(path, 'json', [{ op: 'replace', path: at, value: stale }, change])).is(409, conflict)
    const tested = await api.patch(path, 'json', [{ op: 'test', path: at, value: stale }, change])
    tested.is(422, { reason: 'Invalid' })
    const good = [{ op: 'test', path: at, value: current.metadata.resourceVersion }, change]
    ;(await api.patch(path, 'json', good)).is(200, { data: { a: '3' } })
    ;(await api.patch(path, 'json', [{ op: 'remove', path: at }, change])).is(200)
  },

  'a resourceVersion that is no number is refused, in a PUT by an internal error': async (api) => {
    await changedOnce(api)
    const path = api.in('configmaps', 'a')
    for (const resourceVersion of ['new', '-1', '1.5', '0x10']) {
      const put = await api.put(path, configMap({ resourceVersion }, { a: '3' }))
      put.is(500, { reason: undefined, message: /strconv.ParseUint/ })
    }
    const patched = await api.patch(path, 'merge', { metadata: { resourceVersion: 'new' }, data: { a: '3' } })
    patched.is(500)
    const number = await api.put(path, configMap({ resourceVersion: 1 }, { a: '3' }))
    number.is(400)
  },

  'a resourceVersion of the future, and 0, are not the current one': async (api) => {
    await changedOnce(api)
    const path = api.in('configmaps', 'a')
    const future = await api.put(path, configMap({ resourceVersion: '999999999' }, { a: '3' }))
    future.is(409, conflict)
    const zero = await api.put(path, configMap({ resourceVersion: '0' }, { a: '3' }))
    zero.is(200)
    const patched = await api.patch(path, 'merge', { metadata: { resourceVersion: '0' }, data: { a: '4' } })
    patched.is(200)
  },

  'nothing is created with a resourceVersion, which is answered as an internal error': async (api) => {
    const one = await api.post(api.in('configmaps'), configMap({ resourceVersion: '1' }))
    one.is(500, { reason: undefined, message: 'resourceVersion should not be set on objects to be created' })
    const text = await api.post(api.in('configmaps'), configMap({ name: 'text', resourceVersion: 'x' }))
    text.is(201)
    const empty = await api.post(api.in('configmaps'), configMap({ resourceVersion: '' }))
    empty.is(201)
    const zero = await api.post(api.in('configmaps'), configMap({ name: 'zero', resourceVersion: '0' }))
    zero.is(201)
  },

  'a write that changes nothing keeps the resourceVersion': async (api) => {
    const { current } = await changedOnce(api)
    const path = api.in('configmaps', 'a')
    const { resourceVersion } = current.metadata
    const same = { metadata: { resourceVersion } }
    ;(await api.put(path, current)).is(200, same)
    ;(await api.put(path, configMap({}, { a: '2' }))).is(200, same)
    ;(await api.patch(path, 'merge', { data: { a: '2' } })).is(200, same)
    ;(await api.patch(path, 'merge', {})).is(200, same)
    ;(await api.patch(path, 'strategic', { data: { a: '2' } })).is(200, same)
    ;(await api.patch(path, 'json', [])).is(200, same)
    ;(await api.patch(path, 'json', [{ op: 'test', path: '/data/a', value: '2' }])).is(200, same)
    ;(await api.patch(path, 'merge', { metadata: { labels: {} } })).is(200, same)
    ;(await api.get(path)).is(200, same)
  },

  'a write that changes nothing causes no event': async (api) => {
    const { current } = await changedOnce(api)
    const path = api.in('configmaps', 'a')
    const watch = await api.watch(
      `${api.in('configmaps')}?fieldSelector=metadata.name=a&resourceVersion=${current.metadata.resourceVersion}`,
    )
    await api.put(path, current)
    await api.patch(path, 'merge', { data: { a: '2' } })
    await api.patch(path, 'merge', { data: { a: '3' } })
    await watch.next({ type: 'MODIFIED', object: { data: { a: '3' } } })
  },

  'concurrent patches of several fields are all kept': async (api) => {
    await api.post(api.in('configmaps'), configMap())
    const path = api.in('configmaps', 'a')
    const quiet = { show: () => 'one of many' }
    const patches = ['b', 'c', 'd', 'e', 'f'].map((key) =>
      api.patch(path, 'merge', { data: { [key]: key } }, quiet),
    )
    for (const patched of await Promise.all(patches)) patched.is(200)
    const read = await api.get(path)
    read.is(200, { data: { a: '1', b: 'b', c: 'c', d: 'd', e: 'e', f: 'f' } })
  },

  'what a dry run wrote is no version to conflict with': async (api) => {
    const made = await api.post(api.in('configmaps'), configMap())
    const path = api.in('configmaps', 'a')
    const dry = await api.put(`${path}?dryRun=All`, { ...made.body, data: { a: 'dry' } })
    dry.is(200, { data: { a: 'dry' } })
    const put = await api.put(path, { ...made.body, data: { a: 'wet' } })
    put.is(200)
    const staleDry = await api.put(`${path}?dryRun=All`, { ...made.body, data: { a: 'dry' } })
    staleDry.is(409, conflict)
  },
}
