import type { Cases } from '../../conformance-case.ts'
import { withWidgets } from '../concurrency/objects.ts'

export const customStatus: Cases = {
  'a custom resource begins with generation 1, and without the status of its body': async (api) => {
    const { path, widget } = await withWidgets(api)
    const made = await api.post(
      path,
      widget('w', { spec: { size: 1 }, status: { phase: 'Ready' } }, { generation: 7 }),
    )
    made.is(201, { metadata: { generation: 1 }, status: undefined })
  },

  'generation counts the changes of what is wanted': async (api) => {
    const { path, widget } = await withWidgets(api)
    await api.post(path, widget('w', { spec: { size: 1 } }))
    const at = `${path}/w`
    ;(await api.patch(at, 'merge', { spec: { size: 2 } })).is(200, { metadata: { generation: 2 } })
    ;(await api.patch(at, 'merge', { spec: { size: 2 } })).is(200, { metadata: { generation: 2 } })
    ;(await api.patch(at, 'merge', { metadata: { labels: { a: 'b' } } })).is(200, {
      metadata: { generation: 2 },
    })
    ;(await api.patch(at, 'merge', { metadata: { annotations: { a: 'b' } } })).is(200, {
      metadata: { generation: 2 },
    })
    ;(await api.patch(at, 'merge', { metadata: { generation: 9 } })).is(200, { metadata: { generation: 2 } })
    ;(await api.patch(at, 'json', [{ op: 'add', path: '/spec/color', value: 'red' }])).is(200, {
      metadata: { generation: 3 },
    })
    ;(await api.patch(at, 'merge', { spec: null })).is(200, { metadata: { generation: 4 } })
    ;(await api.patch(at, 'merge', { spec: {} })).is(200, { metadata: { generation: 5 } })
  },

  'the object takes no status, and its status path nothing else': async (api) => {
    const { path, widget } = await withWidgets(api)
    await api.post(path, widget('w', { spec: { size: 1 } }))
    const ofObject = await api.patch(`${path}/w`, 'merge', { spec: { size: 2 }, status: { phase: 'Ready' } })
    ofObject.is(200, { spec: { size: 2 }, status: undefined, metadata: { generation: 2 } })
    const ofStatus = await api.patch(`${path}/w/status`, 'merge', {
      spec: { size: 3 },
      status: { phase: 'Ready' },
    })
    ofStatus.is(200, { spec: { size: 2 }, status: { phase: 'Ready' }, metadata: { generation: 2 } })
    const removed = await api.patch(`${path}/w`, 'merge', { status: null })
    removed.is(200, { status: { phase: 'Ready' } })
    const cleared = await api.patch(`${path}/w/status`, 'merge', { status: null })
    cleared.is(200, { status: undefined, spec: { size: 2 } })
  },

  'a PUT to the status path replaces the status, and keeps spec and generation': async (api) => {
    const { path, widget } = await withWidgets(api)
    const made = await api.post(path, widget('w', { spec: { size: 1 } }))
    const put = await api.put(`${path}/w/status`, {
      ...made.body,
      spec: { size: 9 },
      status: { phase: 'Ready', observedGeneration: 1 },
    })
    put.is(200, {
      spec: { size: 1 },
      status: { phase: 'Ready', observedGeneration: 1 },
      metadata: { generation: 1 },
    })
    const whole = await api.put(`${path}/w`, { ...put.body, spec: { size: 2 }, status: { phase: 'Lost' } })
    whole.is(200, { spec: { size: 2 }, status: { phase: 'Ready', observedGeneration: 1 } })
    const read = await api.get(`${path}/w/status`)
    read.is(200, whole.body)
  },

  'metadata is not written through the status path, but for what belongs to the server': async (api) => {
    const { path, widget } = await withWidgets(api)
    const made = await api.post(
      path,
      widget('w', { spec: { size: 1 } }, { labels: { a: '1' }, annotations: { a: '1' } }),
    )
    const patched = await api.patch(`${path}/w/status`, 'merge', {
      metadata: { labels: { a: '2', b: '2' }, annotations: { a: '2' }, finalizers: ['example.com/hold'] },
      status: { phase: 'Ready' },
    })
    patched.is(200, {
      metadata: { labels: { a: '1' }, annotations: { a: '1' }, finalizers: undefined },
      status: { phase: 'Ready' },
    })
    const { resourceVersion } = patched.body.metadata
    const put = await api.put(`${path}/w/status`, {
      ...made.body,
      metadata: { name: 'w', resourceVersion, labels: { c: '3' } },
      status: { phase: 'Lost' },
    })
    put.is(200, { metadata: { labels: { a: '1', c: undefined } }, status: { phase: 'Lost' } })
  },

  'a status that the schema refuses is Invalid, and unknown fields of it are dropped': async (api) => {
    const { path, widget } = await withWidgets(api)
    await api.post(path, widget('w', { spec: { size: 1 } }))
    const wrong = await api.patch(`${path}/w/status`, 'merge', { status: { phase: 1 } })
    wrong.is(422, { reason: 'Invalid', details: { causes: [{ field: 'status.phase' }] } })
    const text = await api.patch(`${path}/w/status`, 'merge', { status: 'Ready' })
    text.is(422)
    const unknown = await api.patch(`${path}/w/status`, 'merge', { status: { phase: 'Ready', fase: 'x' } })
    unknown.is(200, { status: { fase: undefined } })
  },

  'without the status subresource status is a field as any other': async (api) => {
    const { path, widget } = await withWidgets(api, {})
    const made = await api.post(path, widget('w', { spec: { size: 1 }, status: { phase: 'Ready' } }))
    made.is(201, { status: { phase: 'Ready' }, metadata: { generation: 1 } })
    const patched = await api.patch(`${path}/w`, 'merge', { status: { phase: 'Lost' } })
    patched.is(200, { status: { phase: 'Lost' }, metadata: { generation: 2 } })
    const missing = await api.get(`${path}/w/status`)
    missing.is(404)
    const missingPatch = await api.patch(`${path}/w/status`, 'merge', { status: {} })
    missingPatch.is(404)
  },

  'the status of an object that is not there is NotFound': async (api) => {
    const { path, widget } = await withWidgets(api)
    ;(await api.get(`${path}/missing/status`)).is(404, { reason: 'NotFound' })
    ;(await api.patch(`${path}/missing/status`, 'merge', { status: {} })).is(404)
    ;(await api.put(`${path}/missing/status`, widget('missing', {}, { resourceVersion: '1' }))).is(404)
    ;(await api.post(`${path}/missing/status`, {})).is(405)
    ;(await api.delete(`${path}/missing/status`)).is(405)
  },

  'an object that is going has one generation more, and takes status to the end': async (api) => {
    const { path, widget } = await withWidgets(api)
    await api.post(path, widget('w', { spec: { size: 1 } }, { finalizers: ['example.com/hold'] }))
    const marked = await api.delete(`${path}/w`)
    marked.is(200, { metadata: { generation: 2, deletionGracePeriodSeconds: 0 } })
    const again = await api.delete(`${path}/w`)
    again.is(200, { metadata: { generation: 2 } })
    const status = await api.patch(`${path}/w/status`, 'merge', { status: { phase: 'Going' } })
    status.is(200, { metadata: { generation: 2 }, status: { phase: 'Going' } })
    const spec = await api.patch(`${path}/w`, 'merge', { spec: { size: 2 } })
    spec.is(200, { metadata: { generation: 3 } })
    const released = await api.patch(`${path}/w`, 'merge', { metadata: { finalizers: [] } })
    released.is(200, { metadata: { generation: 3 } })
    ;(await api.get(`${path}/w`)).is(404)
  },

  'a watch sees one change for a write of status': async (api) => {
    const { path, widget } = await withWidgets(api)
    const made = await api.post(path, widget('w', { spec: { size: 1 } }))
    const watch = await api.watch(`${path}?resourceVersion=${made.body.metadata.resourceVersion}`)
    await api.patch(`${path}/w/status`, 'merge', { status: { phase: 'Ready' } })
    await api.patch(`${path}/w/status`, 'merge', { status: { phase: 'Ready' } })
    await api.patch(`${path}/w`, 'merge', { spec: { size: 2 } })
    await watch.next(
      { type: 'MODIFIED', object: { metadata: { generation: 1 }, status: { phase: 'Ready' } } },
      { type: 'MODIFIED', object: { metadata: { generation: 2 }, status: { phase: 'Ready' } } },
    )
  },
}
