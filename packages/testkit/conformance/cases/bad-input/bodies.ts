import type { Cases } from '../../conformance-case.ts'
import { withWidgets } from '../concurrency/objects.ts'
import { configMap } from '../crud/objects.ts'

const secret = (name: string, data: object) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name },
  data,
})

/** The text of a ConfigMap with something more in it. */
const withText = (name: string, more: string): string =>
  `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"${name}"},${more}}`

export const bodies: Cases = {
  'a field named __proto__ is a field': async (api) => {
    const path = api.in('configmaps')
    const made = await api.post(path, withText('a', '"data":{"__proto__":"x","constructor":"y"}'))
    made.is(201)
    ;(await api.patch(`${path}/a`, 'merge', '{"data":{"__proto__":"z"}}')).is(200)
    ;(await api.patch(`${path}/a`, 'strategic', '{"data":{"__proto__":"s","toString":"t"}}')).is(200)
    ;(await api.patch(`${path}/a`, 'json', [{ op: 'replace', path: '/data/__proto__', value: 'j' }])).is(200)
    ;(await api.patch(`${path}/a`, 'merge', '{"data":{"__proto__":null}}')).is(200)
    ;(await api.patch(`${path}/a`, 'strategic', '{"metadata":{"__proto__":{"x":1}}}')).is(200)
    ;(await api.patch(`${path}/a`, 'json', [{ op: 'add', path: '/data/__proto__/x', value: 'j' }])).is(422)
    ;(await api.post(path, withText('b', '"__proto__":{"x":1}'))).is(201)
    ;(await api.post(`${path}?fieldValidation=Strict`, withText('c', '"__proto__":{"x":1}'))).is(400)
  },

  'what an object says of its type is text': async (api) => {
    const path = api.in('configmaps')
    for (const value of ['false', '1', '{}', '[]', '-0.1'])
      (await api.post(path, `{"apiVersion":${value},"kind":"ConfigMap","metadata":{"name":"a"}}`)).is(400)
    ;(await api.post(path, '{"apiVersion":"v1","kind":true,"metadata":{"name":"a"}}')).is(400)
    ;(await api.post(path, '{"kind":[],"apiVersion":{},"metadata":{"name":"a"}}')).is(400)
    ;(await api.put(`${path}/none`, '{"apiVersion":"v1","kind":1}')).is(400)
    const { path: widgets, widget } = await withWidgets(api)
    ;(await api.post(widgets, { ...widget('w', {}), kind: false })).is(400)
    ;(await api.post(path, '{"apiVersion":null,"kind":null,"metadata":{"name":"a"}}')).is(201)
  },

  'the metadata of a custom object is an object': async (api) => {
    const { path, widget } = await withWidgets(api)
    ;(await api.post(path, { ...widget('w', { spec: { size: 1 } }), metadata: 'w' })).is(400)
    ;(await api.post(path, { ...widget('w', { spec: { size: 1 } }), metadata: [] })).is(400)
    ;(await api.post(path, { ...widget('w', { spec: { size: 1 } }), metadata: null })).is(422)
  },

  'bytes may be written as a list of small numbers': async (api) => {
    ;(await api.post(api.in('secrets'), secret('a', { empty: [], three: [0, 1, 255] }))).is(201)
    ;(await api.post(api.in('secrets'), secret('b', { large: [256] }))).is(400)
    ;(await api.post(api.in('secrets'), secret('b', { text: ['x'] }))).is(400)
  },

  'a scale that cannot be read is refused also where there is nothing to scale': async (api) => {
    const path = api.in('apps/v1/deployments', 'none/scale')
    ;(await api.put(path, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'none' } })).is(400)
    ;(await api.put(path, { kind: 'Scale', metadata: { labels: 1 } })).is(400)
    ;(await api.put(path, { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'none' } })).is(
      404,
    )
  },

  'nothing is an object in YAML, and none in JSON': async (api) => {
    const yaml = { headers: { 'content-type': 'application/yaml' } }
    ;(await api.post(api.in('configmaps'), '\n', yaml)).is(422)
    ;(await api.post(api.in('configmaps'), '{}')).is(422)
    ;(await api.post(api.in('configmaps'), ' ')).is(400)
    ;(await api.post(api.in('configmaps'), '[]')).is(400)
    ;(await api.post(api.in('configmaps'), 'null')).is(422)
  },

  'JSON that ends too early, goes on, or is none is refused with the place': async (api) => {
    const path = api.in('configmaps')
    const whole = JSON.stringify(configMap('a'))
    ;(await api.post(path, whole.slice(0, 40))).is(400)
    ;(await api.post(path, `${whole},`)).is(400)
    ;(await api.post(path, `${whole}{}`)).is(400)
    ;(await api.post(path, whole.replace(':', '='))).is(400)
    ;(await api.post(path, whole.replace('"v1"', "'v1'"))).is(400)
    ;(await api.post(path, whole.replace('"v1"', 'v1'))).is(400)
    ;(await api.post(path, whole.replace('"v1"', String.raw`"\x76"`))).is(400)
    ;(await api.post(path, whole.replace('"v1"', '"v\n1"'))).is(400)
    ;(await api.post(path, `\uFEFF${whole}`)).is(400)
  },

  'numbers that do not fit are refused': async (api) => {
    const lease = (seconds: string): string =>
      `{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"a"},"spec":{"leaseDurationSeconds":${seconds}}}`
    const path = api.in('coordination.k8s.io/v1/leases')
    for (const number of ['2147483648', '-2147483649', '1.5', '"1"', '01', '.5', '1.', '+1', 'NaN'])
      (await api.post(path, lease(number))).is(400)
    ;(await api.post(path, lease('-1'))).is(422)
    ;(await api.post(path, lease('2147483647'))).is(201)
  },

  'what is nested deep is only deep': async (api) => {
    const { path, widget } = await withWidgets(api)
    const deep = `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`
    const body = JSON.stringify(widget('w', { spec: { size: 1 } })).replace(/\}$/, `,"more":${deep}}`)
    ;(await api.post(path, body)).is(201)
    ;(await api.post(api.in('configmaps'), withText('a', `"data":${deep}`))).is(400)
    ;(await api.post(api.in('configmaps'), withText('b', `"more":${deep}`))).is(201)
  },

  'a name is judged as it was sent': async (api) => {
    const path = api.in('configmaps')
    for (const name of ['', ' ', 'A', 'a_b', 'a/b', '-a', 'a.', '☃', 'a\u0000', '%61', '..', 'x'.repeat(254)])
      (await api.post(path, configMap(name))).is(422)
  },

  'what a service selects by are labels, and its ports have names of one label': async (api) => {
    const service = (selector: object, name: string) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 's' },
      spec: { selector, ports: [{ name, port: 80 }] },
    })
    const path = api.in('services')
    ;(await api.post(path, service({ app: 'with space' }, 'http'))).is(422)
    ;(await api.post(path, service({ 'a b': 'x', ['x'.repeat(70)]: 'a/b' }, 'http'))).is(422)
    ;(await api.post(path, service({ app: 'x' }, 'a.b'))).is(422)
    ;(await api.post(path, service({ app: 'x' }, 'UPPER'))).is(422)
    ;(await api.post(path, service({ app: 'x' }, 'x'.repeat(64)))).is(422)
  },

  'an annotation is as long as its bytes': async (api) => {
    const annotated = (name: string, text: string) => ({ metadata: { name, annotations: { a: text } } })
    const show = ({ kind, reason, message }: Record<string, unknown>) => ({ kind, reason, message })
    const path = api.in('configmaps')
    ;(await api.post(path, annotated('a', '☃'.repeat(87_382)), { show })).is(422)
    ;(await api.post(path, annotated('a', 'x'.repeat(262_144)), { show })).is(422)
    ;(await api.post(path, annotated('a', 'x'.repeat(262_143)), { show })).is(201)
  },
}
