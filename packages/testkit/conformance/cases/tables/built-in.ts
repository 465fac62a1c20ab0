import type { CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { accept, onlyCells, onlyColumns, plain, table } from './table-request.ts'

const paths: readonly (readonly [root: string, plurals: string])[] = [
  [
    '/api/v1',
    'configmaps endpoints events limitranges namespaces nodes persistentvolumeclaims persistentvolumes pods podtemplates replicationcontrollers resourcequotas secrets serviceaccounts services',
  ],
  ['/apis/apps/v1', 'controllerrevisions daemonsets deployments replicasets statefulsets'],
  ['/apis/batch/v1', 'cronjobs jobs'],
  ['/apis/policy/v1', 'poddisruptionbudgets'],
  ['/apis/autoscaling/v2', 'horizontalpodautoscalers'],
  ['/apis/networking.k8s.io/v1', 'ingressclasses ingresses networkpolicies'],
  ['/apis/rbac.authorization.k8s.io/v1', 'clusterrolebindings clusterroles rolebindings roles'],
  ['/apis/storage.k8s.io/v1', 'csidrivers csinodes csistoragecapacities storageclasses volumeattachments'],
  ['/apis/scheduling.k8s.io/v1', 'priorityclasses'],
  ['/apis/coordination.k8s.io/v1', 'leases'],
  ['/apis/node.k8s.io/v1', 'runtimeclasses'],
  ['/apis/discovery.k8s.io/v1', 'endpointslices'],
  ['/apis/events.k8s.io/v1', 'events'],
  ['/apis/certificates.k8s.io/v1', 'certificatesigningrequests'],
  ['/apis/admissionregistration.k8s.io/v1', 'mutatingwebhookconfigurations validatingwebhookconfigurations'],
  ['/apis/apiextensions.k8s.io/v1', 'customresourcedefinitions'],
  ['/apis/apiregistration.k8s.io/v1', 'apiservices'],
]

const columnsOf =
  (wanted: (root: string) => boolean) =>
  async (api: CaseApi): Promise<void> => {
    for (const [root, plurals] of paths.filter(([path]) => wanted(path)))
      for (const plural of plurals.split(' '))
        (await table(api, `${root}/${plural}`, onlyColumns)).is(200, { kind: 'Table' })
  }

const template = {
  metadata: { labels: { app: 'x' } },
  spec: {
    containers: [
      { name: 'a', image: 'registry.example.com/a:1' },
      { name: 'b', image: 'registry.example.com/b:1' },
    ],
  },
}

const silent = { show: () => undefined }

/** Creates an object in the case's namespace; with a status where that is not written at once. */
const make = async (api: CaseApi, resource: string, kind: string, fields: object, status?: object) => {
  const at = resource.lastIndexOf('/')
  const apiVersion = at === -1 ? 'v1' : resource.slice(0, at)
  const object = { apiVersion, kind, metadata: { name: 'a' }, ...fields }
  ;(await api.post(api.in(resource), object, silent)).is(201)
  if (status !== undefined)
    (await api.patch(api.in(resource, 'a/status'), 'merge', { status }, silent)).is(200)
}

export const builtIn: Cases = {
  'core kinds have columns of their own': columnsOf((root) => root === '/api/v1'),

  'workloads, policies and networks have columns of their own': columnsOf((root) =>
    /apps|batch|policy|autoscaling|networking|discovery/.test(root),
  ),

  'all other kinds have columns of their own': columnsOf((root) =>
    /^\/apis\/(?!apps|batch|policy|autoscaling|networking|discovery)/.test(root),
  ),

  'a quota is a row of what is used of it': async (api) => {
    await make(
      api,
      'resourcequotas',
      'ResourceQuota',
      { spec: { hard: { pods: '2', 'limits.cpu': '4' } } },
      {
        hard: { pods: '2', 'limits.cpu': '4', 'requests.cpu': '1', configmaps: '9' },
        used: { pods: '1', 'limits.cpu': '500m', configmaps: '1' },
      },
    )
    ;(await table(api, api.in('resourcequotas', 'a'), onlyCells)).is(200)
  },

  'a disruption budget is a row of numbers or percentages': async (api) => {
    const selector = { matchLabels: { a: 'b' } }
    await make(api, 'policy/v1/poddisruptionbudgets', 'PodDisruptionBudget', {
      spec: { selector, minAvailable: '50%' },
    })
    ;(await table(api, api.in('policy/v1/poddisruptionbudgets'), onlyCells)).is(200)
    ;(
      await api.post(
        api.in('policy/v1/poddisruptionbudgets'),
        {
          apiVersion: 'policy/v1',
          kind: 'PodDisruptionBudget',
          metadata: { name: 'b' },
          spec: { selector, maxUnavailable: 1 },
        },
        silent,
      )
    ).is(201)
    ;(await table(api, api.in('policy/v1/poddisruptionbudgets'), onlyCells)).is(200)
  },

  'an autoscaler is a row of what it aims at': async (api) => {
    const resource = 'autoscaling/v2/horizontalpodautoscalers'
    const target = (name: string, averageUtilization: number) => ({
      type: 'Resource',
      resource: { name, target: { type: 'Utilization', averageUtilization } },
    })
    const amount = {
      type: 'Pods',
      pods: { metric: { name: 'm' }, target: { type: 'AverageValue', averageValue: '10' } },
    }
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
    await make(
      api,
      resource,
      'HorizontalPodAutoscaler',
      {
        spec: { scaleTargetRef, maxReplicas: 5, metrics: [target('cpu', 80), target('memory', 50), amount] },
      },
      {
        currentReplicas: 2,
        desiredReplicas: 2,
        currentMetrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', current: { averageUtilization: 7, averageValue: '3m' } },
          },
        ],
      },
    )
    ;(await table(api, api.in(resource), onlyCells)).is(200)
  },

  'a cron job is a row of its schedule': async (api) => {
    const spec = {
      schedule: '*/5 * * * *',
      suspend: true,
      timeZone: 'Etc/UTC',
      jobTemplate: {
        spec: { template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } },
      },
    }
    await make(
      api,
      'batch/v1/cronjobs',
      'CronJob',
      { spec },
      { lastScheduleTime: new Date().toISOString().replace(/\.\d+/, '') },
    )
    ;(await table(api, api.in('batch/v1/cronjobs'), onlyCells)).is(200)
  },

  'controllers of old, templates and revisions are rows': async (api) => {
    await make(api, 'replicationcontrollers', 'ReplicationController', {
      spec: { replicas: 2, selector: { app: 'x' }, template },
    })
    ;(await table(api, api.in('replicationcontrollers'), onlyCells)).is(200)
    await make(api, 'podtemplates', 'PodTemplate', { template })
    ;(await table(api, api.in('podtemplates'), onlyCells)).is(200)
    const owner = {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      name: 'd',
      uid: '5d1a2c6e-0000-4000-8000-000000000000',
      controller: true,
    }
    await make(api, 'apps/v1/controllerrevisions', 'ControllerRevision', {
      metadata: { name: 'a', ownerReferences: [owner], finalizers: ['example.com/hold'] },
      revision: 3,
      data: {},
    })
    ;(await table(api, api.in('apps/v1/controllerrevisions'), onlyCells)).is(200)
    // held till here: its owner never was, so it is taken away at once or a little later
    const free = { metadata: { finalizers: null } }
    await api.patch(api.in('apps/v1/controllerrevisions', 'a'), 'merge', free, { show: () => undefined })
  },

  'endpoints and network policies are rows': async (api) => {
    const address = (ip: string) => ({ ip })
    await make(api, 'endpoints', 'Endpoints', {
      subsets: [
        {
          addresses: ['10.0.0.1', '10.0.0.2'].map(address),
          ports: [
            { name: 'a', port: 80 },
            { name: 'b', port: 81 },
          ],
        },
        { addresses: [address('10.0.0.3')], ports: [{ port: 82 }] },
      ],
    })
    ;(await table(api, api.in('endpoints', 'a'), onlyCells)).is(200)
    await make(api, 'networking.k8s.io/v1/networkpolicies', 'NetworkPolicy', {
      spec: {
        podSelector: {
          matchLabels: { b: 'c', a: 'b' },
          matchExpressions: [{ key: 'k', operator: 'Exists' }],
        },
      },
    })
    ;(await table(api, api.in('networking.k8s.io/v1/networkpolicies'), onlyCells)).is(200)
  },

  'classes of the cluster are rows': async (api) => {
    const name = api.unique('class')
    const put = async (path: string, kind: string, fields: object) => {
      const apiVersion = path.replace(/^\/apis\//, '').replace(/\/[^/]+$/, '')
      ;(await api.post(path, { apiVersion, kind, metadata: { name }, ...fields }, silent)).is(201)
      ;(await table(api, `${path}/${name}`, onlyCells)).is(200)
    }
    await put('/apis/scheduling.k8s.io/v1/priorityclasses', 'PriorityClass', { value: 7 })
    await put('/apis/node.k8s.io/v1/runtimeclasses', 'RuntimeClass', { handler: 'runc' })
    await put('/apis/networking.k8s.io/v1/ingressclasses', 'IngressClass', {
      spec: { controller: 'example.com/c', parameters: { apiGroup: 'example.com', kind: 'P', name: 'p' } },
    })
    await put('/apis/storage.k8s.io/v1/csidrivers', 'CSIDriver', { spec: { podInfoOnMount: true } })
    await put('/apis/storage.k8s.io/v1/csinodes', 'CSINode', {
      spec: { drivers: [{ name: 'd', nodeID: 'n' }] },
    })
    await put('/apis/storage.k8s.io/v1/volumeattachments', 'VolumeAttachment', {
      spec: { attacher: 'd', nodeName: 'n', source: { persistentVolumeName: 'v' } },
    })
  },

  'a scale is a row of replicas': async (api) => {
    const spec = { replicas: 2, selector: { matchLabels: { app: 'x' } }, template }
    await make(api, 'apps/v1/deployments', 'Deployment', { spec }, { replicas: 1 })
    ;(await table(api, api.in('apps/v1/deployments', 'a/scale'))).is(200, { kind: 'Table' })
  },

  'a write is answered by a table, a refusal by a Status': async (api) => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { k: 'v' } }
    const show = { headers: accept, show: onlyCells }
    ;(await api.post(api.in('configmaps'), object, show)).is(201)
    ;(await api.put(api.in('configmaps', 'a'), { ...object, data: {} }, show)).is(200)
    ;(await api.patch(api.in('configmaps', 'a'), 'merge', { data: { l: 'm' } }, show)).is(200)
    ;(await api.post(api.in('configmaps'), object, show)).is(409, { kind: 'Status' })
    ;(await api.get(api.in('configmaps', 'b'), show)).is(404, { kind: 'Status' })
    ;(await api.delete(api.in('configmaps', 'a'), undefined, { headers: accept })).is(200)
  },

  'of several forms the most wanted counts': async (api) => {
    const form = 'application/json;as=Table;v=v1;g=meta.k8s.io'
    const kind = (body: { readonly kind: string } | undefined): unknown => body?.kind
    const as = (type: string) =>
      api.get(`${api.in('configmaps')}?labelSelector=no`, {
        headers: { accept: type },
        show: kind,
        showText: () => undefined,
      })
    for (const type of [
      `application/json, ${form}`,
      `*/*, ${form}`,
      `application/*, ${form}`,
      `${form};q=0.5, application/json`,
      `application/yaml, ${form}`,
      `text/html, ${form}`,
      'application/json;v=v1;g=meta.k8s.io',
      'application/json;as=Table;v=v1;g=meta.k8s.io;x=y',
      'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io, application/json;as=Table;v=v1;g=meta.k8s.io',
    ])
      await as(type)
  },

  'what is no table of meta.k8s.io is refused, or the next form is taken': async (api) => {
    const as = (type: string) =>
      api.get(`${api.in('configmaps')}?labelSelector=no`, { headers: { accept: type }, show: plain })
    ;(await as('application/json;as=Table;v=v1beta1;g=meta.k8s.io')).is(200, {
      apiVersion: 'meta.k8s.io/v1beta1',
    })
    ;(await as('application/json;as=Table;v=v2;g=meta.k8s.io')).is(406)
    ;(await as('application/json;as=Table;v=v1;g=other.k8s.io')).is(406)
    ;(await as('application/json;as=Table')).is(406)
    ;(await as('application/json;as=Chair;v=v1;g=meta.k8s.io')).is(406)
    ;(await as('application/json;as=Chair;v=v1;g=meta.k8s.io,application/json')).is(200)
    const both =
      'application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json;as=Table;v=v1;g=meta.k8s.io'
    ;(
      await api.get(`${api.in('configmaps')}?labelSelector=no`, {
        headers: { accept: both },
        show: onlyColumns,
      })
    ).is(200, {
      kind: 'Table',
    })
  },
}
