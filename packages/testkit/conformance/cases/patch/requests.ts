import type { Cases } from '../../conformance-case.ts'
import { makeConfigMap, makeService, makeWidget } from './objects.ts'

export const requests: Cases = {
  'a patch of an unknown content type is refused': async (api) => {
    const path = await makeConfigMap(api)
    for (const type of ['application/json', 'application/yaml', 'text/plain', ''])
      (await api.call('PATCH', path, {}, { headers: { 'content-type': type } })).is(415, {
        reason: 'UnsupportedMediaType',
      })
    const type = 'application/merge-patch+json; charset=utf-8'
    ;(await api.call('PATCH', path, {}, { headers: { 'content-type': type } })).is(200)
  },

  'a patch that is no object is refused': async (api) => {
    const path = await makeConfigMap(api, { data: { a: '1' } })
    for (const body of ['no JSON', '[]', '"text"', '5', '', '{"data":'])
      (await api.patch(path, 'merge', body)).is(400, { reason: 'BadRequest' })
    for (const body of ['no JSON', '[]', '"text"', '']) (await api.patch(path, 'strategic', body)).is(400)
    ;(await api.patch(path, 'strategic', 'null')).is(200)
  },

  'a patch of what is not there is answered 404': async (api) => {
    const missing = api.in('configmaps', 'missing')
    ;(await api.patch(missing, 'merge', { data: { a: '1' } })).is(404, { reason: 'NotFound' })
    ;(await api.patch(missing, 'json', [])).is(404)
    ;(await api.patch(missing, 'strategic', {})).is(404)
    ;(await api.patch(missing, 'merge', 'no JSON')).is(404)
    ;(await api.patch(api.in('apps/v1/deployments', 'missing/status'), 'merge', {})).is(404)
    ;(await api.patch(api.in('nothings', 'a'), 'merge', {})).is(404)
    ;(await api.patch(api.in('configmaps'), 'merge', {})).is(405)
  },

  'a dry run of a patch answers as the patch would and keeps nothing': async (api) => {
    const path = await makeConfigMap(api, { data: { a: '1' } })
    const before = await api.get(path)
    ;(await api.patch(`${path}?dryRun=All`, 'merge', { data: { a: '2' } })).is(200, { data: { a: '2' } })
    ;(await api.patch(`${path}?dryRun=All`, 'json', [{ op: 'remove', path: '/data/none' }])).is(422)
    ;(await api.patch(`${path}?dryRun=All`, 'merge', { data: { '/': '2' } })).is(422)
    ;(await api.patch(`${path}?dryRun=Some`, 'merge', {})).is(422)
    ;(await api.get(path)).is(200, before.body)
  },

  'a strict patch has no unknown fields': async (api) => {
    const path = await makeConfigMap(api)
    const strict = `${path}?fieldValidation=Strict`
    ;(await api.patch(strict, 'merge', { colour: 'red', data: { a: '1' } })).is(422)
    ;(await api.patch(strict, 'json', [{ op: 'add', path: '/colour', value: 'red' }])).is(422)
    ;(await api.patch(strict, 'strategic', { colour: 'red', metadata: { shape: 'round' } })).is(422)
    ;(await api.patch(path, 'merge', { colour: 'red', data: { a: '1' } })).is(200, { colour: undefined })
    ;(await api.patch(path, 'strategic', { colour: 'red', data: { b: '1' } })).is(200)
    ;(await api.patch(`${path}?fieldValidation=Ignore`, 'merge', { colour: 'red' })).is(200)
    ;(await api.patch(`${path}?fieldValidation=Often`, 'merge', {})).is(422)
    ;(await api.patch(`${path}?force=true`, 'merge', {})).is(422)
  },

  'a strict patch has no field twice': async (api) => {
    const path = await makeConfigMap(api)
    const strict = `${path}?fieldValidation=Strict`
    const twice = '{"data":{"a":"1","a":"2"},"data":{"b":"3"}}'
    ;(await api.patch(strict, 'merge', twice)).is(422)
    ;(await api.patch(strict, 'strategic', twice)).is(422)
    ;(await api.patch(strict, 'json', '[{"op":"test","op":"add","path":"/data","value":{}}]')).is(422)
    ;(await api.patch(strict, 'json', '[{"op":"add","path":"/data","value":{},"why":"so"}]')).is(422)
    ;(await api.patch(path, 'merge', twice)).is(200)
    ;(await api.patch(path, 'json', '[{"op":"add","path":"/data","value":{},"why":"so"}]')).is(200)
  },

  'a patch of the status leaves the rest, a patch of the rest leaves the status': async (api) => {
    const path = await makeService(api)
    const status = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } }
    const conditions = [
      {
        type: 'A',
        status: 'True',
        reason: 'B',
        message: '',
        lastTransitionTime: '2001-01-01T00:00:00Z',
      },
    ]
    ;(await api.patch(path, 'merge', { status })).is(200, {
      status: { loadBalancer: { ingress: undefined } },
    })
    const changed = await api.patch(`${path}/status`, 'merge', {
      status: { conditions },
      spec: { selector: { app: 'b' } },
    })
    changed.is(200, { status: { conditions: [{ type: 'A' }] }, spec: { selector: { app: 'a' } } })
    const removed = await api.patch(`${path}/status`, 'json', [{ op: 'remove', path: '/status/conditions' }])
    removed.is(200, { status: { conditions: undefined } })
  },

  'a patched custom object is pruned, defaulted and validated': async (api) => {
    const path = await makeWidget(api, { size: 1 })
    ;(await api.patch(path, 'merge', { spec: { colour: 'blue', parts: [{ name: 'a', of: 'b' }] } })).is(200, {
      spec: { colour: undefined, parts: [{ name: 'a', of: undefined }] },
    })
    ;(await api.patch(path, 'merge', { spec: { color: 'blue' } })).is(200, { spec: { color: 'blue' } })
    ;(await api.patch(path, 'merge', { spec: { color: null } })).is(200, { spec: { color: 'red' } })
    ;(await api.patch(path, 'merge', { spec: { size: 10 } })).is(422)
    ;(await api.patch(path, 'merge', { spec: { size: 'big' } })).is(422)
    ;(await api.patch(path, 'merge', { spec: null })).is(422)
    ;(await api.patch(path, 'json', [{ op: 'add', path: '/spec/parts/-', value: { name: 'z' } }])).is(200)
    ;(await api.patch(path, 'merge', { spec: { free: { a: { b: 1 } } } })).is(200)
    ;(await api.patch(path, 'merge', { spec: { free: { a: { b: null, c: 2 } } } })).is(200, {
      spec: { free: { a: { b: undefined, c: 2 } } },
    })
  },

  'a strict patch of a custom object has no unknown fields': async (api) => {
    const path = await makeWidget(api, { size: 1 })
    const strict = `${path}?fieldValidation=Strict`
    ;(await api.patch(strict, 'merge', { spec: { colour: 'blue' } })).is(422)
    ;(await api.patch(strict, 'json', [{ op: 'add', path: '/spec/colour', value: 'blue' }])).is(422)
    ;(await api.patch(strict, 'merge', { spec: { size: 2 } })).is(200, { spec: { size: 2 } })
    ;(await api.patch(strict, 'merge', '{"spec":{"size":3,"size":4}}')).is(422)
    ;(await api.patch(path, 'merge', { metadata: { shape: 'round' }, spec: { colour: 'blue' } })).is(200)
  },

  'a patch of a custom object obeys the same rules of metadata': async (api) => {
    const path = await makeWidget(api, { size: 1 })
    const { body } = await api.get(path)
    const { resourceVersion } = body.metadata
    ;(await api.patch(path, 'merge', { metadata: { name: 'other' } })).is(400)
    ;(await api.patch(path, 'merge', { metadata: { namespace: 'default' } })).is(400)
    ;(await api.patch(path, 'merge', { metadata: { uid: 'other' } })).is(422)
    ;(await api.patch(path, 'merge', { kind: 'Gadget' })).is(422)
    ;(await api.patch(path, 'merge', { kind: null })).is(422)
    ;(await api.patch(path, 'merge', { apiVersion: 'v1' })).is(422)
    ;(await api.patch(path, 'merge', {})).is(200, body)
    ;(await api.patch(path, 'merge', { metadata: { labels: { a: 5 } } })).is(422)
    ;(await api.patch(path, 'merge', { metadata: { resourceVersion }, spec: { size: 2 } })).is(200, {
      metadata: { generation: 2 },
    })
    ;(await api.patch(path, 'merge', { metadata: { resourceVersion }, spec: { size: 3 } })).is(409)
  },

  'a patch of the status of a custom object leaves the rest': async (api) => {
    const path = await makeWidget(api, { size: 1 })
    const both = { spec: { size: 2 }, status: { phase: 'Ready', more: 'x' } }
    ;(await api.patch(path, 'merge', both)).is(200, {
      metadata: { generation: 2 },
      spec: { size: 2 },
      status: undefined,
    })
    const third = {
      spec: { size: 3 },
      status: { phase: 'Ready', more: 'x' },
      metadata: { labels: { a: 'b' } },
    }
    ;(await api.patch(`${path}/status`, 'merge', third)).is(200, {
      metadata: { generation: 2, labels: undefined },
      spec: { size: 2 },
      status: { phase: 'Ready', more: undefined },
    })
    ;(await api.patch(`${path}/status`, 'merge', { status: { phase: 5 } })).is(422)
    const replace = [{ op: 'replace', path: '/status/phase', value: 'Done' }]
    ;(await api.patch(`${path}/status`, 'json', replace)).is(200, { status: { phase: 'Done' } })
  },
}
