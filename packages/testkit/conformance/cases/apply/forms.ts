import type { Cases } from '../../conformance-case.ts'
import { define, widget } from '../crds/definition.ts'
import { apply, configMap, force, service } from './objects.ts'

const quota = (hard: object) => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'a' },
  spec: { hard },
})

const pods = (spec: object, more: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'a' },
  spec: {
    ...more,
    selector: { matchLabels: { app: 'a' } },
    template: { metadata: { labels: { app: 'a' } }, spec },
  },
})

const container = { name: 'c', image: 'i:1' }

/** What a server makes of what it is sent: forms of values, what is filled in, what is empty. */
export const forms: Cases = {
  'a quantity is written in the largest unit without a fraction': async (api) => {
    const path = api.in('resourcequotas', 'a')
    const decimal = { cpu: '1000m', 'requests.cpu': '0.1', 'limits.cpu': '1500m', pods: '5000', secrets: 7 }
    await apply(api, path, 'a', quota(decimal))
    const binary = {
      memory: '1024Mi',
      'requests.memory': '0.5Gi',
      'limits.memory': '1000Ki',
      'requests.storage': '1.5Ti',
      'ephemeral-storage': '2048Ki',
    }
    await apply(api, path, 'a', quota(binary))
    const odd = {
      cpu: '1e3',
      'requests.cpu': '12E2',
      'limits.cpu': '0.0000000001',
      memory: '0.5Ki',
      'requests.memory': '0.3Ki',
      'limits.memory': '5.0',
      'requests.storage': '10000k',
      'ephemeral-storage': '0Gi',
      pods: '1.50k',
    }
    await api.put(path, quota(odd))
    await api.patch(path, 'merge', { spec: { hard: { cpu: '2000', memory: '1000000' } } })
    await api.patch(path, 'strategic', { spec: { hard: { cpu: '2000m', memory: '1048576Ki' } } })
    await api.patch(path, 'json', [{ op: 'replace', path: '/spec/hard/cpu', value: '100u' }])
    // the same amount is the same quantity
    await api.patch(path, 'json', [{ op: 'replace', path: '/spec/hard/cpu', value: '0.1m' }])
  },

  'kubectl applies its last annotation no more': async (api) => {
    const path = api.in('configmaps', 'a')
    await apply(api, path, 'kubectl', configMap({ x: '1' }, { annotations: { a: '1' } }))
    ;(await apply(api, path, 'kubectl', configMap({ x: '1' }))).is(200, {
      metadata: { annotations: undefined },
    })
    ;(await apply(api, path, 'kubectl', configMap({ x: '2' }, { annotations: null }))).is(200)
  },

  'an empty list of owners is a reset, but not of a custom resource': async (api) => {
    const path = api.in('configmaps', 'a')
    const made = await apply(api, path, 'a', configMap({ x: '1' }))
    const { managedFields: _managed, ...metadata } = made.body.metadata
    ;(await api.put(path, { ...made.body, metadata: { ...metadata, managedFields: [] } })).is(200, {
      metadata: { managedFields: undefined },
    })
    const widgets = await define(api)
    const one = await apply(api, `${widgets}/a`, 'a', widget(api, 'a', { x: '1' }))
    const sent = (managedFields: unknown) => ({
      ...one.body,
      metadata: { ...one.body.metadata, managedFields },
    })
    ;(await api.put(`${widgets}/a`, sent([]))).is(200, { metadata: { managedFields: [{ manager: 'a' }] } })
    await api.patch(`${widgets}/a`, 'merge', { metadata: { managedFields: [] } })
    ;(await api.put(`${widgets}/a`, sent([{}]))).is(200, { metadata: { managedFields: undefined } })
  },

  'what is empty is no other spec, and a status changes none': async (api) => {
    const path = api.in('apps/v1/deployments', 'a')
    await apply(api, path, 'a', pods({ containers: [container] }))
    ;(await api.patch(path, 'merge', { spec: { paused: false, minReadySeconds: 0 } })).is(200, {
      metadata: { generation: 1 },
    })
    await api.patch(path, 'merge', { spec: { strategy: { rollingUpdate: null } } })
    const empty = { containers: [{ ...container, env: [], ports: null }], volumes: [], nodeSelector: {} }
    ;(await api.patch(path, 'merge', pods(empty))).is(200, { metadata: { generation: 1 } })
    const status = { metadata: { annotations: { a: 'b' } }, status: { observedGeneration: 1 } }
    ;(await api.patch(`${path}/status`, 'merge', status)).is(200, { metadata: { generation: 1 } })
    ;(await api.patch(path, 'merge', { metadata: { annotations: { a: 'c' } } })).is(200, {
      metadata: { generation: 2 },
    })
  },

  'mounts are of volumes that are there': async (api) => {
    const path = api.in('apps/v1/deployments', 'a')
    const mounted = { ...container, volumeMounts: [{ name: 'v', mountPath: '/v' }] }
    ;(await apply(api, path, 'a', pods({ containers: [mounted] }))).is(422)
    const volumes = [{ name: 'v', emptyDir: {} }]
    ;(await apply(api, path, 'a', pods({ containers: [mounted], volumes }))).is(201)
    ;(await apply(api, path, 'a', pods({ containers: [mounted] }))).is(422)
    const nameless = { ...container, volumeMounts: [{ mountPath: '/v' }] }
    ;(await apply(api, path, 'b', pods({ containers: [nameless] }), force)).is(200)
    await api.put(path, pods({ containers: [nameless], volumes }))
  },

  'what a service has by itself follows what it is': async (api) => {
    const path = api.in('services', 'a')
    await apply(api, path, 'a', service({ selector: { a: 'b' }, sessionAffinity: 'ClientIP' }))
    await api.patch(path, 'json', [
      { op: 'remove', path: '/spec/sessionAffinityConfig/clientIP/timeoutSeconds' },
    ])
    ;(await apply(api, path, 'a', service({ selector: { a: 'b' } }))).is(200, {
      spec: { sessionAffinityConfig: undefined },
    })
    await apply(api, path, 'a', service({ selector: { a: 'b' }, externalIPs: ['192.0.2.1'] }))
    ;(await apply(api, path, 'a', service({ selector: { a: 'b' } }))).is(200, {
      spec: { externalTrafficPolicy: undefined },
    })
    // its address stays
    ;(await api.patch(path, 'merge', { spec: { clusterIP: null, clusterIPs: null } })).is(200, {
      spec: { clusterIP: 'None', clusterIPs: ['None'] },
    })
    await api.patch(path, 'json', [{ op: 'remove', path: '/spec/clusterIPs/0' }])
    await api.patch(path, 'json', [{ op: 'remove', path: '/spec/ipFamilies/0' }])
  },

  'a headless service without a selector is of any family': async (api) => {
    const path = api.in('services', 'a')
    const bare = service({ ipFamilies: undefined, ipFamilyPolicy: undefined })
    ;(await apply(api, path, 'a', bare)).is(201, { spec: { ipFamilyPolicy: 'RequireDualStack' } })
    const other = { ...bare, metadata: { name: 'b' } }
    await api.post(api.in('services'), { ...other, spec: { ...other.spec, selector: { a: 'b' } } })
  },

  'items that are no objects are no items of a map': async (api) => {
    const items = {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
    }
    const outer = { ...items, items: { ...items.items, properties: { ...items.items.properties, items } } }
    const path = await define(api, { schema: { type: 'object', properties: { items: outer } } })
    await apply(api, `${path}/a`, 'a', widget(api, 'a', { items: [{ name: 'x', items: [{ name: 'y' }] }] }))
    await api.patch(`${path}/a`, 'json', [{ op: 'replace', path: '/spec/items/0/items/0', value: 'z' }])
    await api.patch(`${path}/a`, 'json', [{ op: 'replace', path: '/spec/items/0', value: 3 }])
  },

  'of a wrong name and a wrong namespace the namespace is told': async (api) => {
    const path = api.in('configmaps', 'a')
    const made = await apply(api, path, 'a', configMap({ x: '1' }))
    const metadata = { ...made.body.metadata, namespace: 'other' }
    ;(await api.put(path, { ...made.body, metadata: { ...metadata, name: 'b' } })).is(400)
    ;(await api.put(path, { ...made.body, metadata: { ...metadata, name: '' } })).is(400)
    ;(await api.patch(path, 'merge', { metadata: { namespace: 'other', name: 'b' } })).is(400)
    ;(await api.patch(path, 'merge', { metadata: { namespace: 'other', name: null } })).is(400)
    ;(await apply(api, path, 'a', configMap({ x: '1' }, { namespace: 'other', name: 'b' }))).is(400)
  },

  'an order of nothing is refused': async (api) => {
    const path = api.in('apps/v1/deployments', 'a')
    await apply(api, path, 'a', pods({ containers: [container] }))
    const patch = (fields: object) => pods({ containers: [{ name: 'c', ...fields }] })
    const order = { '$setElementOrder/env': [{ name: 'A' }] }
    const kind = { show: (body: { readonly kind: string }) => (body.kind === 'Status' ? body : body.kind) }
    ;(await api.patch(path, 'strategic', patch({ ...order, env: [] }), kind)).is(500)
    await api.patch(path, 'strategic', patch({ env: [{ name: 'A', value: '1' }] }), kind)
    await api.patch(path, 'strategic', patch({ ...order, env: [] }), kind)
    await api.patch(path, 'strategic', patch({ ...order, env: null }), kind)
    const orderOfVolumes = { '$setElementOrder/volumes': [{ name: 'v' }], volumes: null }
    ;(await api.patch(path, 'strategic', pods({ containers: [], ...orderOfVolumes }), kind)).is(500)
  },
}
