import type { CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'

const names = (body: { items?: readonly { metadata: { name: string } }[] }) =>
  body.items?.map(({ metadata }) => metadata.name) ?? body

const nameOf = (body: { metadata?: { name?: string } }) => body.metadata?.name ?? body

/** Each selector selects these names, by commas. */
const selects = async (api: CaseApi, path: string, expected: Readonly<Record<string, string>>) => {
  for (const [selector, all] of Object.entries(expected)) {
    const answer = await api.get(`${path}fieldSelector=${encodeURIComponent(selector)}`, { show: names })
    answer.is(200, {
      items: all
        .split(',')
        .filter(Boolean)
        .map((name) => ({ metadata: { name } })),
    })
  }
}

const refuses = async (api: CaseApi, path: string, ...fields: readonly string[]) => {
  for (const field of fields) {
    const answer = await api.get(`${path}fieldSelector=${encodeURIComponent(`${field}=a`)}`)
    answer.is(400, { reason: 'BadRequest', message: `field label not supported: ${field}` })
  }
}

const pod = (name: string, spec: object) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [{ name: 'main', image: 'none' }], ...spec },
})

const event = (name: string, about: object, more: object) => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name },
  involvedObject: about,
  ...more,
})

/** A namespaced or cluster-scoped kind with fields for selectors; answers its collection once it is served. */
const withThings = async (api: CaseApi, scope: 'Namespaced' | 'Cluster', selectable: boolean) => {
  const group = `${api.unique('things')}.example.com`
  const text = { type: 'string' }
  const spec = {
    type: 'object',
    properties: { color: text, size: { type: 'integer' }, on: { type: 'boolean' } },
  }
  const fields = ['.spec.color', '.spec.size', '.spec.on'].map((jsonPath) => ({ jsonPath }))
  const made = await api.post(
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `things.${group}` },
      spec: {
        group,
        scope,
        names: { plural: 'things', kind: 'Thing' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', properties: { spec } } },
            ...(selectable ? { selectableFields: fields } : {}),
          },
        ],
      },
    },
    { show: nameOf },
  )
  made.is(201)
  const path =
    scope === 'Cluster' ? `/apis/${group}/v1/things` : `/apis/${group}/v1/namespaces/${api.namespace}/things`
  await api.until(path, ({ status }) => status === 200)
  const thing = async (name: string, own: object) =>
    (await api.post(path, { apiVersion: `${group}/v1`, kind: 'Thing', metadata: { name }, spec: own })).is(
      201,
    )
  return { path, thing }
}

