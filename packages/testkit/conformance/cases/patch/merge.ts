import type { Cases } from '../../conformance-case.ts'
import { makeConfigMap, makeLease, makeService } from './objects.ts'

export const merge: Cases = {
  'a merge patch sets, adds and, by null, deletes fields': async (api) => {
    const path = await makeConfigMap(api, { data: { a: '1', b: '2' } })
    const changed = await api.patch(path, 'merge', { data: { a: '3', b: null, c: '4', none: null } })
    changed.is(200, { data: { a: '3', b: undefined, c: '4' } })
    ;(await api.patch(path, 'merge', { data: null })).is(200, { data: undefined })
    ;(await api.get(path)).is(200, { data: undefined })
  },

  'a merge patch makes the objects on the way to a field': async (api) => {
    const path = await makeConfigMap(api)
    const made = await api.patch(path, 'merge', {
      metadata: { annotations: { a: 'b', none: null }, labels: { c: 'd' } },
      binaryData: { e: 'Zg==' },
    })
    made.is(200, { metadata: { annotations: { a: 'b' }, labels: { c: 'd' } }, binaryData: { e: 'Zg==' } })
    ;(await api.patch(path, 'merge', { metadata: { labels: { c: null } } })).is(200, {
      metadata: { labels: undefined },
    })
  },

  'a merge patch replaces lists': async (api) => {
    const path = await makeService(api)
    const ports = [
      { name: 'a', port: 1 },
      { name: 'b', port: 2, protocol: 'UDP' },
    ]
    const replaced = await api.patch(path, 'merge', { spec: { ports } })
    replaced.is(200, { spec: { ports: [{ name: 'a', protocol: 'TCP', targetPort: 1 }, { name: 'b' }] } })
    const emptied = await api.patch(path, 'merge', { metadata: { finalizers: ['example.com/a'] } })
    emptied.is(200, { metadata: { finalizers: ['example.com/a'] } })
    ;(await api.patch(path, 'merge', { metadata: { finalizers: [] } })).is(200, {
      metadata: { finalizers: undefined },
    })
  },

  'a merge patch that changes nothing writes nothing': async (api) => {
    const path = await makeConfigMap(api, { data: { a: '1' } })
    const before = await api.get(path)
    ;(await api.patch(path, 'merge', {})).is(200, before.body)
    ;(await api.patch(path, 'merge', { data: { a: '1', none: null } })).is(200, before.body)
    ;(await api.patch(path, 'json', [])).is(200, before.body)
    ;(await api.patch(path, 'strategic', { data: { a: '1' } })).is(200, before.body)
    ;(await api.get(path)).is(200, before.body)
  },

  'a patch cannot move an object': async (api) => {
    const path = await makeConfigMap(api)
    ;(await api.patch(path, 'merge', { metadata: { name: 'other' } })).is(400, { reason: 'BadRequest' })
    ;(await api.patch(path, 'merge', { metadata: { name: null } })).is(400)
    ;(await api.patch(path, 'merge', { metadata: { namespace: 'default' } })).is(400)
    ;(await api.patch(path, 'merge', { metadata: { namespace: null } })).is(200, {
      metadata: { namespace: api.namespace },
    })
    ;(await api.patch(path, 'json', [{ op: 'remove', path: '/metadata/name' }])).is(400)
    ;(await api.patch(path, 'strategic', { metadata: { name: 'other' } })).is(400)
    ;(await api.patch(path, 'strategic', { metadata: { namespace: 'default' } })).is(400)
  },

  'a patch cannot change what the server sets': async (api) => {
    const path = await makeConfigMap(api)
    const { body } = await api.get(path)
    const uid = '00000000-0000-0000-0000-000000000001'
    ;(await api.patch(path, 'merge', { metadata: { uid } })).is(422, { reason: 'Invalid' })
    ;(await api.patch(path, 'merge', { metadata: { uid: null } })).is(200, body)
    const time = '2001-01-01T00:00:00Z'
    ;(await api.patch(path, 'merge', { metadata: { creationTimestamp: time } })).is(200, body)
    ;(await api.patch(path, 'merge', { metadata: { creationTimestamp: null } })).is(200, body)
    ;(await api.patch(path, 'merge', { metadata: { deletionTimestamp: time } })).is(422)
    ;(await api.patch(path, 'merge', { metadata: { deletionGracePeriodSeconds: 5 } })).is(422)
    ;(await api.patch(path, 'merge', { metadata: { generation: 7, selfLink: '/x' } })).is(200)
    ;(await api.patch(path, 'merge', { metadata: { generateName: 'g-' } })).is(200)
  },

  'a patch cannot change the kind of an object': async (api) => {
    const path = await makeConfigMap(api)
    ;(await api.patch(path, 'merge', { kind: 'Secret' })).is(422)
    ;(await api.patch(path, 'merge', { apiVersion: 'apps/v1' })).is(422)
    ;(await api.patch(path, 'merge', { apiVersion: 'v2' })).is(422)
    ;(await api.patch(path, 'merge', { kind: null, apiVersion: null, data: { a: '1' } })).is(400)
    ;(await api.patch(path, 'merge', { kind: null, data: { d: '1' } })).is(200)
    ;(await api.patch(path, 'merge', { apiVersion: null, data: { e: '1' } })).is(400)
    ;(await api.patch(path, 'merge', { kind: 'ConfigMap', apiVersion: 'v1', data: { b: '2' } })).is(200)
    ;(await api.patch(path, 'strategic', { kind: 'Secret', data: { c: '3' } })).is(200)
  },

  'a version of the object in a patch must be the newest': async (api) => {
    const path = await makeConfigMap(api)
    const { body } = await api.get(path)
    const { resourceVersion } = body.metadata
    ;(await api.patch(path, 'merge', { metadata: { resourceVersion }, data: { a: '1' } })).is(200)
    ;(await api.patch(path, 'merge', { metadata: { resourceVersion }, data: { a: '2' } })).is(409, {
      reason: 'Conflict',
    })
    ;(await api.patch(path, 'strategic', { metadata: { resourceVersion }, data: { a: '2' } })).is(409)
    const test = { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion }
    ;(await api.patch(path, 'json', [test])).is(422)
    ;(await api.patch(path, 'merge', { metadata: { resourceVersion: null }, data: { a: '4' } })).is(200)
    ;(await api.patch(path, 'merge', { metadata: { resourceVersion: '0' }, data: { a: '5' } })).is(200)
    ;(await api.patch(path, 'merge', { metadata: { resourceVersion: 'x' } })).is(500)
  },

  'a patch with a value of a wrong type is refused': async (api) => {
    const path = await makeConfigMap(api, { data: { a: '1' } })
    ;(await api.patch(path, 'merge', { data: { a: 1 } })).is(422)
    ;(await api.patch(path, 'merge', { data: 'text' })).is(422)
    ;(await api.patch(path, 'merge', { data: ['a'] })).is(422)
    ;(await api.patch(path, 'merge', { immutable: 'yes' })).is(422)
    ;(await api.patch(path, 'merge', { metadata: { labels: { a: true } } })).is(422)
    ;(await api.patch(path, 'merge', { metadata: 'text' })).is(422)
    ;(await api.patch(path, 'json', [{ op: 'add', path: '/data/b', value: {} }])).is(422)
    ;(await api.patch(path, 'strategic', { data: { a: 1 } })).is(422)
    ;(await api.patch(path, 'strategic', { metadata: { labels: { a: true } } })).is(422)
  },

  'a patch is validated as an update is': async (api) => {
    const path = await makeConfigMap(api, { data: { a: '1' } })
    ;(await api.patch(path, 'merge', { data: { 'not a key': '1' } })).is(422)
    ;(await api.patch(path, 'merge', { metadata: { labels: { '-a': 'b' } } })).is(422)
    ;(await api.patch(path, 'merge', { metadata: { finalizers: ['plain'] } })).is(422)
    ;(await api.patch(path, 'merge', { immutable: true })).is(200, { immutable: true })
    ;(await api.patch(path, 'merge', { data: { a: '2' } })).is(422)
    ;(await api.patch(path, 'merge', { immutable: null })).is(422)
    ;(await api.patch(path, 'merge', { metadata: { labels: { still: 'possible' } } })).is(200)
  },

  'null in a list of a merge patch stays, in a new object it goes': async (api) => {
    const path = await makeLease(api, { holderIdentity: 'a', leaseDurationSeconds: 10 })
    const patch = { spec: { leaseDurationSeconds: null, acquireTime: '2001-02-03T04:05:06.000007Z' } }
    ;(await api.patch(path, 'merge', patch)).is(200, {
      spec: {
        holderIdentity: 'a',
        leaseDurationSeconds: undefined,
        acquireTime: '2001-02-03T04:05:06.000007Z',
      },
    })
    ;(await api.patch(path, 'merge', { spec: { leaseDurationSeconds: 0 } })).is(422)
    ;(await api.patch(path, 'merge', { spec: { leaseDurationSeconds: 1.5 } })).is(422)
    ;(await api.patch(path, 'merge', { spec: null })).is(200)
  },
}
