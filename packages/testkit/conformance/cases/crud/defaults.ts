import type { Cases } from '../../conformance-case.ts'
import { deployment, service } from './objects.ts'

const container = { name: 'main', image: 'example.com/app:1' }

const template = (spec: object) => ({
  metadata: { labels: { app: 'x' } },
  spec: { containers: [container], ...spec },
})

const workload = (kind: string, spec: object = {}) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'w' },
  spec: { selector: { matchLabels: { app: 'x' } }, template: template({}), ...spec },
})

/** Addresses are of the cluster's range. */
const addressless = (body: { spec?: Record<string, unknown> }) => {
  const { clusterIP, clusterIPs: _all, ...spec } = body.spec ?? {}
  return { ...body, spec: { ...spec, ...(clusterIP === 'None' ? { clusterIP } : {}) } }
}

export const defaults: Cases = {
  'a Deployment gets its defaults': async (api) => {
    const made = await api.post(api.in('apps/v1/deployments'), deployment('d'))
    made.is(201, {
      metadata: { generation: 1 },
      spec: { replicas: 1, strategy: { type: 'RollingUpdate' }, progressDeadlineSeconds: 600 },
      status: {},
    })
    const recreate = await api.post(
      api.in('apps/v1/deployments'),
      deployment('e', { replicas: 0, strategy: { type: 'Recreate' } }),
    )
    recreate.is(201, { spec: { replicas: 0, strategy: { rollingUpdate: undefined } } })
  },

  'a pod template gets the defaults of pods': async (api) => {
    const spec = {
      serviceAccountName: 'robot',
      initContainers: [{ name: 'init', image: 'example.com/init' }],
      containers: [
        {
          name: 'main',
          image: 'example.com:5000/app:latest',
          ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP' }],
          env: [
            { name: 'PLAIN', value: 'x' },
            { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          ],
          livenessProbe: { httpGet: { port: 80 } },
          readinessProbe: { tcpSocket: { port: 80 }, periodSeconds: 3 },
          startupProbe: { exec: { command: ['true'] } },
          resources: { limits: { cpu: '1', memory: '64Mi' } },
          lifecycle: { preStop: { httpGet: { port: 80 } } },
        },
        { name: 'digest', image: `example.com/app@sha256:${'0'.repeat(64)}` },
      ],
      volumes: [
        { name: 'empty' },
        { name: 'secret', secret: { secretName: 's' } },
        { name: 'config', configMap: { name: 'c' } },
        { name: 'host', hostPath: { path: '/tmp' } },
        { name: 'down', downwardAPI: { items: [{ path: 'n', fieldRef: { fieldPath: 'metadata.name' } }] } },
        {
          name: 'token',
          projected: { sources: [{ serviceAccountToken: { path: 'token' } }, { secret: { name: 's' } }] },
        },
      ],
    }
    const made = await api.post(
      api.in('apps/v1/deployments'),
      deployment('d', { template: { metadata: { labels: { app: 'd' } }, spec } }),
    )
    made.is(201, { spec: { template: { spec: { dnsPolicy: 'ClusterFirst' } } } })
  },

  'StatefulSets, DaemonSets and ReplicaSets get their defaults': async (api) => {
    const stateful = await api.post(
      api.in('apps/v1/statefulsets'),
      workload('StatefulSet', {
        serviceName: 's',
        volumeClaimTemplates: [
          {
            metadata: { name: 'v' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
          },
        ],
      }),
    )
    stateful.is(201, { spec: { podManagementPolicy: 'OrderedReady', replicas: 1 } })
    ;(await api.post(api.in('apps/v1/daemonsets'), workload('DaemonSet'))).is(201)
    ;(await api.post(api.in('apps/v1/replicasets'), workload('ReplicaSet'))).is(201, {
      spec: { replicas: 1 },
    })
  },

  'a workload without selector, or with one that does not match, is Invalid': async (api) => {
    const path = api.in('apps/v1/deployments')
    ;(await api.post(path, deployment('d', { selector: undefined }))).is(422)
    ;(await api.post(path, deployment('d', { selector: {} }))).is(422)
    ;(await api.post(path, deployment('d', { selector: { matchLabels: { app: 'other' } } }))).is(422)
    ;(await api.post(path, deployment('d', { replicas: -1 }))).is(422)
    ;(await api.post(path, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' } })).is(422)
    const templateOf = (spec: object) => ({ template: { metadata: { labels: { app: 'd' } }, spec } })
    ;(await api.post(path, deployment('d', templateOf({ containers: [] })))).is(422)
    ;(await api.post(path, deployment('d', templateOf({ containers: [{ name: 'A B' }] })))).is(422)
  },

  'a Service gets its defaults': async (api) => {
    const made = async (name: string, spec: object): Promise<void> => {
      const answer = await api.post(api.in('services'), service(name, spec), { show: addressless })
      answer.is(201, { spec: { sessionAffinity: 'None' }, status: { loadBalancer: {} } })
    }
    await made('plain', { selector: { app: 'x' }, ports: [{ port: 80 }] })
    await made('headless', { clusterIP: 'None', selector: { app: 'x' }, ports: [{ name: 'a', port: 80 }] })
    await made('external', { type: 'ExternalName', externalName: 'example.com' })
    await made('ports', {
      ports: [
        { name: 'a', port: 80, targetPort: 'http' },
        { name: 'b', port: 53, protocol: 'UDP', targetPort: 5353 },
      ],
    })
    await made('sticky', { sessionAffinity: 'None', ports: [{ port: 443, appProtocol: 'https' }] })
  },

  'a Service without ports, or with wrong ones, is Invalid': async (api) => {
    const refused = async (spec: object): Promise<void> => {
      const answer = await api.post(api.in('services'), service('s', spec))
      answer.is(422, { reason: 'Invalid' })
    }
    await refused({})
    await refused({ ports: [{ port: 0 }] })
    await refused({ ports: [{ port: 70_000 }] })
    await refused({ ports: [{ port: 1 }, { port: 2 }] })
    await refused({ type: 'Something', ports: [{ port: 1 }] })
    await refused({ ports: [{ port: 1, protocol: 'IP' }] })
  },

  'a Lease keeps its times to the microsecond': async (api) => {
    const made = await api.post(api.in('coordination.k8s.io/v1/leases'), {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'l' },
      spec: {
        holderIdentity: 'me',
        leaseDurationSeconds: 15,
        acquireTime: '2020-01-02T03:04:05.678901Z',
        renewTime: '2020-01-02T03:04:05.000000Z',
      },
    })
    made.is(201, { spec: { acquireTime: '2020-01-02T03:04:05.678901Z' } })
    const empty = await api.post(api.in('coordination.k8s.io/v1/leases'), {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'empty' },
    })
    empty.is(201, { spec: {} })
    for (const spec of [
      { leaseDurationSeconds: 0 },
      { leaseDurationSeconds: -1, leaseTransitions: -1 },
      { renewTime: 'soon' },
      { renewTime: '2020-01-02T03:04:05Z' },
    ]) {
      const refused = await api.post(api.in('coordination.k8s.io/v1/leases'), {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name: 'wrong' },
        spec,
      })
      refused.is('renewTime' in spec ? 400 : 422)
    }
  },

  'an Event is about an object of its namespace': async (api) => {
    const event = (name: string, fields: object) => ({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name },
      reason: 'Tried',
      message: 'it was tried',
      type: 'Normal',
      ...fields,
    })
    const about = { apiVersion: 'v1', kind: 'ConfigMap', name: 'a', namespace: api.namespace }
    const made = await api.post(
      api.in('events'),
      event('e', { involvedObject: about, count: 1, firstTimestamp: '2020-01-02T03:04:05Z' }),
    )
    made.is(201, { involvedObject: about, source: {}, reportingComponent: '' })
    const elsewhere = await api.post(
      api.in('events'),
      event('f', { involvedObject: { ...about, namespace: 'other' } }),
    )
    elsewhere.is(422)
    const seenAsNew = await api.get(api.in('events.k8s.io/v1/events', 'e'))
    seenAsNew.is(200, { note: 'it was tried', regarding: about })
    const modern = await api.post(api.in('events.k8s.io/v1/events'), {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: 'g' },
      eventTime: '2020-01-02T03:04:05.000001Z',
      action: 'Try',
      reason: 'Tried',
      regarding: about,
      reportingController: 'example.com/controller',
      reportingInstance: 'one',
      type: 'Normal',
      note: 'it was tried',
    })
    modern.is(201)
    const seenAsOld = await api.get(api.in('events', 'g'))
    seenAsOld.is(200, { message: 'it was tried', involvedObject: about })
    const incomplete = await api.post(api.in('events.k8s.io/v1/events'), {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: 'h' },
      regarding: about,
    })
    incomplete.is(422)
  },
}