/** The fields that kinds have besides the name and the namespace. */
export const ownFields: Cases = {
  'secrets are selected by their type': async (api) => {
    const secret = (name: string, type?: string) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name },
      type,
    })
    await api.post(api.in('secrets'), secret('opaque'))
    await api.post(api.in('secrets'), secret('own', 'example.com/own'))
    const path = `${api.in('secrets')}?`
    await selects(api, path, {
      'type=Opaque': 'opaque',
      'type!=Opaque': 'own',
      'type=example.com/own': 'own',
      'type=': '',
    })
    await refuses(api, path, 'data.a', 'metadata.uid')
  },

  'pods are selected by their phase, their node and more of their spec': async (api) => {
    await api.until(api.in('serviceaccounts', 'default'), ({ status }) => status === 200, { show: nameOf })
    await api.post(api.in('pods'), pod('placed', { nodeName: 'node-1', restartPolicy: 'Never' }), {
      show: nameOf,
    })
    await api.post(api.in('pods'), pod('waiting', { schedulerName: 'mine' }), { show: nameOf })
    const status = { status: { phase: 'Running', podIP: '10.0.0.7', podIPs: [{ ip: '10.0.0.7' }] } }
    await api.patch(api.in('pods', 'placed/status'), 'merge', status, { show: nameOf })
    const path = `${api.in('pods')}?`
    await selects(api, path, {
      'status.phase=Running': 'placed',
      'status.phase!=Running': 'waiting',
      'status.phase=Pending,spec.nodeName=': 'waiting',
      'spec.nodeName=node-1': 'placed',
      'spec.restartPolicy=Always': 'waiting',
      'spec.schedulerName=mine': 'waiting',
      'spec.serviceAccountName=default': 'placed,waiting',
      'spec.hostNetwork=false': 'placed,waiting',
      'status.podIP=10.0.0.7': 'placed',
      'status.nominatedNodeName=': 'placed,waiting',
    })
    await refuses(api, path, 'spec.nodename', 'spec.containers', 'metadata.uid')
  },

  'namespaces are selected by their phase, and are in none themselves': async (api) => {
    const path = `/api/v1/namespaces?labelSelector=kubernetes.io/metadata.name%3D${api.namespace}&`
    await selects(api, path, {
      'status.phase=Active': api.namespace,
      'status.phase=Terminating': '',
      [`metadata.name=${api.namespace},status.phase!=Terminating`]: api.namespace,
    })
    await refuses(api, path, 'metadata.namespace', 'spec.finalizers', 'name')
  },

  'events are selected by what they are about': async (api) => {
    const about = (kind: string, name: string) => ({
      kind,
      name,
      namespace: api.namespace,
      uid: `${name}-uid`,
    })
    await api.post(api.in('events'), event('one', about('Pod', 'p'), { reason: 'Started', type: 'Normal' }))
    await api.post(
      api.in('events'),
      event('two', about('Job', 'j'), {
        reason: 'Failed',
        type: 'Warning',
        source: { component: 'job-controller' },
        reportingComponent: 'jobs',
      }),
    )
    await selects(api, `${api.in('events')}?`, {
      'involvedObject.kind=Pod': 'one',
      'involvedObject.name=j,involvedObject.kind=Job': 'two',
      'involvedObject.uid=p-uid': 'one',
      [`involvedObject.namespace=${api.namespace}`]: 'one,two',
      'involvedObject.fieldPath=': 'one,two',
      'reason=Failed': 'two',
      'type!=Normal': 'two',
      'source=job-controller': 'two',
      'reportingComponent=jobs': 'two',
    })
    await refuses(api, `${api.in('events')}?`, 'involvedObject.labels', 'regarding.kind', 'message')
    const newer = `${api.in('events.k8s.io/v1/events')}?`
    await selects(api, newer, {
      'regarding.kind=Job': 'two',
      'regarding.name=p': 'one',
      'reason=Started': 'one',
      'reportingController=jobs': 'two',
      'type=Warning': 'two',
    })
    await refuses(api, newer, 'involvedObject.kind', 'reportingComponent', 'note')
  },

  'services are selected by their type and their address': async (api) => {
    const service = (name: string, spec: object) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec,
    })
    const ports = [{ port: 80 }]
    await api.post(api.in('services'), service('headless', { clusterIP: 'None', ports }), { show: nameOf })
    await api.post(
      api.in('services'),
      service('named', { type: 'ExternalName', externalName: 'a.example.com' }),
      { show: nameOf },
    )
    await selects(api, `${api.in('services')}?`, {
      'spec.clusterIP=None': 'headless',
      'spec.type=ClusterIP': 'headless',
      'spec.type=ExternalName': 'named',
      'spec.clusterIP=': 'named',
    })
    await refuses(api, `${api.in('services')}?`, 'spec.externalName')
  },

  'nodes are selected by whether pods may be put on them': async (api) => {
    const node = (name: string, unschedulable: boolean) => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: api.unique(name), labels: { case: api.unique('nodes') } },
      spec: unschedulable ? { unschedulable } : {},
    })
    await api.post('/api/v1/nodes', node('open', false), { show: nameOf })
    await api.post('/api/v1/nodes', node('shut', true), { show: nameOf })
    const path = `/api/v1/nodes?labelSelector=case%3D${api.unique('nodes')}&`
    await selects(api, path, {
      'spec.unschedulable=true': api.unique('shut'),
      'spec.unschedulable=false': api.unique('open'),
    })
    await refuses(api, path, 'spec.podCIDR', 'metadata.namespace')
  },

  'signing requests are selected by their signer': async (api) => {
    const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests?'
    await selects(api, path, { 'spec.signerName=example.com/nobody-signs': '' })
    await refuses(api, path, 'spec.username', 'metadata.namespace')
  },

  'custom resources are selected by the fields that their definition names': async (api) => {
    const { path, thing } = await withThings(api, 'Namespaced', true)
    await thing('a', { color: 'blue', size: 1, on: true })
    await thing('b', { color: 'red', size: 20, on: false })
    await thing('c', {})
    await selects(api, `${path}?`, {
      'spec.color=blue': 'a',
      'spec.color!=blue': 'b,c',
      'spec.color=': 'c',
      'spec.size=20': 'b',
      'spec.size=020': '',
      'spec.on=true': 'a',
      'spec.on=false': 'b',
      'spec.on!=true': 'b,c',
      'spec.color=red,metadata.name=b': 'b',
      [`metadata.namespace=${api.namespace},metadata.name!=b`]: 'a,c',
    })
    await refuses(api, `${path}?`, 'spec.shape', '.spec.color', 'metadata.uid')
    const deleted = await api.delete(`${path}?fieldSelector=spec.color%3Dred`, undefined, { show: names })
    deleted.is(200, { items: [{ metadata: { name: 'b' } }] })
  },

  'custom resources without such fields are selected by name and namespace only': async (api) => {
    const { path, thing } = await withThings(api, 'Namespaced', false)
    await thing('a', { color: 'blue' })
    await thing('b', {})
    await selects(api, `${path}?`, {
      'metadata.name=a': 'a',
      'metadata.namespace=other': '',
      'metadata.name!=a': 'b',
    })
    await refuses(api, `${path}?`, 'spec.color')
  },

  'custom resources of the whole cluster are not selected by namespace': async (api) => {
    const { path, thing } = await withThings(api, 'Cluster', true)
    await thing('a', { color: 'blue' })
    await thing('b', {})
    await selects(api, `${path}?`, { 'spec.color=blue': 'a', 'metadata.name=b': 'b' })
    await refuses(api, `${path}?`, 'metadata.namespace')
  },
}
