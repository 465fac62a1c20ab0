import type { CallOptions } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { deployment, service } from '../crud/objects.ts'

const ingresses = 'networking.k8s.io/v1/ingresses'
const deployments = 'apps/v1/deployments'

/** A kind with a spec and a status that no controller of the control plane writes. */
const ingress = (host = 'a.example.com', fields: object = {}) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'i' },
  spec: {
    rules: [
      {
        host,
        http: {
          paths: [
            { path: '/', pathType: 'Prefix', backend: { service: { name: 's', port: { number: 80 } } } },
          ],
        },
      },
    ],
  },
  ...fields,
})

const address = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } }

/** Deployments are looked after by a controller: only what the case itself writes is compared. */
const own: CallOptions = {
  show: ({ kind, message, metadata, spec }) => ({
    kind,
    message,
    generation: metadata?.generation,
    replicas: spec?.replicas,
    paused: spec?.paused,
  }),
}

export const builtInStatus: Cases = {
  'an Ingress begins without the status of its body, and counts generations': async (api) => {
    const made = await api.post(api.in(ingresses), ingress('a.example.com', { status: address }))
    made.is(201, { metadata: { generation: 1 }, status: { loadBalancer: {} } })
    const path = api.in(ingresses, 'i')
    const changed = await api.put(path, ingress('b.example.com'))
    changed.is(200, { metadata: { generation: 2 } })
    const same = await api.put(path, ingress('b.example.com'))
    same.is(200, { metadata: { generation: 2, resourceVersion: changed.body.metadata.resourceVersion } })
    const labelled = await api.patch(path, 'merge', { metadata: { labels: { a: 'b' } } })
    labelled.is(200, { metadata: { generation: 2 } })
  },

  'the status of an Ingress is written through its own path only': async (api) => {
    await api.post(api.in(ingresses), ingress())
    const path = api.in(ingresses, 'i')
    const ofObject = await api.patch(path, 'merge', { status: address })
    ofObject.is(200, { status: { loadBalancer: {} } })
    const ofStatus = await api.patch(`${path}/status`, 'merge', {
      metadata: { labels: { a: 'b' }, annotations: { c: 'd' } },
      spec: { rules: null },
      status: address,
    })
    ofStatus.is(200, { status: address, metadata: { generation: 1 }, spec: { rules: [{}] } })
    const put = await api.put(`${path}/status`, ingress('c.example.com'))
    put.is(200, { status: { loadBalancer: {} }, spec: { rules: [{ host: 'a.example.com' }] } })
    const read = await api.get(`${path}/status`)
    read.is(200, put.body)
  },

  'a strategic patch of a status merges its conditions by type': async (api) => {
    await api.post(api.in('services'), service('s', { selector: { a: 'b' }, ports: [{ port: 80 }] }), {
      show: ({ kind }) => kind,
    })
    const show = ({ kind, message, status, metadata }: Record<string, unknown>) => ({
      kind,
      message,
      status,
      metadata,
    })
    const condition = (type: string, status: string) => ({
      conditions: [
        { type, status, reason: 'Because', message: '', lastTransitionTime: '2020-01-01T00:00:00Z' },
      ],
    })
    const path = api.in('services', 's/status')
    ;(await api.patch(path, 'strategic', { status: condition('One', 'True') }, { show })).is(200)
    const both = await api.patch(path, 'strategic', { status: condition('Two', 'True') }, { show })
    both.is(200, { status: { conditions: (list: unknown[]) => list.length === 2 } })
    const changed = await api.patch(path, 'strategic', { status: condition('One', 'False') }, { show })
    changed.is(200, { status: { conditions: (list: unknown[]) => list.length === 2 } })
    const replaced = await api.patch(path, 'merge', { status: condition('One', 'True') }, { show })
    replaced.is(200, { status: { conditions: (list: unknown[]) => list.length === 1 } })
  },

  'a Deployment counts changes of its spec, not of its metadata': async (api) => {
    await api.post(api.in(deployments), deployment('d', { paused: true, replicas: 0 }), own)
    const path = api.in(deployments, 'd')
    ;(await api.patch(path, 'merge', { spec: { minReadySeconds: 1 } }, own)).is(200, {
      metadata: { generation: 2 },
    })
    ;(await api.patch(path, 'merge', { spec: { minReadySeconds: 1 } }, own)).is(200, {
      metadata: { generation: 2 },
    })
    ;(await api.patch(path, 'merge', { metadata: { labels: { a: 'b' } } }, own)).is(200, {
      metadata: { generation: 2 },
    })
    const template = { metadata: { annotations: { at: 'now' } } }
    ;(await api.patch(path, 'strategic', { spec: { template } }, own)).is(200, {
      metadata: { generation: 3 },
    })
    const held = { metadata: { annotations: { a: 'b' }, finalizers: ['example.com/hold'] } }
    ;(await api.patch(path, 'merge', held, own)).is(200)
    const marked = await api.delete(path, undefined, own)
    marked.is(200, { metadata: { deletionTimestamp: /./ } })
    ;(await api.patch(path, 'merge', { metadata: { finalizers: null } }, own)).is(200)
  },

  'the status path of a Deployment changes neither spec nor generation': async (api) => {
    await api.post(api.in(deployments), deployment('d', { paused: true, replicas: 0 }), own)
    const path = api.in(deployments, 'd/status')
    const patched = await api.patch(
      path,
      'merge',
      { spec: { replicas: 5 }, status: { observedGeneration: 1 } },
      own,
    )
    patched.is(200, { spec: { replicas: 0 }, metadata: { generation: 1 }, status: { observedGeneration: 1 } })
    const negative = await api.patch(path, 'merge', { status: { replicas: -1 } }, own)
    negative.is(422, { reason: 'Invalid' })
  },

  'kinds without a status path count no generations': async (api) => {
    const made = await api.post(api.in('configmaps'), {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a' },
      data: { a: '1' },
    })
    made.is(201, { metadata: { generation: undefined } })
    const changed = await api.patch(api.in('configmaps', 'a'), 'merge', { data: { a: '2' } })
    changed.is(200, { metadata: { generation: undefined } })
    ;(await api.get(api.in('configmaps', 'a/status'))).is(404)
    ;(await api.patch(api.in('configmaps', 'a/status'), 'merge', {})).is(404)
    const held = await api.patch(api.in('configmaps', 'a'), 'merge', {
      metadata: { finalizers: ['example.com/hold'] },
    })
    held.is(200)
    const marked = await api.delete(api.in('configmaps', 'a'))
    marked.is(200, { metadata: { generation: undefined } })
    ;(await api.patch(api.in('configmaps', 'a'), 'merge', { metadata: { finalizers: null } })).is(200)
  },

  'a NetworkPolicy counts generations without having a status': async (api) => {
    const path = 'networking.k8s.io/v1/networkpolicies'
    const made = await api.post(api.in(path), {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'n' },
      spec: { podSelector: {} },
    })
    made.is(201, { metadata: { generation: 1 } })
    const changed = await api.patch(api.in(path, 'n'), 'merge', { spec: { policyTypes: ['Egress'] } })
    changed.is(200, { metadata: { generation: 2 } })
    ;(await api.get(api.in(path, 'n/status'))).is(404)
  },

  'the phase of a namespace is not for its writers': async (api) => {
    const path = `/api/v1/namespaces/${api.namespace}`
    const patched = await api.patch(path, 'merge', { status: { phase: 'Terminating' } })
    patched.is(200, { status: { phase: 'Active' } })
    const wrong = await api.patch(`${path}/status`, 'merge', { status: { phase: 'Terminating' } })
    wrong.is(422)
    const good = await api.patch(`${path}/status`, 'merge', {
      status: {
        conditions: [
          { type: 'example.com/Seen', status: 'True', lastTransitionTime: '2020-01-01T00:00:00Z' },
        ],
      },
    })
    good.is(200, { status: { phase: 'Active', conditions: [{ status: 'True' }] } })
  },
}
