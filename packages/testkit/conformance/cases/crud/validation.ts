import type { Cases } from '../../conformance-case.ts'
import { configMap, deployment } from './objects.ts'

/** Unknown at the root, in metadata, in a list and in a map of a built-in kind. */
const misspelt = (name: string) => ({
  ...deployment(name, {
    paused: true,
    replica: 2,
    template: {
      metadata: { labels: { app: name }, lables: {} },
      spec: { containers: [{ name: 'main', image: 'example.com/app:1', img: 'x' }] },
    },
  }),
  metadata: { name, nmae: 'x' },
  extra: { deep: 1 },
})

/** The message holds the whole object; what is wrong with it stands at its end. */
const shortened = (body: object) =>
  JSON.parse(
    JSON.stringify(body).replaceAll(/Invalid value: .*?(: strict decoding error)/g, 'Invalid value: …$1'),
  )

const deployments = 'apps/v1/deployments'

export const validation: Cases = {
  'unknown fields are dropped, with a warning for each': async (api) => {
    const made = await api.post(api.in(deployments), misspelt('a'))
    made.is(201, { extra: undefined, metadata: { nmae: undefined }, spec: { replica: undefined } })
    const asked = await api.post(`${api.in(deployments)}?fieldValidation=Warn`, misspelt('b'))
    asked.is(201)
  },

  'warnings are quoted, in UTF-8, and none has control characters': async (api) => {
    const odd = { 'sn☃w': 1, é: 1, 'a "b" \\c': 1, 'line\nbreak': 1, 'delete\u007f': 1, plain: 1 }
    ;(await api.post(api.in('configmaps'), configMap('a', odd))).is(201)
  },

  'warnings are cut when they are too long or too many': async (api) => {
    const fields = (count: number, length: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`${at}${'x'.repeat(length)}`, 1] as const))
    ;(await api.post(api.in('configmaps'), configMap('a', fields(10, 300)))).is(201)
    ;(await api.post(api.in('configmaps'), configMap('b', fields(20, 300)))).is(201)
    ;(await api.post(api.in('configmaps'), configMap('c', fields(60, 100)))).is(201)
  },

  'unknown fields are dropped in silence with fieldValidation=Ignore': async (api) => {
    const made = await api.post(`${api.in(deployments)}?fieldValidation=Ignore`, misspelt('a'))
    made.is(201, { extra: undefined })
  },

  'unknown fields are refused with fieldValidation=Strict': async (api) => {
    const made = await api.post(`${api.in(deployments)}?fieldValidation=Strict`, misspelt('a'))
    made.is(400, { reason: 'BadRequest', message: /strict decoding error/ })
    await api.post(api.in('configmaps'), configMap('a'))
    const path = `${api.in('configmaps', 'a')}?fieldValidation=Strict`
    const put = await api.put(path, configMap('a', { extra: 1 }))
    put.is(400)
    const merge = await api.patch(path, 'merge', { extra: 1 }, { show: shortened })
    merge.is(422)
    const json = await api.patch(path, 'json', [{ op: 'add', path: '/extra', value: 1 }], {
      show: shortened,
    })
    json.is(422)
    const strategic = await api.patch(path, 'strategic', { extra: 1 }, { show: shortened })
    strategic.is(422)
    const clean = await api.put(path, configMap('a', { data: { a: '2' } }))
    clean.is(200)
  },

  'patches warn of unknown fields': async (api) => {
    await api.post(api.in('configmaps'), configMap('a'))
    const path = api.in('configmaps', 'a')
    ;(await api.patch(path, 'merge', { extra: 1, metadata: { lables: {} } })).is(200, { extra: undefined })
    ;(await api.patch(path, 'json', [{ op: 'add', path: '/extra', value: 1 }])).is(200)
    ;(await api.patch(path, 'strategic', { extra: 1 })).is(200)
    ;(await api.patch(`${path}?fieldValidation=Ignore`, 'merge', { extra: 1 })).is(200)
  },

  'a field that is there twice counts once, and is warned of or refused': async (api) => {
    const text = (name: string) =>
      `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"${name}","name":"${name}"},"data":{"a":"1","a":"2"}}`
    const made = await api.post(api.in('configmaps'), text('a'))
    made.is(201, { data: { a: '2' } })
    const strict = await api.post(`${api.in('configmaps')}?fieldValidation=Strict`, text('b'))
    strict.is(400, { message: /duplicate field/ })
    const ignored = await api.post(`${api.in('configmaps')}?fieldValidation=Ignore`, text('c'))
    ignored.is(201)
  },
}
