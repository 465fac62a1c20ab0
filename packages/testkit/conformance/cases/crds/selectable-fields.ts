import type { CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import {
  anyOrder,
  define,
  definition,
  definitions,
  groupOf,
  served,
  versionOf,
  widget,
} from './definition.ts'

const text = { type: 'string' }
const fields = (...paths: readonly string[]) => ({
  selectableFields: paths.map((jsonPath) => ({ jsonPath })),
})

const schema = {
  type: 'object',
  properties: {
    color: text,
    size: { type: 'integer' },
    hot: { type: 'boolean' },
    phase: { type: 'string', enum: ['A', 'B'] },
    at: { type: 'string', format: 'date-time' },
    ratio: { type: 'number' },
    list: { type: 'array', items: text },
    map: { type: 'object', additionalProperties: text },
    deep: { type: 'object', properties: { color: text } },
    either: { 'x-kubernetes-int-or-string': true },
    any: { 'x-kubernetes-preserve-unknown-fields': true },
    'a-b': text,
  },
}

const refused = async (api: CaseApi, ...paths: readonly string[]): Promise<void> => {
  const made = await api.post(definitions, definition(api, { schema, version: fields(...paths) }), {
    show: anyOrder,
  })
  made.is(422, { reason: 'Invalid' })
}

const names = (body: { items?: { metadata: { name: string } }[] }): unknown =>
  body.items?.map(({ metadata }) => metadata.name) ?? body

/** Makes widgets with these specs, named by letters. */
const fill = async (api: CaseApi, path: string, ...specs: readonly object[]): Promise<void> => {
  for (const [at, spec] of specs.entries())
    await api.post(path, widget(api, 'abcdef'.charAt(at), spec), { show: ({ kind }) => ({ kind }) })
}

const query = (selector: string): string => `fieldSelector=${encodeURIComponent(selector)}`

export const selectableFields: Cases = {
  'a selectable field has a path into the schema': async (api) => {
    await refused(api, '.spec.nothing')
    await refused(api, 'spec.color')
    await refused(api, '.')
    await refused(api, '')
    await refused(api, '.spec.color.x')
    await refused(api, '.spec..color')
  },

  'a selectable field is a text, a number without fraction or a boolean': async (api) => {
    await refused(api, '.spec.ratio', '.spec.list', '.spec.map', '.spec.deep')
    await refused(api, '.spec.either', '.spec.any')
  },

  'a selectable field is not in a list': async (api) => {
    await refused(api, '.spec.list[0]')
    await refused(api, ".spec.map['x']")
  },

  'a selectable field is not in the metadata': async (api) => {
    const root = {
      type: 'object',
      properties: { metadata: { type: 'object', properties: { name: text } }, spec: schema },
    }
    const version = {
      name: 'v1',
      served: true,
      storage: true,
      schema: { openAPIV3Schema: root },
      ...fields('.metadata.name'),
    }
    const made = await api.post(definitions, definition(api, { versions: [version] }))
    made.is(422)
  },

  'a selectable field comes once': async (api) => {
    await refused(api, '.spec.color', '.spec.size', '.spec.color')
  },

  'there are no more than eight selectable fields': async (api) => {
    const many = Array.from({ length: 9 }, (_, at) => `f${at}`)
    const made = await api.post(
      definitions,
      definition(api, {
        schema: { type: 'object', properties: Object.fromEntries(many.map((name) => [name, text])) },
        version: fields(...many.map((name) => `.spec.${name}`)),
      }),
    )
    made.is(422)
  },

  'texts, numbers, booleans and enums are selected by': async (api) => {
    const path = await define(api, {
      schema,
      version: fields('.spec.color', '.spec.size', '.spec.hot', '.spec.phase', '.spec.deep.color'),
    })
    await fill(
      api,
      path,
      { color: 'red', size: 1, hot: true, phase: 'A', deep: { color: 'x' } },
      { color: 'blue', size: 10, hot: false, phase: 'B' },
      {},
    )
    for (const selector of [
      'spec.color=red',
      'spec.color!=red',
      'spec.size=10',
      'spec.size==1',
      'spec.hot=true',
      'spec.hot=false',
      'spec.hot!=true',
      'spec.phase=B',
      'spec.deep.color=x',
      'spec.color=red,spec.size=1',
      'spec.color=red,spec.size=2',
    ]) {
      const found = await api.get(`${path}?${query(selector)}`, { show: names })
      found.is(200)
    }
  },

  'a field that is absent is as one that is empty': async (api) => {
    const path = await define(api, { schema, version: fields('.spec.color', '.spec.size', '.spec.hot') })
    await fill(api, path, { color: '' }, {}, { color: 'red', size: 0, hot: false })
    for (const selector of [
      'spec.color=',
      'spec.color!=',
      'spec.size=',
      'spec.size=0',
      'spec.hot=',
      'spec.hot=false',
    ]) {
      const found = await api.get(`${path}?${query(selector)}`, { show: names })
      found.is(200)
    }
  },

  'a field that is not selectable is refused': async (api) => {
    const path = await define(api, { schema, version: fields('.spec.color') })
    for (const selector of ['spec.size=1', '.spec.color=red', 'spec=1', 'status.phase=A']) {
      const found = await api.get(`${path}?${query(selector)}`)
      found.is(400)
    }
    const watched = await api.watch(`${path}?${query('spec.size=1')}`)
    if (watched.status !== 400) throw new Error(`the watch was answered ${watched.status}`)
    const deleted = await api.delete(`${path}?${query('spec.size=1')}`)
    deleted.is(400)
  },

  'fields of a name and of the schema are selected together': async (api) => {
    const path = await define(api, { schema, version: fields('.spec.color') })
    await fill(api, path, { color: 'red' }, { color: 'red' }, { color: 'blue' })
    for (const selector of [
      'metadata.name=b,spec.color=red',
      'metadata.name=c,spec.color=red',
      `metadata.namespace=${api.namespace},spec.color=red`,
    ]) {
      const found = await api.get(`${path}?${query(selector)}`, { show: names })
      found.is(200)
    }
    const all = path.replace(`/namespaces/${api.namespace}`, '')
    const everywhere = await api.get(`${all}?${query('spec.color=blue')}`, { show: names })
    everywhere.is(200)
  },

  'a selection of fields comes in pages': async (api) => {
    const path = await define(api, { schema, version: fields('.spec.color') })
    await fill(api, path, { color: 'red' }, { color: 'blue' }, { color: 'red' }, { color: 'red' })
    const show = (body: Parameters<typeof names>[0] & { metadata: object }) => ({
      items: names(body),
      metadata: body.metadata,
    })
    const first = await api.get(`${path}?limit=2&${query('spec.color=red')}`, { show })
    const token = String(first.body.metadata.continue)
    const second = await api.get(`${path}?limit=2&${query('spec.color=red')}&continue=${token}`, {
      show,
    })
    second.is(200)
  },

  'a watch follows what comes into a selection of fields and leaves it': async (api) => {
    const path = await define(api, { schema, version: fields('.spec.color', '.spec.hot') })
    await fill(api, path, { color: 'red' }, { color: 'blue' })
    const watch = await api.watch(`${path}?${query('spec.color=red,spec.hot!=true')}`)
    await watch.next({ type: 'ADDED' })
    await api.patch(`${path}/b`, 'merge', { spec: { color: 'red' } }, { show: ({ kind }) => ({ kind }) })
    await watch.next({ type: 'ADDED' })
    await api.patch(`${path}/b`, 'merge', { spec: { size: 3 } }, { show: ({ kind }) => ({ kind }) })
    await watch.next({ type: 'MODIFIED' })
    await api.patch(`${path}/a`, 'merge', { spec: { hot: true } }, { show: ({ kind }) => ({ kind }) })
    await watch.next({ type: 'DELETED', object: { spec: { color: 'red' } } })
    await api.patch(`${path}/a`, 'merge', { spec: { size: 3 } }, { show: ({ kind }) => ({ kind }) })
    await api.delete(`${path}/a`, undefined, { show: ({ kind }) => ({ kind }) })
    await api.delete(`${path}/b`, undefined, { show: ({ kind }) => ({ kind }) })
    await watch.next({ type: 'DELETED' })
  },

  'deletecollection takes a selection of fields': async (api) => {
    const path = await define(api, { schema, version: fields('.spec.color') })
    await fill(api, path, { color: 'red' }, { color: 'blue' }, { color: 'red' })
    const deleted = await api.delete(`${path}?${query('spec.color=red')}`, undefined, { show: names })
    deleted.is(200)
    const left = await api.get(path, { show: names })
    left.is(200)
  },

  'each version has selectable fields of its own': async (api) => {
    const path = await define(api, {
      versions: [
        versionOf('v1', schema, fields('.spec.color')),
        versionOf('v2', { ...schema, description: 'of v2' }, { storage: false, ...fields('.spec.size') }),
      ],
    })
    const second = await served(api, 'widgets', 'v2')
    await fill(api, path, { color: 'red', size: 1 }, { color: 'blue', size: 2 })
    const byColor = await api.get(`${path}?${query('spec.color=red')}`, { show: names })
    byColor.is(200)
    const bySize = await api.get(`${second}?${query('spec.size=2')}`, { show: names })
    bySize.is(200)
    const wrong = await api.get(`${second}?${query('spec.color=red')}`)
    wrong.is(400)
  },

  'a status is selected by': async (api) => {
    const path = await define(api, {
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec: schema,
                status: { type: 'object', properties: { ready: { type: 'boolean' } } },
              },
            },
          },
          ...fields('.status.ready'),
        },
      ],
    })
    await fill(api, path, {}, {})
    await api.patch(
      `${path}/a/status`,
      'merge',
      { status: { ready: true } },
      { show: ({ kind }) => ({ kind }) },
    )
    for (const selector of ['status.ready=true', 'status.ready!=true']) {
      const found = await api.get(`${path}?${query(selector)}`, { show: names })
      found.is(200)
    }
  },

  'a default is selected by': async (api) => {
    const path = await define(api, {
      schema: { type: 'object', properties: { color: { type: 'string', default: 'grey' } } },
      version: fields('.spec.color'),
    })
    await fill(api, path, {}, { color: 'red' })
    const found = await api.get(`${path}?${query('spec.color=grey')}`, { show: names })
    found.is(200)
  },

  'selectable fields come and go with the definition': async (api) => {
    const path = await define(api, { schema, version: fields('.spec.color') })
    await fill(api, path, { color: 'red', size: 1 })
    const at = `${definitions}/widgets.${groupOf(api)}`
    await api.patch(
      at,
      'merge',
      { spec: { versions: [versionOf('v1', schema, fields('.spec.size'))] } },
      { show: (body) => body.spec?.versions[0].selectableFields ?? body },
    )
    await api.until(`${path}?${query('spec.size=1')}`, ({ status }) => status === 200, { show: names })
    const gone = await api.get(`${path}?${query('spec.color=red')}`)
    gone.is(400)
  },

  'a field with a value that has commas and equals signs is escaped': async (api) => {
    const path = await define(api, { schema, version: fields('.spec.color', '.spec.a-b') })
    await fill(api, path, { color: 'a,b' }, { color: 'a=b' }, { 'a-b': 'x' })
    for (const selector of ['spec.color=a\\,b', 'spec.color=a\\=b', 'spec.a-b=x']) {
      const found = await api.get(`${path}?${query(selector)}`, { show: names })
      found.is(200)
    }
  },
}
