import type { Answer } from '../../answer.ts'
import type { Cases } from '../../conformance-case.ts'
import { withSecrets } from './secrets.ts'

const continueOf = ({ body }: Answer): string => encodeURIComponent(body.metadata.continue)

/** Descriptions of columns are documentation of the kinds. */
const withoutDescriptions = (body: { columnDefinitions?: readonly object[] }) => ({
  ...body,
  columnDefinitions: body.columnDefinitions?.map((column) => ({ ...column, description: undefined })),
})
const asTable = {
  headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
  show: withoutDescriptions,
}
const table = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }

/** Lists as `kubectl get` asks for them. */
export const tables: Cases = {
  'pages of a table are pages of its rows': async (api) => {
    await withSecrets(api, 'a', 'b', 'c')
    const first = await api.get(`${api.in('secrets')}?limit=2`, asTable)
    first.is(200, {
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { continue: /./, remainingItemCount: 1 },
      rows: [
        {
          cells: ['a', 'Opaque', 0, /s$/],
          object: { kind: 'PartialObjectMetadata', metadata: { name: 'a' } },
        },
        { cells: ['b', 'Opaque', 0, /s$/] },
      ],
    })
    const next = `${api.in('secrets')}?includeObject=None&continue=${continueOf(first)}`
    ;(await api.get(next, asTable)).is(200, { rows: [{ cells: ['c', 'Opaque', 0, /s$/] }] })
    ;(await api.get(api.in('configmaps', '?labelSelector=nobody-has-it').replace('/?', '?'), asTable)).is(
      200,
      { rows: [] },
    )
  },

  'a table holds metadata, the object or nothing in its rows, as includeObject says': async (api) => {
    await withSecrets(api, 'a')
    const rows = ({ rows }: { rows: unknown }) => rows
    const at = (include: string): string => `${api.in('secrets')}?includeObject=${include}`
    const answer = (include: string) => api.get(at(include), { headers: table, show: rows })
    ;(await answer('Metadata')).is(200, { rows: [{ object: { kind: 'PartialObjectMetadata' } }] })
    ;(await answer('Object')).is(200, {
      rows: [{ object: { kind: 'Secret', apiVersion: 'v1', type: 'Opaque' } }],
    })
    ;(await answer('None')).is(200, { rows: [{ object: null }] })
    ;(await api.get(at('Everything'), { headers: table })).is(400, {
      message:
        "Unable to convert to Table as requested: includeObject: Invalid value: \"Everything\": must be 'Metadata', 'Object', 'None', or empty",
    })
  },

  'tables have the columns of their kinds': async (api) => {
    const table = async (path: string, cells: readonly unknown[]) =>
      (await api.get(`${path}?includeObject=None`, asTable)).is(200, { rows: [{ cells }] })
    const quiet = { show: () => undefined }
    const old = /^(?:\d+s|<unknown>)$/
    const template = {
      metadata: { labels: { app: 'a' } },
      spec: {
        containers: [
          { name: 'x', image: 'i:1' },
          { name: 'y', image: 'j' },
        ],
      },
    }
    const matchExpressions = [
      { key: 'b', operator: 'DoesNotExist' },
      { key: 'app', operator: 'In', values: ['c', 'a'] },
    ]
    const apps = (kind: string, spec: object) => ({
      apiVersion: 'apps/v1',
      kind,
      metadata: { name: 'a' },
      spec: { selector: { matchLabels: { app: 'a' }, matchExpressions }, template, ...spec },
    })
    const selector = 'app=a,app in (a,c),!b'
    await api.post(api.in('apps/v1/deployments'), apps('Deployment', { replicas: 2 }), quiet)
    const replicas = { status: { replicas: 2, updatedReplicas: 2, readyReplicas: 1, availableReplicas: 1 } }
    await api.patch(api.in('apps/v1/deployments', 'a/status'), 'merge', replicas, quiet)
    await table(api.in('apps/v1/deployments'), ['a', '1/2', 2, 1, old, 'x,y', 'i:1,j', selector])
    await api.post(api.in('apps/v1/replicasets'), apps('ReplicaSet', { replicas: 3 }), quiet)
    await table(api.in('apps/v1/replicasets'), ['a', 3, 0, 0, old, 'x,y', 'i:1,j', selector])
    await api.post(api.in('apps/v1/statefulsets'), apps('StatefulSet', { serviceName: 's' }), quiet)
    await table(api.in('apps/v1/statefulsets'), ['a', '0/1', old, 'x,y', 'i:1,j'])
    await api.post(api.in('apps/v1/daemonsets'), apps('DaemonSet', {}), quiet)
    await table(api.in('apps/v1/daemonsets'), ['a', 0, 0, 0, 0, 0, '<none>', old, 'x,y', 'i:1,j', selector])
    const headless = { clusterIP: 'None', ports: [{ port: 80 }], selector: { b: '1', a: '2' } }
    await api.post(
      api.in('services'),
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec: headless },
      quiet,
    )
    await table(api.in('services'), ['a', 'ClusterIP', 'None', '<none>', '80/TCP', old, 'a=2,b=1'])
    const rbac = 'rbac.authorization.k8s.io'
    await api.post(
      api.in(`${rbac}/v1/rolebindings`),
      {
        apiVersion: `${rbac}/v1`,
        kind: 'RoleBinding',
        metadata: { name: 'a' },
        roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'view' },
        subjects: [
          { apiGroup: rbac, kind: 'User', name: 'one' },
          { apiGroup: rbac, kind: 'User', name: 'two' },
          { kind: 'ServiceAccount', name: 'sa', namespace: 'there' },
        ],
      },
      quiet,
    )
    await table(api.in(`${rbac}/v1/rolebindings`), ['a', 'ClusterRole/view', old, 'one, two', '', 'there/sa'])
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'a' },
      involvedObject: { kind: 'Pod', name: 'p', namespace: api.namespace },
      reason: 'Started',
      type: 'Normal',
      message: ' started\n',
      source: { component: 'kubelet', host: 'node-1' },
      count: 3,
    }
    await api.post(api.in('events'), event, quiet)
    await table(api.in('events'), [
      old,
      'Normal',
      'Started',
      'pod/p',
      '',
      'kubelet, node-1',
      'started',
      old,
      3,
      'a',
    ])
  },

  'a table of pods says why a pod does not run': async (api) => {
    await api.until(api.in('serviceaccounts', 'default'), ({ status }) => status === 200, {
      show: () => undefined,
    })
    const quiet = { show: () => undefined }
    const pod = async (name: string, status: object, spec: object = {}) => {
      const containers = [
        { name: 'x', image: 'i' },
        { name: 'y', image: 'j' },
      ]
      const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers, ...spec } }
      await api.post(api.in('pods'), body, quiet)
      await api.patch(api.in('pods', `${name}/status`), 'merge', { status }, quiet)
    }
    const container = (name: string, state: object, more: object = {}) => ({
      name,
      image: 'i',
      imageID: '',
      ready: false,
      restartCount: 0,
      state,
      ...more,
    })
    await pod(
      'failing',
      {
        phase: 'Running',
        podIPs: [{ ip: '10.1.1.1' }],
        podIP: '10.1.1.1',
        containerStatuses: [
          container('x', { running: {} }, { ready: true, restartCount: 2 }),
          container('y', { waiting: { reason: 'CrashLoopBackOff' } }, { restartCount: 1 }),
        ],
      },
      { nodeName: 'node-1' },
    )
    await pod(
      'evicted',
      { phase: 'Failed', reason: 'Evicted' },
      { readinessGates: [{ conditionType: 'example.com/a' }] },
    )
    await pod('stopped', {
      phase: 'Succeeded',
      containerStatuses: [
        container('x', { terminated: { reason: 'Completed', exitCode: 0 } }),
        container('y', { terminated: { exitCode: 3 } }),
      ],
    })
    await pod('waiting', {})
    const old = /s$/
    const no = '<none>'
    ;(await api.get(`${api.in('pods')}?includeObject=None`, asTable)).is(200, {
      rows: [
        { cells: ['evicted', '0/2', 'Evicted', '0', old, no, no, no, '0/1'] },
        { cells: ['failing', '1/2', 'CrashLoopBackOff', '3', old, '10.1.1.1', 'node-1', no, no] },
        { cells: ['stopped', '0/2', 'ExitCode:3', '0', old, no, no, no, no] },
        { cells: ['waiting', '0/2', 'Pending', '0', old, no, no, no, no] },
      ],
    })
  },
}
