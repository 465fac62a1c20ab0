import type { Cases } from '../../conformance-case.ts'
import { groupOf } from '../crds/definition.ts'
import {
  at,
  defineVersions,
  quiet,
  reversion,
  storedIn,
  twoVersions,
  version,
  widgetOf,
} from './two-versions.ts'
import { each, rightly, withWebhook } from './webhook.ts'

const number = { type: 'integer' }
const text = { type: 'string' }

/** Versions that a webhook converts. */
export const byWebhook: Cases = {
  'an object is written and read in all versions': withWebhook(async (api, webhook) => {
    const [first, second] = await defineVersions(api, twoVersions(), webhook.conversion)
    const made = await api.post(second, widgetOf(api, 'a', 'v2', { spec: { width: 3 } }))
    made.is(201, { spec: { width: 3 } })
    const other = await api.get(`${first}/a`)
    other.is(200, { spec: { size: 3 } })
    const same = await api.get(`${second}/a`)
    same.is(200, { spec: { width: 3 } })
    await api.post(first, widgetOf(api, 'b', 'v1', { spec: { size: 4 } }))
    const wide = await api.get(`${second}/b`)
    wide.is(200, { spec: { width: 4 } })
  }),

  'a review has the objects, the version and a uid': withWebhook(async (api, webhook) => {
    const [first, second] = await defineVersions(api, twoVersions(), webhook.conversion)
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 3 } }), quiet)
    const read = await api.get(`${second}/a`, {
      show: () => {
        const [review] = webhook.reviews.filter(({ request }) => request.objects[0]?.metadata['name'] === 'a')
        return review
      },
    })
    read.is(200)
  }),

  'lists, tables and metadata are converted': withWebhook(async (api, webhook) => {
    const [first, second] = await defineVersions(
      api,
      twoVersions(
        {},
        { additionalPrinterColumns: [{ name: 'W', type: 'integer', jsonPath: '.spec.width' }] },
      ),
      webhook.conversion,
    )
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 3 } }), quiet)
    await api.post(second, widgetOf(api, 'b', 'v2', { spec: { width: 4 } }), quiet)
    for (const path of [first, second]) {
      const list = await api.get(path)
      list.is(200)
      const page = await api.get(`${path}?limit=1`, { show: ({ items }) => items })
      page.is(200)
      const table = await api.get(path, {
        headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
        show: ({ rows }) => rows,
      })
      table.is(200)
      const metadata = await api.get(path, {
        headers: { accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io' },
        show: ({ kind, items }) => ({ kind, items }),
      })
      metadata.is(200)
    }
  }),

  'updates, patches and a status are written in any version': withWebhook(async (api, webhook) => {
    const status = { subresources: { status: {} } }
    const [first, second] = await defineVersions(api, twoVersions(status, status), webhook.conversion)
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 1 } }))
    const read = await api.get(`${second}/a`)
    const put = await api.put(`${second}/a`, { ...read.body, spec: { width: 2 } })
    put.is(200, { spec: { width: 2 }, metadata: { generation: 2 } })
    const stale = await api.put(`${second}/a`, { ...read.body, spec: { width: 3 } })
    stale.is(409)
    const merged = await api.patch(`${second}/a`, 'merge', { spec: { color: 'grey' } })
    merged.is(200)
    const json = await api.patch(`${second}/a`, 'json', [{ op: 'replace', path: '/spec/width', value: 5 }])
    json.is(200)
    const phase = await api.patch(`${second}/a/status`, 'merge', { status: { phase: 'On' } })
    phase.is(200)
    const same = await api.patch(`${second}/a`, 'merge', { spec: { width: 5 } })
    same.is(200)
    const end = await api.get(`${first}/a`)
    end.is(200, { spec: { size: 5, color: 'grey' }, status: { phase: 'On' } })
  }),

  'scale goes through the version of its path': withWebhook(async (api, webhook) => {
    const scale = (path: string) => ({
      subresources: {
        status: {},
        scale: { specReplicasPath: path, statusReplicasPath: '.status.replicas' },
      },
    })
    const [first, second] = await defineVersions(
      api,
      twoVersions(scale('.spec.size'), scale('.spec.width')),
      webhook.conversion,
    )
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 2 } }))
    const read = await api.get(`${second}/a/scale`)
    read.is(200, { spec: { replicas: 2 } })
    const scaled = await api.patch(`${second}/a/scale`, 'merge', { spec: { replicas: 6 } })
    scaled.is(200)
    const end = await api.get(`${first}/a`)
    end.is(200, { spec: { size: 6 } })
  }),

  'a watch tells of all writes, in order': withWebhook(async (api, webhook) => {
    const [first, second] = await defineVersions(api, twoVersions(), webhook.conversion)
    const list = await api.get(second)
    const from = String(list.body.metadata.resourceVersion)
    const watch = await api.watch(`${second}?resourceVersion=${from}`)
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 1 } }), quiet)
    for (const size of [2, 3, 4]) await api.patch(`${first}/a`, 'merge', { spec: { size } }, quiet)
    await api.post(second, widgetOf(api, 'b', 'v2', { spec: { width: 7 } }), quiet)
    await api.delete(`${first}/a`, undefined, quiet)
    await watch.next(
      { type: 'ADDED', object: { spec: { width: 1 } } },
      { type: 'MODIFIED', object: { spec: { width: 2 } } },
      { type: 'MODIFIED', object: { spec: { width: 3 } } },
      { type: 'MODIFIED', object: { spec: { width: 4 } } },
      { type: 'ADDED', object: { spec: { width: 7 } } },
      { type: 'DELETED', object: { spec: { width: 4 } } },
    )
    const again = await api.watch(`${second}?resourceVersion=${from}`)
    await again.next({ type: 'ADDED' }, { type: 'MODIFIED' }, { type: 'MODIFIED' })
  }),

  'a watch begins with what is there, and bookmarks it': withWebhook(async (api, webhook) => {
    const [first, second] = await defineVersions(api, twoVersions(), webhook.conversion)
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 1 } }), quiet)
    await api.post(first, widgetOf(api, 'b', 'v1', { spec: { size: 2 } }), quiet)
    const watch = await api.watch(
      `${second}?sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
    )
    await watch.next(
      { type: 'ADDED', object: { spec: { width: 1 } } },
      { type: 'ADDED', object: { spec: { width: 2 } } },
      { type: 'BOOKMARK' },
    )
  }),

  'selectors see the version that is asked': withWebhook(async (api, webhook) => {
    webhook.answer = each((object) => ({
      ...object,
      metadata: { ...object.metadata, labels: { of: object.apiVersion.split('/')[1] ?? '' } },
    }))
    const [first, second] = await defineVersions(
      api,
      [
        version('v1', { size: number }, { selectableFields: [{ jsonPath: '.spec.size' }] }),
        version('v2', { width: number }, { selectableFields: [{ jsonPath: '.spec.width' }] }),
      ],
      webhook.conversion,
    )
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 1 } }), quiet)
    await api.post(first, widgetOf(api, 'b', 'v1', { spec: { size: 2 } }), quiet)
    for (const path of [
      `${first}?fieldSelector=spec.size%3D1`,
      `${second}?fieldSelector=spec.width%3D2`,
      `${second}?labelSelector=of%3Dv2`,
      `${first}?labelSelector=of%3Dv2`,
    ]) {
      const found = await api.get(path, { show: ({ items }) => items })
      found.is(200)
    }
    const watch = await api.watch(`${second}?fieldSelector=spec.width%3D2`)
    await watch.next({ type: 'ADDED' })
    await api.patch(`${first}/a`, 'merge', { spec: { size: 2 } }, quiet)
    await api.patch(`${first}/b`, 'merge', { spec: { size: 3 } }, quiet)
    await watch.next({ type: 'ADDED' }, { type: 'DELETED' })
  }),

  'labels and annotations may change, the rest of the metadata stays': withWebhook(async (api, webhook) => {
    const [first, second] = await defineVersions(api, twoVersions(), webhook.conversion)
    const made = widgetOf(api, 'a', 'v1', { spec: { size: 1 } })
    await api.post(first, { ...made, metadata: { name: 'a', labels: { x: '1' }, annotations: { y: '2' } } })
    webhook.answer = each((object) => ({
      ...object,
      metadata: {
        ...object.metadata,
        labels: { z: '3' },
        annotations: null,
        generation: 99,
        finalizers: ['example.com/no'],
        creationTimestamp: null,
        resourceVersion: '1',
        other: 'x',
      },
    }))
    const read = await api.get(`${second}/a`)
    read.is(200, { metadata: { labels: { z: '3' }, generation: 1 } })
    const stored = await api.get(`${first}/a`)
    stored.is(200, { metadata: { labels: { x: '1' } } })
  }),

  'what is converted is pruned by its schema, and gets no defaults': withWebhook(async (api, webhook) => {
    webhook.answer = each((object) => ({
      ...object,
      spec: { ...object.spec, color: undefined, unknown: 'x' },
    }))
    const [first, second] = await defineVersions(api, twoVersions(), webhook.conversion)
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 1 } }))
    const read = await api.get(`${second}/a`)
    read.is(200)
    const made = await api.post(second, widgetOf(api, 'b', 'v2', { spec: { width: 1 } }))
    made.is(201)
    const stored = await api.get(`${first}/b`)
    stored.is(200)
  }),

  'what is converted is not judged by its schema': withWebhook(async (api, webhook) => {
    webhook.answer = each((object) => ({ ...object, spec: { width: 'no number' } }))
    const [first, second] = await defineVersions(api, twoVersions(), webhook.conversion)
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 1 } }))
    const read = await api.get(`${second}/a`)
    read.is(200, { spec: { width: 'no number' } })
  }),

  'objects are deleted in any version by webhook': withWebhook(async (api, webhook) => {
    const [first, second] = await defineVersions(api, twoVersions(), webhook.conversion)
    for (const name of ['a', 'b', 'c'])
      await api.post(first, widgetOf(api, name, 'v1', { spec: { size: 1 } }), quiet)
    await api.patch(`${first}/a`, 'merge', { metadata: { finalizers: ['example.com/held'] } }, quiet)
    const held = await api.delete(`${second}/a`)
    held.is(200, { spec: { width: 1 } })
    const free = await api.patch(`${second}/a`, 'merge', { metadata: { finalizers: null } })
    free.is(200)
    const all = await api.delete(second, undefined, { show: ({ kind, items }) => ({ kind, items }) })
    all.is(200)
    const none = await api.get(first)
    none.is(200)
  }),

  'the version that is stored needs no webhook': withWebhook(async (api, webhook) => {
    webhook.answer = () => ({ status: 500, body: 'out of order' })
    const [first] = await defineVersions(api, twoVersions().slice(0, 1), webhook.conversion)
    await api.patch(at(api), 'merge', { spec: { versions: twoVersions() } }, quiet)
    await api.until(first, ({ status }) => status === 200, quiet)
    const made = await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 1 } }))
    made.is(201)
    const changed = await api.patch(`${first}/a`, 'merge', { spec: { size: 2 } })
    changed.is(200)
    const list = await api.get(first)
    list.is(200)
    const deleted = await api.delete(`${first}/a`)
    deleted.is(200)
  }),

  'after the stored version changed, old objects are asked for': withWebhook(async (api, webhook) => {
    const versions = (more: object) => [
      version('v1', { size: number, color: text, ...more }),
      version('v2', { width: number, color: text, ...more }),
    ]
    const [first, second] = await defineVersions(api, versions({}), webhook.conversion)
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 1 } }))
    await reversion(
      api,
      storedIn(true, versions({ inForce: { ...text, default: 'yes' } })),
      `${second}/a`,
      ({ body }) => body.spec?.['inForce'] === 'yes',
    )
    const wide = await api.get(`${second}/a`)
    wide.is(200, { spec: { width: 1 } })
    const rewritten = await api.patch(`${first}/a`, 'merge', { spec: { color: 'grey' } })
    rewritten.is(200)
    webhook.answer = () => ({ status: 500, body: 'out of order' })
    const direct = await api.get(`${second}/a`)
    direct.is(200, { spec: { width: 1 } })
    const asked = await api.get(`${first}/a`, webhook.placeless)
    asked.is(500)
  }),

  'a webhook is asked in the first review version that the server knows': withWebhook(
    async (api, webhook) => {
      const { conversion } = webhook.conversion as { conversion: { webhook: object } }
      const spec = {
        conversion: {
          ...conversion,
          webhook: { ...conversion.webhook, conversionReviewVersions: ['v9', 'v1beta1', 'v1'] },
        },
      }
      const [first, second] = await defineVersions(api, twoVersions(), spec)
      await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 1 } }))
      const read = await api.get(`${second}/a`, {
        show: ({ spec: shown }) => ({ asked: webhook.reviews.at(-1)?.apiVersion, shown }),
      })
      read.is(200)
      // of the older version the uid is not looked at
      webhook.answer = (review) => ({
        apiVersion: review.apiVersion,
        kind: review.kind,
        response: {
          uid: 'another',
          convertedObjects: [{ ...review.request.objects[0], apiVersion: review.request.desiredAPIVersion }],
          result: { status: 'Success' },
        },
      })
      const careless = await api.get(`${second}/a`)
      careless.is(200)
    },
  ),

  'a watch stands still while the webhook fails, and goes on': withWebhook(async (api, webhook) => {
    const [first, second] = await defineVersions(api, twoVersions(), webhook.conversion)
    const watch = await api.watch(`${second}?resourceVersion=0`)
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 1 } }), quiet)
    await watch.next({ type: 'ADDED', object: { spec: { width: 1 } } })
    webhook.answer = () => ({ status: 500, body: 'out of order' })
    for (const size of [2, 3]) await api.patch(`${first}/a`, 'merge', { spec: { size } }, quiet)
    const failing = await api.get(`${second}/a`, webhook.placeless)
    failing.is(500)
    const list = await api.get(second, webhook.placeless)
    list.is(500)
    webhook.answer = rightly
    await watch.next(
      { type: 'MODIFIED', object: { spec: { width: 2 } } },
      { type: 'MODIFIED', object: { spec: { width: 3 } } },
    )
  }),

  'configurations are applied in any version': withWebhook(async (api, webhook) => {
    const [first, second] = await defineVersions(api, twoVersions(), webhook.conversion)
    const one = await api.patch(
      `${first}/a?fieldManager=one`,
      'apply',
      widgetOf(api, 'a', 'v1', { spec: { size: 1, color: 'grey' } }),
    )
    one.is(201)
    const theirs = await api.patch(
      `${second}/a?fieldManager=two`,
      'apply',
      widgetOf(api, 'a', 'v2', { spec: { width: 2 } }),
    )
    theirs.is(409)
    const shared = await api.patch(
      `${second}/a?fieldManager=two`,
      'apply',
      widgetOf(api, 'a', 'v2', { spec: { width: 1 } }),
    )
    shared.is(200)
    const forced = await api.patch(
      `${second}/a?fieldManager=two&force=true`,
      'apply',
      widgetOf(api, 'a', 'v2', { spec: { width: 3 } }),
    )
    forced.is(200, { spec: { width: 3 } })
    const less = await api.patch(
      `${first}/a?fieldManager=one`,
      'apply',
      widgetOf(api, 'a', 'v1', { spec: {} }),
    )
    less.is(200)
    const made = await api.patch(
      `${second}/b?fieldManager=two`,
      'apply',
      widgetOf(api, 'b', 'v2', { spec: { width: 3 } }),
    )
    made.is(201)
  }),

  'a collection is deleted by a selection in its version': withWebhook(async (api, webhook) => {
    const [first, second] = await defineVersions(
      api,
      [
        version('v1', { size: number }),
        version('v2', { width: number }, { selectableFields: [{ jsonPath: '.spec.width' }] }),
      ],
      webhook.conversion,
    )
    for (const [name, size] of [
      ['a', 1],
      ['b', 2],
      ['c', 2],
    ] as const)
      await api.post(first, widgetOf(api, name, 'v1', { spec: { size } }), quiet)
    const some = await api.delete(`${second}?fieldSelector=spec.width%3D2`, undefined, {
      show: ({ items }) => items,
    })
    some.is(200)
    const left = await api.get(first, { show: ({ items }) => items })
    left.is(200)
  }),

  'an object without metadata that is asked for is of its group': withWebhook(async (api, webhook) => {
    const [first, second] = await defineVersions(api, twoVersions(), webhook.conversion)
    const made = await api.post(second, widgetOf(api, 'a', 'v2', {}))
    made.is(201, { apiVersion: `${groupOf(api)}/v2` })
    const read = await api.get(`${first}/a`)
    read.is(200)
    webhook.answer = rightly
    const dry = await api.post(`${second}?dryRun=All`, widgetOf(api, 'b', 'v2', { spec: { width: 2 } }))
    dry.is(201)
  }),
}
