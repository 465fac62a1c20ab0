import type { Cases } from '../../conformance-case.ts'
import { groupOf, versionOf } from '../crds/definition.ts'
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

const number = { type: 'integer' }

/** Versions that differ in their names only, as far as objects go: conversion None. */
export const byName: Cases = {
  'what a version alone knows is lost on the way to the one that is stored': async (api) => {
    const [first, second] = await defineVersions(api)
    const made = await api.post(second, widgetOf(api, 'a', 'v2', { spec: { width: 3, color: 'green' } }))
    made.is(201)
    const same = await api.get(`${second}/a`)
    same.is(200)
    const other = await api.get(`${first}/a`)
    other.is(200)
  },

  'what a version does not know is not shown in it': async (api) => {
    const [first, second] = await defineVersions(api)
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 3, color: 'green' } }))
    const other = await api.get(`${second}/a`)
    other.is(200)
    await api.patch(`${second}/a`, 'merge', { spec: { color: 'grey' } })
    const same = await api.get(`${first}/a`)
    same.is(200)
  },

  'defaults are those of the version that is stored': async (api) => {
    const [first, second] = await defineVersions(api, [
      version('v1', { a: { type: 'string', default: '1' }, b: { type: 'string' } }),
      version('v2', { a: { type: 'string' }, b: { type: 'string', default: '2' } }),
    ])
    const made = await api.post(second, widgetOf(api, 'a', 'v2', { spec: {} }))
    made.is(201)
    await api.post(first, widgetOf(api, 'b', 'v1', { spec: {} }))
    for (const path of [first, second])
      for (const name of ['a', 'b']) {
        const read = await api.get(`${path}/${name}`)
        read.is(200)
      }
  },

  'a default that comes later is shown in every version': async (api) => {
    const text = { type: 'string' }
    const [first, second] = await defineVersions(api, [
      version('v1', { a: text, b: text }),
      version('v2', { a: text, b: text, c: text }),
    ])
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { a: 'x' } }))
    await reversion(
      api,
      [
        version('v1', { a: text, b: { ...text, default: 'one' } }),
        version('v2', { a: text, b: { ...text, default: 'two' }, c: { ...text, default: 'two' } }),
      ],
      `${first}/a`,
      ({ body }) => body.spec?.['b'] === 'one',
    )
    const other = await api.get(`${second}/a`)
    other.is(200)
  },

  'an object has one version and one generation in all versions': async (api) => {
    const [first, second] = await defineVersions(api, [
      version('v1', { size: number }),
      version('v2', { size: number, width: number }),
    ])
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 1 } }))
    const changed = await api.patch(`${second}/a`, 'merge', { spec: { size: 2 } })
    changed.is(200, { metadata: { generation: 2 } })
    const same = await api.patch(`${second}/a`, 'merge', { spec: { size: 2 } })
    same.is(200, { metadata: { generation: 2 } })
    const lost = await api.patch(`${second}/a`, 'merge', { spec: { width: 2 } })
    lost.is(200)
    const read = await api.get(`${first}/a`)
    read.is(200)
  },

  'an object is of the version of its path': async (api) => {
    const [first, second] = await defineVersions(api)
    const wrong = await api.post(second, widgetOf(api, 'a', 'v1', { spec: {} }))
    wrong.is(400)
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 1 } }))
    const read = await api.get(`${first}/a`)
    const put = await api.put(`${second}/a`, read.body)
    put.is(400)
    const patched = await api.patch(`${second}/a`, 'merge', {
      apiVersion: `${groupOf(api)}/v1`,
      spec: { color: 'grey' },
    })
    patched.is(422)
    const renamed = await api.put(`${second}/a`, { ...read.body, apiVersion: `${groupOf(api)}/v2` })
    renamed.is(200)
  },

  'an object is judged by the schema of the version it is written in': async (api) => {
    const [first, second] = await defineVersions(api, [
      version('v1', { size: { type: 'integer', maximum: 5 } }),
      version('v2', { size: { type: 'integer', maximum: 50 } }),
    ])
    const large = await api.post(second, widgetOf(api, 'a', 'v2', { spec: { size: 20 } }))
    large.is(201)
    const shown = await api.get(`${first}/a`)
    shown.is(200, { spec: { size: 20 } })
    const kept = await api.patch(`${first}/a`, 'merge', { metadata: { labels: { a: 'b' } } })
    kept.is(200)
    const changed = await api.patch(`${first}/a`, 'merge', { spec: { size: 21 } })
    changed.is(422)
  },

  'a status has a path in the versions that say so': async (api) => {
    const [first, second] = await defineVersions(api, twoVersions({}, { subresources: { status: {} } }))
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 1 }, status: { phase: 'Old' } }))
    const none = await api.patch(`${first}/a/status`, 'merge', { status: { phase: 'New' } })
    none.is(404)
    const written = await api.patch(`${second}/a/status`, 'merge', { status: { phase: 'New' } })
    written.is(200, { status: { phase: 'New' } })
    const direct = await api.patch(`${first}/a`, 'merge', { status: { phase: 'Direct' } })
    direct.is(200, { status: { phase: 'Direct' } })
  },

  'scale has paths of its own in each version': async (api) => {
    const scale = (path: string) => ({
      subresources: {
        status: {},
        scale: { specReplicasPath: path, statusReplicasPath: '.status.replicas' },
      },
    })
    const both = { size: number, width: number }
    const [first, second] = await defineVersions(api, [
      version('v1', both, scale('.spec.size')),
      version('v2', { ...both, other: number }, scale('.spec.width')),
    ])
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 2, width: 7 } }))
    const bySize = await api.get(`${first}/a/scale`)
    bySize.is(200, { spec: { replicas: 2 } })
    const byWidth = await api.get(`${second}/a/scale`)
    byWidth.is(200, { spec: { replicas: 7 } })
    const scaled = await api.patch(`${second}/a/scale`, 'merge', { spec: { replicas: 9 } })
    scaled.is(200)
    const read = await api.get(`${first}/a`)
    read.is(200, { spec: { size: 2, width: 9 } })
  },

  'tables have the columns of their version': async (api) => {
    const [first, second] = await defineVersions(
      api,
      twoVersions(
        { additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }] },
        {
          additionalPrinterColumns: [
            { name: 'Color', type: 'string', jsonPath: '.spec.color' },
            { name: 'Width', type: 'integer', jsonPath: '.spec.width', priority: 1 },
          ],
        },
      ),
    )
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 1 } }))
    const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }
    for (const path of [first, second]) {
      const table = await api.get(path, { headers })
      table.is(200)
      const row = await api.get(`${path}/a?includeObject=Object`, { headers })
      row.is(200)
    }
  },

  'lists and metadata are of the version that is asked': async (api) => {
    const [first, second] = await defineVersions(api)
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 1 } }))
    await api.post(second, widgetOf(api, 'b', 'v2', { spec: { width: 1 } }))
    for (const path of [first, second]) {
      const list = await api.get(path)
      list.is(200)
      const metadata = await api.get(path, {
        headers: { accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io' },
      })
      metadata.is(200)
    }
  },

  'a watch tells of all writes in the version that is watched': async (api) => {
    const [first, second] = await defineVersions(api)
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 1 } }))
    const list = await api.get(second)
    const watch = await api.watch(`${second}?resourceVersion=${String(list.body.metadata.resourceVersion)}`)
    await api.patch(`${first}/a`, 'merge', { spec: { color: 'grey' } })
    await watch.next({ type: 'MODIFIED', object: { apiVersion: `${groupOf(api)}/v2` } })
    await api.post(second, widgetOf(api, 'b', 'v2', { spec: { width: 1 } }))
    await api.patch(`${second}/b`, 'merge', { spec: { color: 'green' } })
    await api.delete(`${first}/a`, undefined, quiet)
    await watch.next({ type: 'ADDED' }, { type: 'MODIFIED' }, { type: 'DELETED' })
  },

  'a watch with initial events and bookmarks is of its version': async (api) => {
    const [first, second] = await defineVersions(api)
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 1 } }))
    const watch = await api.watch(
      `${second}?sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
    )
    await watch.next({ type: 'ADDED' }, { type: 'BOOKMARK', object: { apiVersion: `${groupOf(api)}/v2` } })
  },

  'objects are deleted in any version': async (api) => {
    const [first, second] = await defineVersions(api)
    for (const name of ['a', 'b', 'c'])
      await api.post(first, widgetOf(api, name, 'v1', { spec: { size: 1 } }), quiet)
    await api.patch(`${first}/a`, 'merge', { metadata: { finalizers: ['example.com/held'] } }, quiet)
    const held = await api.delete(`${second}/a`)
    held.is(200)
    const free = await api.patch(`${second}/a`, 'merge', { metadata: { finalizers: null } })
    free.is(200)
    const all = await api.delete(second)
    all.is(200)
    const none = await api.get(first)
    none.is(200)
  },

  'configurations are applied in any version, and own what it knows': async (api) => {
    const both = { size: number, color: { type: 'string' } }
    const [first, second] = await defineVersions(api, [
      version('v1', both),
      version('v2', { ...both, width: number }),
    ])
    const apply = (path: string, manager: string, inVersion: string, spec: object) =>
      api.patch(`${path}/a?fieldManager=${manager}`, 'apply', widgetOf(api, 'a', inVersion, { spec }))
    const one = await apply(first, 'one', 'v1', { size: 1, color: 'grey' })
    one.is(201)
    const two = await apply(second, 'two', 'v2', { color: 'grey' })
    two.is(200)
    const conflict = await apply(second, 'two', 'v2', { color: 'green' })
    conflict.is(409)
    const moved = await apply(second, 'one', 'v2', { size: 2 })
    moved.is(200)
    const read = await api.get(`${first}/a`)
    read.is(200)
  },

  'a dry run shows what would be in the version that is asked': async (api) => {
    const [first, second] = await defineVersions(api)
    const made = await api.post(`${second}?dryRun=All`, widgetOf(api, 'a', 'v2', { spec: { width: 3 } }))
    made.is(201)
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 1 } }))
    const patched = await api.patch(`${second}/a?dryRun=All`, 'merge', { spec: { width: 3 } })
    patched.is(200)
    const deleted = await api.delete(`${second}/a?dryRun=All`)
    deleted.is(200)
  },

  'versions are discovered by their age, the stored one or not': async (api) => {
    const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
    await defineVersions(api, [
      versionOf('v1alpha1', anything, { storage: true }),
      versionOf('v2', { ...anything, description: '2' }, { storage: false }),
      versionOf('v1beta2', { ...anything, description: '3' }, { storage: false }),
      versionOf('other', { ...anything, description: '4' }, { storage: false }),
      versionOf('v10', { ...anything, description: '5' }, { storage: false }),
    ])
    const path = `/apis/${groupOf(api)}`
    const group = await api.until(path, ({ body }) => body.versions?.length === 5)
    group.is(200)
    for (const name of ['v10', 'other']) {
      const resources = await api.until(`${path}/${name}`, ({ status }) => status === 200)
      resources.is(200)
    }
  },

  'short names and categories are discovered in every version': async (api) => {
    await defineVersions(api, twoVersions({}, { subresources: { status: {} } }), {
      names: {
        plural: 'widgets',
        singular: 'widget',
        kind: 'Widget',
        listKind: 'WidgetList',
        shortNames: ['wdg'],
        categories: ['all', 'things'],
      },
    })
    for (const name of ['v1', 'v2']) {
      const resources = await api.until(`/apis/${groupOf(api)}/${name}`, ({ status }) => status === 200)
      resources.is(200)
    }
  },

  'a version that is no longer served is not there, its objects are': async (api) => {
    const [first, second] = await defineVersions(api)
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 1 } }))
    await reversion(api, twoVersions({ served: false }), `${first}/a`, ({ status }) => status === 404)
    const gone = await api.get(`${first}/a`)
    gone.is(404)
    const there = await api.get(`${second}/a`)
    there.is(200)
    const changed = await api.patch(`${second}/a`, 'merge', { spec: { color: 'grey' } })
    changed.is(200)
    await reversion(api, twoVersions(), `${first}/a`, ({ status }) => status === 200)
    const back = await api.get(`${first}/a`)
    back.is(200, { spec: { color: 'grey' } })
  },

  'a version that was stored is remembered, and stays': async (api) => {
    const [first] = await defineVersions(api)
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 1 } }))
    const show = (body: { status?: { storedVersions?: unknown } }) => body.status?.storedVersions ?? body
    const changed = await api.patch(
      at(api),
      'merge',
      { spec: { versions: storedIn(true, twoVersions()) } },
      { show },
    )
    changed.is(200, { status: { storedVersions: ['v1', 'v2'] } })
    const taken = await api.patch(at(api), 'merge', {
      spec: { versions: storedIn(true, twoVersions()).slice(1) },
    })
    taken.is(422)
    const forgotten = await api.patch(
      `${at(api)}/status`,
      'merge',
      { status: { storedVersions: ['v2'] } },
      { show },
    )
    forgotten.is(200)
    const now = await api.patch(
      at(api),
      'merge',
      { spec: { versions: storedIn(true, twoVersions()).slice(1) } },
      { show },
    )
    now.is(200)
  },

  'an object that is stored in an older version is read as before': async (api) => {
    const both = { size: number, color: { type: 'string' } }
    const versions = (more: object): object[] => [
      version('v1', { ...both, ...more }),
      version('v2', { ...both, width: number, ...more }),
    ]
    const [first, second] = await defineVersions(api, versions({}) as { name: string }[])
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 1 } }))
    const inForce = { inForce: { type: 'string', default: 'yes' } }
    await reversion(
      api,
      storedIn(true, versions(inForce)),
      `${second}/a`,
      ({ body }) => body.spec?.['inForce'] === 'yes',
    )
    const old = await api.get(`${first}/a`)
    old.is(200)
    const wide = await api.post(second, widgetOf(api, 'b', 'v2', { spec: { size: 2, width: 2 } }))
    wide.is(201, { spec: { width: 2 } })
    const narrow = await api.get(`${first}/b`)
    narrow.is(200)
    const same = await api.get(`${second}/b`)
    same.is(200, { spec: { width: 2 } })
  },

  'a write that changes nothing rewrites what is stored in an older version': async (api) => {
    const both = { size: number, inForce: { type: 'string' } }
    const versions = (more: object): object[] => [
      version('v1', { ...both, ...more }),
      version('v2', { ...both, width: number, ...more }),
    ]
    const [first, second] = await defineVersions(api, versions({}) as { name: string }[])
    const spec = { size: 1, inForce: 'yes' }
    await api.post(first, widgetOf(api, 'a', 'v1', { spec }))
    const probe = await api.post(first, widgetOf(api, 'probe', 'v1', { spec: { size: 1 } }))
    probe.is(201)
    await reversion(
      api,
      storedIn(true, versions({ inForce: { type: 'string', default: 'yes' } })),
      `${second}/probe`,
      ({ body }) => body.spec?.['inForce'] === 'yes',
    )
    const rewritten = await api.patch(`${second}/a`, 'merge', {})
    rewritten.is(200)
    const again = await api.patch(`${second}/a`, 'merge', {})
    again.is(200)
    const read = await api.get(`${first}/a`)
    read.is(200)
  },

  'a write that changes nothing stores a default that came later': async (api) => {
    const [first] = await defineVersions(api, [
      version('v1', { size: number }),
      version('v2', { size: number, width: number }),
    ])
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 1 } }))
    await reversion(
      api,
      [
        version('v1', { size: number, color: { type: 'string', default: 'red' } }),
        version('v2', { size: number, width: number }),
      ],
      `${first}/a`,
      ({ body }) => body.spec?.['color'] === 'red',
    )
    const written = await api.patch(`${first}/a`, 'merge', {})
    written.is(200)
    const again = await api.patch(`${first}/a`, 'merge', {})
    again.is(200)
  },

  'an object of a version that is no more cannot be read': async (api) => {
    const both = { size: number }
    const versions = storedIn(true, [
      version('v1', both),
      version('v2', { ...both, width: { ...number, default: 1 } }),
    ])
    const [first, second] = await defineVersions(api, [
      version('v1', both),
      version('v2', { ...both, width: number }),
    ])
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 1 } }))
    await api.patch(at(api), 'merge', { spec: { versions } }, quiet)
    await api.patch(`${at(api)}/status`, 'merge', { status: { storedVersions: ['v2'] } }, quiet)
    await api.patch(at(api), 'merge', { spec: { versions: versions.slice(1) } }, quiet)
    await api.until(`${first}/a`, ({ status }) => status === 404, quiet)
    await api.until(`${second}/a`, ({ status }) => status !== 200)
    const deleted = await api.delete(`${second}/a`)
    deleted.is(500)
  },
}
