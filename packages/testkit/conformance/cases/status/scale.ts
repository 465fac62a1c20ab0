import type { CallOptions } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { withWidgets } from '../concurrency/objects.ts'
import { deployment } from '../crud/objects.ts'

const deployments = 'apps/v1/deployments'

const scalable = {
  subresources: {
    status: {},
    scale: {
      specReplicasPath: '.spec.replicas',
      statusReplicasPath: '.status.replicas',
      labelSelectorPath: '.status.selector',
    },
  },
}

const scale = (replicas: number, metadata: object) => ({
  apiVersion: 'autoscaling/v1',
  kind: 'Scale',
  metadata,
  spec: { replicas },
})

/** Without the version: the controller of deployments writes too. */
const versionless: CallOptions = {
  show: ({ metadata: { resourceVersion: _version, ...metadata } = {}, ...body }) => ({
    ...body,
    metadata,
  }),
}

const generation: CallOptions = {
  show: ({ metadata, spec }) => ({
    generation: metadata.generation,
    replicas: spec.replicas,
  }),
}

export const scales: Cases = {
  'a Deployment is scaled through its scale, and counts that as a change': async (api) => {
    await api.post(api.in(deployments), deployment('d', { paused: true, replicas: 0 }), generation)
    const path = api.in(deployments, 'd/scale')
    const read = await api.get(path, versionless)
    read.is(200, {
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      spec: {},
      status: { replicas: 0, selector: 'app=d' },
    })
    const patched = await api.patch(path, 'merge', { spec: { replicas: 2 } }, versionless)
    patched.is(200, { spec: { replicas: 2 } })
    ;(await api.get(api.in(deployments, 'd'), generation)).is(200, {
      spec: { replicas: 2 },
      metadata: { generation: 2 },
    })
    const put = await api.put(path, scale(3, { name: 'd', namespace: api.namespace }), versionless)
    put.is(200, { spec: { replicas: 3 } })
    ;(await api.get(api.in(deployments, 'd'), generation)).is(200, { metadata: { generation: 3 } })
    const json = await api.patch(
      path,
      'json',
      [{ op: 'replace', path: '/spec/replicas', value: 4 }],
      versionless,
    )
    json.is(200, { spec: { replicas: 4 } })
  },

  'a scale that makes no sense is refused': async (api) => {
    await api.post(api.in(deployments), deployment('d', { paused: true, replicas: 0 }), generation)
    const path = api.in(deployments, 'd/scale')
    const own = { name: 'd', namespace: api.namespace }
    ;(await api.patch(path, 'merge', { spec: { replicas: -1 } }, versionless)).is(422, { reason: 'Invalid' })
    ;(await api.put(path, scale(-1, own), versionless)).is(422)
    ;(await api.put(path, scale(1, { ...own, name: 'other' }), versionless)).is(400)
    ;(await api.put(path, scale(1, { ...own, resourceVersion: '1' }), versionless)).is(409)
    const shortened = { show: ({ code, reason }: Record<string, unknown>) => ({ code, reason }) }
    ;(await api.patch(path, 'merge', { spec: { replicas: 'two' } }, shortened)).is(422)
    ;(await api.put(path, { ...scale(1, own), kind: 'Deployment' }, versionless)).is(400)
    ;(await api.get(api.in(deployments, 'missing/scale'))).is(404)
    ;(await api.patch(api.in(deployments, 'missing/scale'), 'merge', { spec: { replicas: 1 } })).is(404)
  },

  'a custom resource is scaled by the paths of its definition': async (api) => {
    const { path, widget } = await withWidgets(api, scalable)
    await api.post(path, widget('w', { spec: { replicas: 1, size: 1 } }))
    await api.patch(`${path}/w/status`, 'merge', { status: { replicas: 1, selector: 'app=w' } })
    const read = await api.get(`${path}/w/scale`)
    read.is(200, {
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      spec: { replicas: 1 },
      status: { replicas: 1, selector: 'app=w' },
    })
    const patched = await api.patch(`${path}/w/scale`, 'merge', { spec: { replicas: 3 } })
    patched.is(200, { spec: { replicas: 3 }, status: { replicas: 1 } })
    ;(await api.get(`${path}/w`)).is(200, { spec: { replicas: 3, size: 1 }, metadata: { generation: 2 } })
    const put = await api.put(`${path}/w/scale`, { ...patched.body, spec: { replicas: 2 } })
    put.is(200, { spec: { replicas: 2 } })
    const stale = await api.put(`${path}/w/scale`, { ...patched.body, spec: { replicas: 5 } })
    stale.is(409, { reason: 'Conflict' })
    ;(await api.patch(`${path}/w/scale`, 'merge', { spec: { replicas: -1 } })).is(422)
    ;(await api.get(`${path}/missing/scale`)).is(404)
  },

  'a custom resource without replicas has no scale until it is given one': async (api) => {
    const { path, widget } = await withWidgets(api, scalable)
    await api.post(path, widget('w', { spec: { size: 1 } }))
    const read = await api.get(`${path}/w/scale`)
    read.is(500, {
      reason: 'InternalError',
      message: /the spec replicas field ".spec.replicas" does not exist/,
    })
    const patched = await api.patch(`${path}/w/scale`, 'merge', { spec: { replicas: 0 } })
    patched.is(200, { spec: {}, status: { replicas: 0 } })
    ;(await api.get(`${path}/w`)).is(200, { spec: { replicas: 0, size: 1 } })
    ;(await api.get(`${path}/w/scale`)).is(200)
  },

  'no scale is served without the scale subresource': async (api) => {
    const { path, widget } = await withWidgets(api)
    await api.post(path, widget('w', { spec: { replicas: 1 } }))
    ;(await api.get(`${path}/w/scale`)).is(404)
    ;(await api.get(api.in('configmaps', 'a/scale'))).is(404)
    ;(await api.get(api.in('apps/v1/daemonsets', 'a/scale'))).is(404)
  },
}
