import type { CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { makeConfigMap, makeDeployment, makeService, podPatch, showPods } from './objects.ts'

const show = { show: showPods }
interface Owner {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
}

/** Makes an object, and answers a reference to it. */
const makeOwner = async (api: CaseApi, name: string): Promise<Owner> => {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } }
  const { body } = await api.post(api.in('configmaps'), object)
  return { apiVersion: 'v1', kind: 'ConfigMap', name, uid: String(body.metadata.uid) }
}

export const fields: Cases = {
  'maps are merged, null deletes': async (api) => {
    const path = await makeConfigMap(api, { data: { a: '1', b: '2' } })
    ;(await api.patch(path, 'strategic', { data: { a: '3', b: null, c: '4', none: null } })).is(200, {
      data: { a: '3', b: undefined, c: '4' },
    })
    const metadata = { labels: { x: 'y', none: null }, annotations: { 'example.com/a': '' } }
    ;(await api.patch(path, 'strategic', { metadata })).is(200, { metadata: { labels: { x: 'y' } } })
    ;(await api.patch(path, 'strategic', { metadata: { labels: null } })).is(200, {
      metadata: { labels: undefined },
    })
    ;(await api.patch(path, 'strategic', { data: { $patch: 'replace', z: '1' } })).is(200, {
      data: { a: undefined, z: '1' },
    })
    ;(await api.patch(path, 'strategic', { data: null })).is(200, { data: undefined })
  },

  'finalizers are merged as a set': async (api) => {
    const path = await makeConfigMap(api, {}, { finalizers: ['example.com/a', 'example.com/b'] })
    const add = { metadata: { finalizers: ['example.com/c', 'example.com/a'] } }
    ;(await api.patch(path, 'strategic', add)).is(200)
    const remove = { metadata: { '$deleteFromPrimitiveList/finalizers': ['example.com/b', 'example.com/x'] } }
    ;(await api.patch(path, 'strategic', remove)).is(200)
    const order = {
      metadata: {
        '$setElementOrder/finalizers': ['example.com/c', 'example.com/d', 'example.com/a'],
        finalizers: ['example.com/d'],
      },
    }
    ;(await api.patch(path, 'strategic', order)).is(200)
    const both = {
      metadata: {
        '$deleteFromPrimitiveList/finalizers': ['example.com/c'],
        '$setElementOrder/finalizers': ['example.com/a', 'example.com/d'],
      },
    }
    ;(await api.patch(path, 'strategic', both)).is(200)
    ;(await api.patch(path, 'strategic', { metadata: { finalizers: null } })).is(200, {
      metadata: { finalizers: undefined },
    })
    const none = { metadata: { '$deleteFromPrimitiveList/finalizers': ['example.com/a'] } }
    ;(await api.patch(path, 'strategic', none)).is(200)
  },

  'owners are merged by uid': async (api) => {
    const first = await makeOwner(api, 'first')
    const second = await makeOwner(api, 'second')
    const path = await makeConfigMap(api)
    ;(await api.patch(path, 'strategic', { metadata: { ownerReferences: [first] } })).is(200)
    const more = { metadata: { ownerReferences: [{ ...second, controller: true }] } }
    ;(await api.patch(path, 'strategic', more)).is(200, { metadata: { ownerReferences: [{}, {}] } })
    const changed = { metadata: { ownerReferences: [{ uid: first.uid, blockOwnerDeletion: true }] } }
    ;(await api.patch(path, 'strategic', changed)).is(200)
    const gone = { metadata: { ownerReferences: [{ uid: second.uid, $patch: 'delete' }] } }
    ;(await api.patch(path, 'strategic', gone)).is(200, {
      metadata: { ownerReferences: [{ uid: first.uid }] },
    })
    ;(await api.patch(path, 'strategic', { metadata: { ownerReferences: [{ name: 'x' }] } })).is(500)
    ;(await api.patch(path, 'merge', { metadata: { ownerReferences: null } })).is(200)
  },

  'conditions are merged by type where the kind says so': async (api) => {
    const path = await makeService(api)
    const condition = (type: string, status: string) => ({
      type,
      status,
      reason: 'Why',
      message: '',
      lastTransitionTime: '2001-01-01T00:00:00Z',
    })
    const first = { status: { conditions: [condition('A', 'True'), condition('B', 'True')] } }
    ;(await api.patch(`${path}/status`, 'strategic', first)).is(200)
    const second = { status: { conditions: [{ type: 'B', status: 'False' }] } }
    ;(await api.patch(`${path}/status`, 'strategic', second)).is(200, {
      status: { conditions: [{ type: 'A' }, { type: 'B', status: 'False', reason: 'Why' }] },
    })
    const gone = { status: { conditions: [{ type: 'A', $patch: 'delete' }] } }
    ;(await api.patch(`${path}/status`, 'strategic', gone)).is(200, {
      status: { conditions: [{ type: 'B' }] },
    })
  },

  'data of secrets is merged by key': async (api) => {
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      data: { a: 'MQ==', b: 'Mg==' },
    }
    await api.post(api.in('secrets'), secret)
    const path = api.in('secrets', 's')
    ;(await api.patch(path, 'strategic', { data: { a: null, c: 'Mw==' } })).is(200)
    ;(await api.patch(path, 'strategic', { stringData: { d: '4', b: '5' } })).is(200, {
      data: { a: undefined, b: 'NQ==', c: 'Mw==', d: 'NA==' },
    })
    ;(await api.patch(path, 'strategic', { data: { e: 'no base64!' } })).is(422)
    ;(await api.patch(path, 'strategic', { type: 'example.com/other' })).is(422)
  },

  'a patch of what is not there yet takes no directives with it': async (api) => {
    const path = await makeConfigMap(api)
    const made = { data: { a: '1', b: null }, metadata: { labels: { $patch: 'replace', a: 'b' } } }
    ;(await api.patch(path, 'strategic', made)).is(200)
    const deployment = await makeDeployment(api)
    const init = {
      initContainers: [
        { name: 'i', image: 'example.com/i:1', env: [{ name: 'X', value: null }] },
        { name: 'j', $patch: 'delete' },
      ],
    }
    ;(await api.patch(deployment, 'strategic', podPatch(init), show)).is(200)
    const affinity = { affinity: { nodeAffinity: null, podAffinity: { $retainKeys: [] } } }
    ;(await api.patch(deployment, 'strategic', podPatch(affinity), show)).is(200)
  },

  'a strategy keeps the fields that a directive names': async (api) => {
    const path = await makeDeployment(api)
    const spec = { strategy: { $retainKeys: ['type'], type: 'Recreate' } }
    const shown = {
      show: ({ spec: all, ...rest }: { readonly spec?: { readonly strategy: unknown } }) =>
        all?.strategy ?? rest,
    }
    ;(await api.patch(path, 'strategic', { spec: { strategy: { type: 'Recreate' } } }, shown)).is(422)
    ;(await api.patch(path, 'strategic', { spec }, shown)).is(200, {
      spec: { strategy: { rollingUpdate: undefined } },
    })
    const rolling = {
      $retainKeys: ['type', 'rollingUpdate'],
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: 2 },
    }
    ;(await api.patch(path, 'strategic', { spec: { strategy: rolling } }, shown)).is(200)
  },

  'a value of a wrong type is refused': async (api) => {
    const path = await makeDeployment(api)
    ;(await api.patch(path, 'strategic', { spec: { replicas: 'many' } }, show)).is(422)
    ;(await api.patch(path, 'strategic', { spec: 'text' }, show)).is(422)
    ;(await api.patch(path, 'strategic', { spec: { paused: 1 } }, show)).is(422)
    const data = await makeConfigMap(api)
    ;(await api.patch(data, 'strategic', { data: { a: 1 } })).is(422)
    ;(await api.patch(data, 'strategic', { metadata: { labels: ['a'] } })).is(422)
    ;(await api.patch(data, 'strategic', { metadata: { finalizers: [1] } })).is(422)
  },

  'unknown fields are warned of, also beside directives': async (api) => {
    const path = await makeDeployment(api)
    const unknown = { containers: [{ name: 'main', imagee: 'x' }], colour: 'red' }
    ;(await api.patch(path, 'strategic', podPatch(unknown), show)).is(200)
    ;(await api.patch(`${path}?fieldValidation=Ignore`, 'strategic', podPatch(unknown), show)).is(200)
    ;(await api.patch(`${path}?fieldValidation=Strict`, 'strategic', podPatch(unknown), show)).is(422)
    ;(await api.patch(path, 'strategic', { $unknown: 'x' }, show)).is(200)
  },

  'merge and JSON patches know nothing of directives': async (api) => {
    const path = await makeConfigMap(api, { data: { a: '1' } })
    ;(await api.patch(path, 'merge', { data: { $patch: 'replace', b: '2' } })).is(422)
    ;(await api.patch(path, 'merge', { metadata: { '$deleteFromPrimitiveList/finalizers': ['x'] } })).is(200)
  },

  'a custom kind takes no strategic patch': async (api) => {
    const group = `${api.namespace}.example.com`
    const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
    const version = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }
    const definition = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `widgets.${group}` },
      spec: {
        group,
        scope: 'Namespaced',
        names: { plural: 'widgets', kind: 'Widget' },
        versions: [version],
      },
    }
    const kind = { show: (body: { readonly kind: string }) => body.kind }
    await api.post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition, kind)
    const widgets = api.in(`${group}/v1/widgets`)
    await api.until(widgets, ({ status }) => status === 200, kind)
    await api.post(widgets, { apiVersion: `${group}/v1`, kind: 'Widget', metadata: { name: 'w' } })
    ;(await api.patch(`${widgets}/w`, 'strategic', { spec: { a: 1 } })).is(415, {
      reason: 'UnsupportedMediaType',
    })
    ;(await api.patch(`${widgets}/missing`, 'strategic', {})).is(415)
    const type = 'text/plain'
    ;(await api.call('PATCH', `${widgets}/w`, '{}', { headers: { 'content-type': type } })).is(415)
  },

  'a definition of a custom kind takes a strategic patch': async (api) => {
    const group = `${api.namespace}.example.com`
    const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
    const version = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }
    const name = `gadgets.${group}`
    const definition = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name },
      spec: {
        group,
        scope: 'Namespaced',
        names: { plural: 'gadgets', kind: 'Gadget' },
        versions: [version],
      },
    }
    const shown = {
      show: ({ spec, ...rest }: { readonly spec?: { readonly names: unknown } }) => spec?.names ?? rest,
    }
    const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
    ;(await api.post(definitions, definition, shown)).is(201)
    const names = { shortNames: ['gg'], categories: ['all'] }
    ;(await api.patch(`${definitions}/${name}`, 'strategic', { spec: { names } }, shown)).is(200)
    const versions = [{ ...version, name: 'v2', storage: false }]
    const count = {
      show: (body: { readonly spec?: { readonly versions: readonly unknown[] } }) =>
        body.spec?.versions ?? body,
    }
    ;(await api.patch(`${definitions}/${name}`, 'strategic', { spec: { versions } }, count)).is(422)
  },
}
