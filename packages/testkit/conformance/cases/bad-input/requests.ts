import type { Cases } from '../../conformance-case.ts'
import { withWidgets } from '../concurrency/objects.ts'
import { configMap } from '../crud/objects.ts'

const wants = (accept: string) => ({ headers: { accept } })
const sends = (type: string) => ({ headers: { 'content-type': type } })
const oldTable = wants('application/json;as=Table;v=v2;g=meta.k8s.io')

export const requests: Cases = {
  'a type of answer that nobody can give is refused before an object is missed': async (api) => {
    const none = api.in('configmaps', 'none')
    ;(await api.get(none, oldTable)).is(406)
    ;(await api.patch(none, 'merge', {}, { headers: oldTable.headers })).is(406)
    ;(await api.delete(none, undefined, oldTable)).is(406)
    ;(await api.put(none, configMap('none'), oldTable)).is(406)
    ;(await api.post(api.in('configmaps'), { kind: 'Other' }, oldTable)).is(406)
    ;(await api.post(`${api.in('configmaps')}?dryRun=x`, configMap('a'), oldTable)).is(406)
    const { path } = await withWidgets(api)
    ;(await api.get(`${path}/none`, wants('text/html'))).is(406)
    ;(await api.post(path, { kind: 'Other' }, wants('text/html'))).is(406)
  },

  'a type of body that nobody reads is refused before options and objects are looked at': async (api) => {
    const collection = api.in('configmaps')
    ;(await api.post(`${collection}?dryRun=x`, configMap('a'), sends('text/plain'))).is(415)
    ;(await api.put(`${collection}/none?fieldValidation=x`, configMap('none'), sends('application/xml'))).is(
      422,
    )
    ;(await api.post(collection, configMap('a'), sends('*/*'))).is(415)
    ;(await api.delete(`${collection}/none`, { gracePeriodSeconds: 0 }, sends('*/*'))).is(415)
    const { path } = await withWidgets(api)
    const strategic = sends('application/strategic-merge-patch+json')
    ;(await api.call('PATCH', `${path}/none?dryRun=x`, {}, strategic)).is(415)
    const both = { headers: { ...strategic.headers, ...oldTable.headers } }
    ;(await api.call('PATCH', `${path}/none`, {}, both)).is(415)
  },

  'of a delete without a body the type does not matter': async (api) => {
    await api.post(api.in('configmaps'), configMap('a'))
    ;(await api.delete(api.in('configmaps', 'a'), undefined, sends('application/json-patch+json'))).is(200)
    ;(await api.delete(api.in('secrets'), undefined, sends('text/plain'))).is(200)
  },

  'an empty segment in a path is no other way to write it': async (api) => {
    const path = api.in('configmaps')
    ;(await api.get(`/${path}`)).is(404)
    ;(await api.get(path.replace('/api/', '/api//'))).is(404)
    ;(await api.get(path.replace('/namespaces/', '/namespaces//'))).is(404)
    ;(await api.post(path.replace('/configmaps', '//configmaps'), configMap('a'))).is(404)
    ;(await api.get(api.in('apps/v1/deployments').replace('/apps/', '/apps//'))).is(404)
    ;(await api.get(api.in('apps/v1/deployments').replace('/apps/', '//apps/'))).is(404)
    const { path: custom } = await withWidgets(api)
    ;(await api.get(custom.replace('/namespaces/', '/namespaces//'))).is(404)
    ;(await api.get(custom.replace('/v1/', '/v1//'))).is(404)
  },

  'a slash at the end of a path does no harm': async (api) => {
    ;(await api.post(`${api.in('configmaps')}/`, configMap('a'))).is(201)
    ;(await api.get(`${api.in('configmaps', 'a')}/`)).is(200)
  },

  'an escape in a path that is none is refused by the server itself': async (api) => {
    ;(await api.get('/%zz')).is(400)
    ;(await api.get('/api/v1/namespaces/%/configmaps')).is(400)
    ;(await api.get(`${api.in('configmaps')}/%2`)).is(400)
  },

  'names in a path may be escaped': async (api) => {
    await api.post(api.in('configmaps'), configMap('a.b'))
    ;(await api.get(api.in('configmaps', 'a%2Eb'))).is(200)
    ;(await api.get(api.in('configmaps', 'a%2Fb'))).is(404)
    ;(await api.get(api.in('configmaps', '%E2%98%83'))).is(404)
    ;(await api.get(api.in('configmaps', '__proto__'))).is(404)
    ;(await api.get('/apis/__proto__/v1/constructor')).is(404)
  },

  'parameters that are not well formed are passed over': async (api) => {
    ;(await api.post(`${api.in('configmaps')}?fieldValidation=%zz&dryRun=%`, configMap('a'))).is(201)
    ;(await api.get(`${api.in('secrets')}?limit=%zz&labelSelector=a;b`)).is(200)
    ;(await api.get(`${api.in('configmaps', 'a')}?resourceVersion=%zz&unknown=x&&=`)).is(200)
  },

  'a field manager has only characters that can be printed, and not too many': async (api) => {
    const path = api.in('configmaps')
    ;(await api.post(`${path}?fieldManager=%00`, configMap('a'))).is(422)
    ;(await api.post(`${path}?fieldManager=ab%0Ac`, configMap('a'))).is(422)
    ;(await api.post(`${path}?fieldManager=%C3%A9%C2%A0x`, configMap('a'))).is(422)
    ;(await api.put(`${path}/none?fieldManager=%7F`, configMap('none'))).is(422)
    ;(await api.post(`${path}?fieldManager=${'x'.repeat(129)}`, configMap('a'))).is(422)
    ;(await api.post(`${path}?fieldManager=%E2%98%83%20%F0%9F%98%80`, configMap('a'))).is(201)
  },

  'numbers of a delete that are none are refused before an object is missed': async (api) => {
    const none = api.in('configmaps', 'none')
    ;(await api.delete(`${none}?gracePeriodSeconds=x`)).is(400)
    ;(await api.delete(`${none}?gracePeriodSeconds=1.5`)).is(400)
    ;(await api.delete(none, { apiVersion: 'a/b/c' })).is(400)
    ;(await api.delete(none, { apiVersion: 1, kind: [] })).is(400)
    ;(await api.delete(none, 'null')).is(404)
  },

  'HEAD is GET without the body for custom resources, and nothing for others': async (api) => {
    const { path, widget } = await withWidgets(api)
    await api.post(path, widget('w', { spec: { size: 1 } }))
    ;(await api.call('HEAD', `${path}/w`)).is(200)
    ;(await api.call('HEAD', `${path}/none`)).is(404)
    ;(await api.call('HEAD', path)).is(200)
    ;(await api.call('HEAD', api.in('configmaps'))).is(405)
    ;(await api.call('OPTIONS', path)).is(405)
    ;(await api.call('OPTIONS', api.in('configmaps'))).is(405)
  },

  'the old paths of watches only read': async (api) => {
    const path = api.in('configmaps').replace('/v1/', '/v1/watch/')
    ;(await api.post(path, configMap('a'))).is(405)
    ;(await api.delete(`${path}/a`)).is(405)
  },

  'a custom resource may be posted to its own path': async (api) => {
    const { path, widget } = await withWidgets(api)
    ;(await api.call('POST', `${path}/w`)).is(400)
    ;(await api.post(`${path}/w`, widget('w', { spec: { size: 1 } }))).is(201)
    ;(await api.post(`${path}/v`, widget('w2', { spec: { size: 1 } }))).is(201, { metadata: { name: 'w2' } })
  },
}
