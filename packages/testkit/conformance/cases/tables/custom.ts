import type { CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { definitions, groupOf } from '../discovery/kinds.ts'
import { accept, onlyCells, onlyColumns, plain, table } from './table-request.ts'

const silent = { show: () => undefined }
const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }

const definitionOf = (api: CaseApi, columns: readonly object[], more: object = {}) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `gadgets.${groupOf(api)}` },
  spec: {
    group: groupOf(api),
    scope: 'Namespaced',
    names: { plural: 'gadgets', kind: 'Gadget' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: anything },
        ...(columns.length === 0 ? {} : { additionalPrinterColumns: columns }),
        ...more,
      },
    ],
  },
})

/** Defines gadgets with these columns; answers the path of their collection. */
const define = async (api: CaseApi, columns: readonly object[], more: object = {}): Promise<string> => {
  ;(await api.post(definitions, definitionOf(api, columns, more), silent)).is(201)
  const collection = api.in(`${groupOf(api)}/v1/gadgets`)
  await api.until(collection, ({ status }) => status === 200, silent)
  return collection
}

const make = async (api: CaseApi, path: string, name: string, fields: object = {}): Promise<void> => {
  const object = { apiVersion: `${groupOf(api)}/v1`, kind: 'Gadget', metadata: { name }, ...fields }
  // a definition is served a moment before objects can be created everywhere
  ;(await api.post(path, object, silent)).is(201)
}

const column = (name: string, type: string, jsonPath: string, more: object = {}) => ({
  name,
  type,
  jsonPath,
  ...more,
})

