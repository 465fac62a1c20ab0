import type { Cases } from '../../conformance-case.ts'
import { configMap } from './objects.ts'

const json = (type: string) => ({ headers: { 'content-type': type } })
const wants = (type: string) => ({ headers: { accept: type } })

export const requests: Cases = {
  'a body of an unknown type is an UnsupportedMediaType': async (api) => {
    const refused = { reason: 'UnsupportedMediaType', code: 415 }
    ;(await api.post(api.in('configmaps'), configMap('a'), json('text/plain'))).is(415, refused)
    ;(await api.post(api.in('configmaps'), configMap('a'), json('application/xml'))).is(415, refused)
    await api.post(api.in('configmaps'), configMap('a'))
    ;(await api.put(api.in('configmaps', 'a'), configMap('a'), json('text/plain'))).is(415, refused)
    const plain = { headers: { 'content-type': 'application/json' } }
    ;(await api.call('PATCH', api.in('configmaps', 'a'), { data: {} }, plain)).is(415, refused)
    ;(await api.call('PATCH', api.in('configmaps', 'a'), { data: {} }, json('text/plain'))).is(415, refused)
    ;(await api.delete(api.in('configmaps', 'a'), { dryRun: ['All'] }, json('text/plain'))).is(415)
  },

  'parameters of a media type do not matter, nor does its absence': async (api) => {
    const withCharset = await api.post(
      api.in('configmaps'),
      configMap('a'),
      json('application/json; charset=utf-8'),
    )
    withCharset.is(201)
    const withoutType = await api.post(api.in('configmaps'), configMap('b'), json(''))
    withoutType.is(201)
  },

  'an answer that nobody can give is NotAcceptable': async (api) => {
    await api.post(api.in('configmaps'), configMap('a'))
    const refused = { reason: 'NotAcceptable', code: 406 }
    ;(await api.get(api.in('configmaps', 'a'), wants('text/html'))).is(406, refused)
    ;(await api.get(api.in('configmaps'), wants('image/png, text/plain'))).is(406, refused)
    ;(await api.post(api.in('configmaps'), configMap('b'), wants('text/html'))).is(406, refused)
    const created = await api.get(api.in('configmaps', 'b'))
    created.is(404)
  },

  'of several accepted types the first that can be given is taken': async (api) => {
    await api.post(api.in('configmaps'), configMap('a'))
    const read = async (accept: string, status: number): Promise<void> => {
      const answer = await api.get(api.in('configmaps', 'a'), wants(accept))
      answer.is(status)
    }
    await read('text/html, application/json', 200)
    await read('*/*', 200)
    await read('application/*', 406)
    await read('application/json;q=0.1', 200)
    await read('application/json;as=Nothing;v=v1;g=meta.k8s.io', 406)
    await read('application/json;as=Table;v=v2;g=meta.k8s.io, application/json', 200)
    await read('text/html;q=1, */*;q=0.1', 200)
  },

  'a method that a resource does not have is a MethodNotAllowed': async (api) => {
    const refused = { reason: 'MethodNotAllowed', code: 405 }
    await api.post(api.in('configmaps'), configMap('a'))
    ;(await api.put(api.in('configmaps'), configMap('a'))).is(405, refused)
    ;(await api.patch(api.in('configmaps'), 'merge', {})).is(405, refused)
    ;(await api.post(api.in('configmaps', 'a'), configMap('a'))).is(405, refused)
    ;(await api.delete('/api/v1/namespaces')).is(405, refused)
    ;(await api.delete('/api/v1/configmaps')).is(405, refused)
    ;(await api.get('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews')).is(405, refused)
    ;(await api.delete(api.in('apps/v1/deployments', 'd/status'))).is(405, refused)
    ;(await api.post(api.in('apps/v1/deployments', 'd/scale'), {})).is(405, refused)
  },

  'a path that nobody serves is not found': async (api) => {
    for (const path of [
      '/nowhere',
      '/api/v2/configmaps',
      '/apis/nobody.example.com',
      '/apis/nobody.example.com/v1/things',
      '/apis/apps/v2/deployments',
      '/apis/apps/v1/things',
      api.in('things'),
      api.in('things', 'a'),
      api.in('configmaps', 'a/status'),
      api.in('apps/v1/deployments', 'a/nothing'),
    ]) {
      const answer = await api.get(path)
      answer.is(404)
    }
    const created = await api.post(api.in('things'), configMap('a'))
    created.is(404)
  },

  'a request of more than 3 MiB is too large': async (api) => {
    const text = 'x'.repeat(3 * 1024 * 1024)
    const made = await api.post(api.in('configmaps'), configMap('a', { data: { text } }))
    made.is(413, { reason: 'RequestEntityTooLarge' })
    await api.post(api.in('configmaps'), configMap('b'))
    const replaced = await api.put(api.in('configmaps', 'b'), configMap('b', { data: { text } }))
    replaced.is(413)
    const patched = await api.patch(api.in('configmaps', 'b'), 'merge', { data: { text } })
    patched.is(413)
  },

  'a query parameter that is wrong is refused, one that is unknown is not': async (api) => {
    ;(await api.post(`${api.in('configmaps')}?fieldValidation=Sometimes`, configMap('a'))).is(422)
    ;(await api.post(`${api.in('configmaps')}?pretty=true&unknown=1`, configMap('a'))).is(201)
    ;(await api.get(`${api.in('configmaps')}?limit=many`)).is(400)
    ;(await api.post(`${api.in('configmaps')}?fieldManager=${'m'.repeat(129)}`, configMap('b'))).is(422)
  },

  'HEAD is no method of resources': async (api) => {
    await api.post(api.in('configmaps'), configMap('a'))
    const head = await api.call('HEAD', api.in('configmaps', 'a'))
    head.is(405)
    const options = await api.call('OPTIONS', api.in('configmaps', 'a'))
    options.is(405)
  },
}
