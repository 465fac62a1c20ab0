import type { Cases } from '../../conformance-case.ts'
import { define, definition, definitions, groupOf, served, versionOf, widget } from './definition.ts'

const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
const table = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' }

export const serving: Cases = {
  'status has a path of its own': async (api) => {
    const path = await define(api, { version: { subresources: { status: {} } } })
    const made = await api.post(path, widget(api, 'a', { x: 1 }, { status: { ready: true } }))
    made.is(201, { status: undefined, metadata: { generation: 1 } })
    const status = await api.patch(`${path}/a/status`, 'merge', { spec: { x: 2 }, status: { ready: true } })
    status.is(200, { spec: { x: 1 }, status: { ready: true }, metadata: { generation: 1 } })
    const spec = await api.patch(`${path}/a`, 'merge', { spec: { x: 2 }, status: { ready: false } })
    spec.is(200, { spec: { x: 2 }, status: { ready: true }, metadata: { generation: 2 } })
    const read = await api.get(`${path}/a/status`)
    read.is(200, spec.body)
    const put = await api.put(`${path}/a/status`, {
      ...spec.body,
      metadata: { ...spec.body.metadata, labels: { a: 'b' } },
      status: { ready: false },
    })
    put.is(200, { status: { ready: false } })
    const gone = await api.delete(`${path}/a/status`)
    gone.is(405)
  },

  'without a status subresource, status is as any field': async (api) => {
    const path = await define(api)
    const made = await api.post(path, widget(api, 'a', { x: 1 }, { status: { ready: true } }))
    made.is(201, { status: { ready: true } })
    const status = await api.patch(`${path}/a/status`, 'merge', { status: { ready: false } })
    status.is(404)
    const changed = await api.patch(`${path}/a`, 'merge', { status: { ready: false } })
    changed.is(200, { status: { ready: false }, metadata: { generation: 2 } })
    const deeper = await api.get(`${path}/a/scale`)
    deeper.is(404)
  },

  'scale reads and writes the replicas': async (api) => {
    const path = await define(api, {
      schema: { type: 'object', properties: { replicas: { type: 'integer' }, x: { type: 'integer' } } },
      version: {
        subresources: {
          status: {},
          scale: {
            specReplicasPath: '.spec.replicas',
            statusReplicasPath: '.status.replicas',
            labelSelectorPath: '.status.selector',
          },
        },
      },
    })
    await api.post(path, widget(api, 'a', { replicas: 2, x: 1 }))
    await api.patch(`${path}/a/status`, 'merge', { status: { replicas: 1, selector: 'app=x' } })
    const scale = await api.get(`${path}/a/scale`)
    scale.is(200, { kind: 'Scale', spec: { replicas: 2 }, status: { replicas: 1, selector: 'app=x' } })
    const more = await api.patch(`${path}/a/scale`, 'merge', { spec: { replicas: 5 } })
    more.is(200, { spec: { replicas: 5 } })
    const put = await api.put(`${path}/a/scale`, { ...more.body, spec: { replicas: 3 } })
    put.is(200, { spec: { replicas: 3 } })
    const stale = await api.put(`${path}/a/scale`, { ...more.body, spec: { replicas: 4 } })
    stale.is(409, { reason: 'Conflict' })
    const negative = await api.patch(`${path}/a/scale`, 'merge', { spec: { replicas: -1 } })
    negative.is(422)
    const read = await api.get(`${path}/a`)
    read.is(200, { spec: { replicas: 3, x: 1 }, metadata: { generation: 3 } })
    await api.post(path, widget(api, 'b', { x: 1 }))
    const absent = await api.get(`${path}/b/scale`)
    absent.is(500, { reason: 'InternalError' })
  },

  'printer columns are the columns of a table': async (api) => {
    const path = await define(api, {
      schema: anything,
      version: {
        additionalPrinterColumns: [
          { name: 'Size', type: 'integer', jsonPath: '.spec.size', description: 'how large' },
          { name: 'Mode', type: 'string', jsonPath: '.spec.mode', priority: 1 },
          { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
          { name: 'Flag', type: 'boolean', jsonPath: '.spec.flag' },
          { name: 'Ratio', type: 'number', format: 'double', jsonPath: '.spec.ratio' },
          { name: 'Names', type: 'string', jsonPath: '.spec.items[*].name' },
        ],
      },
    })
    await api.post(
      path,
      widget(
        api,
        'a',
        { size: 3, mode: 'x', flag: true, ratio: 0.5, items: [{ name: 'p' }, { name: 'q' }] },
        {
          status: {
            conditions: [
              { type: 'Other', status: 'False' },
              { type: 'Ready', status: 'True' },
            ],
          },
        },
      ),
    )
    await api.post(path, widget(api, 'b', { size: 'text', mode: { deep: 1 } }))
    const list = await api.get(path, { headers: table })
    list.is(200, {
      kind: 'Table',
      rows: [{ cells: ['a', 3, 'x', 'True', true, 0.5, (names: string) => names !== ''] }, {}],
    })
    const one = await api.get(`${path}/a?includeObject=None`, { headers: table })
    one.is(200, { kind: 'Table' })
  },

  'several versions serve the same objects': async (api) => {
    await define(api, {
      versions: [versionOf('v1', anything), versionOf('v1beta1', anything, { storage: false })],
    })
    const v1 = await served(api)
    const beta = await served(api, 'widgets', 'v1beta1')
    const made = await api.post(beta, {
      ...widget(api, 'a', { x: 1 }),
      apiVersion: `${groupOf(api)}/v1beta1`,
    })
    made.is(201, { apiVersion: `${groupOf(api)}/v1beta1` })
    const read = await api.get(`${v1}/a`)
    read.is(200, { apiVersion: `${groupOf(api)}/v1`, spec: { x: 1 } })
    const list = await api.get(beta)
    list.is(200, {
      apiVersion: `${groupOf(api)}/v1beta1`,
      items: [{ apiVersion: `${groupOf(api)}/v1beta1` }],
    })
    const watch = await api.watch(`${beta}?resourceVersion=${read.body.metadata.resourceVersion}`)
    await api.patch(`${v1}/a`, 'merge', { spec: { x: 2 } })
    await watch.next({ type: 'MODIFIED', object: { apiVersion: `${groupOf(api)}/v1beta1` } })
    const mixed = await api.post(v1, { ...widget(api, 'b', {}), apiVersion: `${groupOf(api)}/v1beta1` })
    mixed.is(400, { reason: 'BadRequest' })
  },

  'a version that is not served is not there': async (api) => {
    const path = await define(api, {
      versions: [versionOf('v1', anything), versionOf('v2', anything, { storage: false, served: false })],
    })
    const hidden = await api.get(path.replace('/v1/', '/v2/'))
    hidden.is(404)
    const unknown = await api.get(path.replace('/v1/', '/v3/'))
    unknown.is(404)
  },

  'a deprecated version is warned of': async (api) => {
    const path = await define(api, {
      versions: [
        versionOf('v1', anything, { deprecated: true }),
        versionOf('v2', anything, {
          storage: false,
          deprecated: true,
          deprecationWarning: 'use something else',
        }),
      ],
    })
    const made = await api.post(path, widget(api, 'a', {}))
    made.is(201)
    const read = await api.get(`${path}/a`)
    read.is(200)
    const other = await api.get(`${path.replace('/v1/', '/v2/')}/a`)
    other.is(200)
    const missing = await api.get(`${path}/none`)
    missing.is(404)
  },

  'selectable fields select': async (api) => {
    const path = await define(api, {
      schema: {
        type: 'object',
        properties: { color: { type: 'string' }, size: { type: 'integer' }, on: { type: 'boolean' } },
      },
      version: {
        selectableFields: [{ jsonPath: '.spec.color' }, { jsonPath: '.spec.size' }, { jsonPath: '.spec.on' }],
      },
    })
    await api.post(path, widget(api, 'a', { color: 'red', size: 1, on: true }))
    await api.post(path, widget(api, 'b', { color: 'blue', size: 2 }))
    await api.post(path, widget(api, 'c', {}))
    const select = (selector: string) => api.get(`${path}?fieldSelector=${encodeURIComponent(selector)}`)
    const red = await select('spec.color=red')
    red.is(200, { items: [{ metadata: { name: 'a' } }] })
    const notRed = await select('spec.color!=red')
    notRed.is(200, { items: [{}, {}] })
    const size = await select('spec.size=2,metadata.name=b')
    size.is(200, { items: [{ metadata: { name: 'b' } }] })
    const none = await select('spec.color=')
    none.is(200, { items: [{ metadata: { name: 'c' } }] })
    const on = await select('spec.on=true')
    on.is(200, { items: [{ metadata: { name: 'a' } }] })
    const unknown = await select('spec.shape=round')
    unknown.is(400, { reason: 'BadRequest' })
  },

  'cluster-scoped objects have no namespace': async (api) => {
    await api.post(definitions, definition(api, { spec: { scope: 'Cluster' } }), {
      show: ({ kind }) => ({ kind }),
    })
    const path = `/apis/${groupOf(api)}/v1/widgets`
    await api.until(path, ({ status }) => status === 200, { show: ({ kind }) => ({ kind }) })
    const made = await api.post(path, widget(api, 'a', { x: 1 }))
    made.is(201, { metadata: { namespace: undefined } })
    const namespaced = await api.get(api.in(`${groupOf(api)}/v1/widgets`))
    namespaced.is(404)
    const misplaced = await api.post(
      path,
      widget(api, 'b', {}, { metadata: { name: 'b', namespace: 'default' } }),
    )
    misplaced.is(201, { metadata: { namespace: undefined } })
    const gone = await api.delete(`${path}/a`)
    gone.is(200, { details: { name: 'a', kind: 'widgets' } })
  },

  'objects of a kind come one by one, in lists and to watches': async (api) => {
    const path = await define(api)
    const first = await api.post(path, widget(api, 'a', { x: 1 }))
    const watch = await api.watch(`${path}?resourceVersion=${first.body.metadata.resourceVersion}`)
    await api.post(path, widget(api, 'b', { x: 1 }))
    await api.patch(`${path}/b`, 'json', [{ op: 'replace', path: '/spec/x', value: 2 }])
    await api.delete(`${path}/b`)
    await watch.next({ type: 'ADDED' }, { type: 'MODIFIED' }, { type: 'DELETED' })
    const list = await api.get(path)
    list.is(200, { kind: 'WidgetList', items: [{ metadata: { name: 'a' } }] })
    const all = await api.get(`/apis/${groupOf(api)}/v1/widgets`)
    all.is(200, { items: [{}] })
    const collection = await api.delete(path)
    collection.is(200, { kind: 'WidgetList' })
  },

  'a definition that is changed is served as it then is': async (api) => {
    const path = await define(api)
    await api.post(path, widget(api, 'a', { x: 1 }))
    const at = `${definitions}/widgets.${groupOf(api)}`
    const versions = [versionOf('v1', anything), versionOf('v2', anything, { storage: false })]
    await api.patch(at, 'merge', { spec: { versions } }, { show: ({ kind }) => ({ kind }) })
    const second = await served(api, 'widgets', 'v2')
    const read = await api.get(`${second}/a`)
    read.is(200, { apiVersion: `${groupOf(api)}/v2`, spec: { x: 1 } })
    await api.patch(
      at,
      'merge',
      { spec: { versions: versions.slice(0, 1) } },
      { show: ({ kind }) => ({ kind }) },
    )
    const gone = await api.until(`${second}/a`, ({ status }) => status === 404)
    gone.is(404)
    const kept = await api.get(`${path}/a`)
    kept.is(200)
  },
}