export const custom: Cases = {
  'cells of all types show values of their type': async (api) => {
    const path = await define(api, [
      column('I', 'integer', '.v.i'),
      column('N', 'number', '.v.n'),
      column('S', 'string', '.v.s'),
      column('B', 'boolean', '.v.b'),
    ])
    await make(api, path, 'right', { v: { i: 3, n: 0.5, s: 'text', b: false } })
    await make(api, path, 'none')
    await make(api, path, 'zero', { v: { i: 0, n: 0, s: '', b: true } })
    await make(api, path, 'other-numbers', { v: { i: 2.5, n: 7, s: 4, b: 1 } })
    await make(api, path, 'texts', { v: { i: '3', n: '0.5', s: 'true', b: 'true' } })
    await make(api, path, 'nested', { v: { i: { a: 1 }, n: [1], s: { z: 1, a: 'b' }, b: [true] } })
    await make(api, path, 'lists', { v: { i: [3, 4], n: [], s: ['a', 'b'], b: {} } })
    await make(api, path, 'big', { v: { i: 9007199254740992, n: 1e21, s: 1e21 } })
    ;(await table(api, path, onlyCells)).is(200)
  },

  'dates are ages': async (api) => {
    const path = await define(api, [
      column('When', 'date', '.when'),
      column('Age', 'date', '.metadata.creationTimestamp'),
    ])
    const at = (days: number): string =>
      new Date(Date.now() + days * 86_400_000).toISOString().replace(/\.\d+/, '')
    for (const [name, when] of Object.entries({
      a: at(-1),
      b: at(-5.5),
      c: at(-100),
      d: at(-800),
      e: at(-4000),
      future: at(3),
      words: 'yesterday',
      empty: '',
      day: '2024-01-01',
      zone: '2024-01-01T00:00:00+02:00',
    }))
      await make(api, path, name, { when })
    await make(api, path, 'number', { when: 5 })
    await make(api, path, 'object', { when: { a: 1 } })
    await make(api, path, 'missing')
    ;(await table(api, path, onlyCells)).is(200)
  },

  'paths reach into lists, maps and quoted fields': async (api) => {
    const path = await define(api, [
      column('First', 'string', '.list[0].name'),
      column('Last', 'string', '.list[-1].name'),
      column('All', 'string', '.list[*].name'),
      column('Slice', 'string', '.list[0:2].name'),
      column('Fields', 'string', '.map.*'),
      column('Quoted', 'string', ".metadata.annotations['example.com/note']"),
      column('Escaped', 'string', '.metadata.annotations.example\\.com/note'),
      column('Whole', 'string', '.list'),
      column('Map', 'string', '.map'),
      // of a map the real server goes through the fields in any order
      column('Deep', 'string', '.list..name'),
      column('Index', 'string', '.list[7].name'),
    ])
    await make(api, path, 'a', {
      metadata: { name: 'a', annotations: { 'example.com/note': 'n' } },
      list: [{ name: 'x' }, { name: 'y' }, { name: 'z' }],
      map: { only: 1 },
    })
    await make(api, path, 'b', { list: [], map: {} })
    await make(api, path, 'c', { list: 'text', map: 'text' })
    ;(await table(api, path, onlyCells)).is(200)
  },

  'paths filter lists': async (api) => {
    const path = await define(api, [
      column('Ready', 'string', '.conditions[?(@.type=="Ready")].status'),
      column('Single', 'string', ".conditions[?(@.type=='Ready')].status"),
      column('Not', 'string', '.conditions[?(@.type!="Ready")].type'),
      column('Greater', 'string', '.conditions[?(@.n>1)].type'),
      column('Has', 'string', '.conditions[?(@.reason)].type'),
      column('Several', 'string', '.conditions[?(@.status=="True")].type'),
      column('Number', 'integer', '.conditions[?(@.type=="Ready")].n'),
    ])
    await make(api, path, 'a', {
      conditions: [
        { type: 'Other', status: 'True', n: 1 },
        { type: 'Ready', status: 'False', n: 2, reason: 'R' },
        { type: 'Last', status: 'True', n: 3 },
      ],
    })
    await make(api, path, 'b', { conditions: [] })
    await make(api, path, 'c')
    ;(await table(api, path, onlyCells)).is(200)
  },

  'columns have formats, descriptions and priorities': async (api) => {
    const path = await define(api, [
      column('P', 'string', '.p', { priority: 1 }),
      column('Q', 'integer', '.q', { format: 'int32', description: 'How many.' }),
      column('R', 'string', '.r', { format: 'password', priority: 7 }),
      column('Negative', 'string', '.r', { priority: -1 }),
    ])
    const own = (body: { readonly columnDefinitions: readonly object[] }) => body.columnDefinitions.slice(1)
    ;(await api.get(path, { headers: accept, show: own })).is(200)
  },

  'columns are checked': async (api) => {
    const wrong = [
      [column('A', 'text', '.a')],
      [column('', 'string', '.a')],
      [column('A', 'string', 'a')],
      [column('A', 'string', '.a[')],
      [column('A', 'string', '')],
      [column('A', 'integer', '.a', { format: 'big' })],
    ]
    const show = (body: { readonly kind: string }): unknown => (body.kind === 'Status' ? body : body.kind)
    for (const columns of wrong)
      await api.post(`${definitions}?dryRun=All`, definitionOf(api, columns), { show })
  },

  'a kind without columns has its age': async (api) => {
    const path = await define(api, [])
    await make(api, path, 'a')
    ;(await table(api, path, plain)).is(200, { rows: [{ cells: ['a', /s$/] }] })
    ;(await table(api, `${path}/a`, onlyCells)).is(200)
  },

  'columns change with the definition': async (api) => {
    const path = await define(api, [column('Old', 'string', '.a')])
    await make(api, path, 'a', { a: 'x', b: 'y' })
    const changed = [
      {
        op: 'replace',
        path: '/spec/versions/0/additionalPrinterColumns',
        value: [column('New', 'string', '.b')],
      },
    ]
    ;(await api.patch(`${definitions}/gadgets.${groupOf(api)}`, 'json', changed, silent)).is(200)
    const isNew = ({
      body,
    }: {
      readonly body: { readonly columnDefinitions?: readonly { name: string }[] }
    }) => body.columnDefinitions?.[1]?.name === 'New'
    ;(await api.until(path, isNew, { headers: accept, show: onlyColumns })).is(200)
    ;(await table(api, path, onlyCells)).is(200, { rows: [{ cells: ['a', 'y'] }] })
  },

  'rows hold what includeObject says': async (api) => {
    const path = await define(api, [column('A', 'string', '.a')])
    await make(api, path, 'a', { a: 'x' })
    for (const include of ['None', 'Metadata', 'Object', '']) {
      ;(await table(api, `${path}?includeObject=${include}`)).is(200)
      ;(await table(api, `${path}/a?includeObject=${include}`)).is(200)
    }
    ;(await table(api, `${path}?includeObject=none`)).is(400)
    ;(await table(api, `${path}/a?includeObject=None&includeObject=Object`)).is(200)
  },

  'pages and selections are tables too': async (api) => {
    const path = await define(api, [column('A', 'string', '.a')])
    for (const name of ['a', 'b', 'c'])
      await make(api, path, name, { metadata: { name, labels: { name } }, a: name })
    const first = await table(api, `${path}?limit=2`)
    first.is(200, { metadata: { remainingItemCount: 1 } })
    const next = encodeURIComponent(first.body.metadata.continue)
    ;(await table(api, `${path}?limit=2&continue=${next}`)).is(200, { rows: [{ cells: ['c', 'c'] }] })
    ;(await table(api, `${path}?labelSelector=name+in+(a,c)`, onlyCells)).is(200)
    ;(await table(api, `${path}?fieldSelector=metadata.name%3Db`, onlyCells)).is(200)
    ;(await table(api, `${path}?labelSelector=name%3Dnobody`)).is(200, { rows: [] })
  },

  'a watch sends tables of one row': async (api) => {
    const path = await define(api, [column('A', 'string', '.a')])
    await make(api, path, 'a', { a: '1' })
    const { body } = await api.get(path, { show: () => undefined })
    const from = String(body.metadata.resourceVersion)
    const watch = await api.watch(`${path}?resourceVersion=${from}&includeObject=None`, { headers: accept })
    ;(await api.patch(`${path}/a`, 'merge', { a: '2' }, silent)).is(200)
    await watch.next({ type: 'MODIFIED', object: { kind: 'Table', rows: [{ cells: ['a', '2'] }] } })
    await make(api, path, 'b', { a: '3' })
    await watch.next({ type: 'ADDED', object: { columnDefinitions: null, rows: [{ cells: ['b', '3'] }] } })
    ;(await api.delete(`${path}/a`, undefined, silent)).is(200)
    await watch.next({ type: 'DELETED', object: { rows: [{ cells: ['a', '2'] }] } })
  },

  'a watch sends what is asked for in the older version too': async (api) => {
    const path = await define(api, [column('A', 'string', '.a')])
    await make(api, path, 'a', { a: '1' })
    const { body } = await api.get(path, { show: () => undefined })
    const from = String(body.metadata.resourceVersion)
    const as = (kind: string) => ({
      headers: { accept: `application/json;as=${kind};v=v1beta1;g=meta.k8s.io` },
    })
    const watches = [
      await api.watch(`${path}?resourceVersion=${from}`, as('Table')),
      await api.watch(`${path}?resourceVersion=${from}`, as('PartialObjectMetadata')),
    ]
    await make(api, path, 'b', { a: '2' })
    for (const watch of watches)
      await watch.next({ type: 'ADDED', object: { apiVersion: 'meta.k8s.io/v1beta1' } })
    ;(await api.get(`${path}/b`, as('PartialObjectMetadata'))).is(200)
    ;(await api.get(path, as('PartialObjectMetadataList'))).is(200)
  },

  'a custom scale is a row': async (api) => {
    const scale = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' }
    const path = await define(api, [], { subresources: { status: {}, scale } })
    await make(api, path, 'a', { spec: { replicas: 3 } })
    ;(await table(api, `${path}/a/scale`)).is(200)
    ;(await table(api, `${path}/a/status`)).is(200)
  },
}
