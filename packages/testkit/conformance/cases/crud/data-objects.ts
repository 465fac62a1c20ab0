import type { Cases } from '../../conformance-case.ts'
import { configMap, secret } from './objects.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const mebibyte = 1_048_576

export const dataObjects: Cases = {
  'stringData is written into data and never read back': async (api) => {
    const made = await api.post(
      api.in('secrets'),
      secret('a', { data: { a: base64('1'), b: base64('2') }, stringData: { b: 'two', c: 'three' } }),
    )
    made.is(201, {
      type: 'Opaque',
      stringData: undefined,
      data: { a: base64('1'), b: base64('two'), c: base64('three') },
    })
    const patched = await api.patch(api.in('secrets', 'a'), 'merge', { stringData: { a: 'one' } })
    patched.is(200, { stringData: undefined, data: { a: base64('one'), c: base64('three') } })
  },

  'data of a secret must be base64 with keys that are file names': async (api) => {
    ;(await api.post(api.in('secrets'), secret('a', { data: { a: 'no base64' } }))).is(400)
    ;(await api.post(api.in('secrets'), secret('a', { data: { a: 1 } }))).is(400)
    ;(await api.post(api.in('secrets'), secret('a', { stringData: { a: 1 } }))).is(400)
    for (const key of ['a b', '', '..', 'a/b', '..a', 'k'.repeat(254)]) {
      const made = await api.post(api.in('secrets'), secret('a', { data: { [key]: '' } }))
      made.is(422, { reason: 'Invalid' })
    }
    const good = await api.post(
      api.in('secrets'),
      secret('a', { data: { '.hidden': '', 'a_b-c.D': 'AA==', empty: null } }),
    )
    good.is(201)
  },

  'keys may be words that programs have a use for themselves': async (api) => {
    const path = api.in('configmaps', 'a')
    ;(await api.post(api.in('configmaps'), configMap('a', { data: {} }))).is(201)
    const data = { constructor: 'a', toString: 'b', hasOwnProperty: 'c' }
    ;(await api.patch(path, 'merge', { data })).is(200, { data })
    ;(await api.patch(path, 'merge', { data: { toString: null } })).is(200, { data: { constructor: 'a' } })
    const annotations = { valueOf: 'x' }
    ;(await api.patch(path, 'strategic', { metadata: { annotations } })).is(200, {
      metadata: { annotations },
    })
  },

  'a secret holds 1 MiB at most, a config map too': async (api) => {
    const show = ({ kind, message, details, metadata }: Record<string, unknown>) =>
      kind === 'Status' ? { kind, message, details } : { kind, metadata }
    const full = base64('x'.repeat(mebibyte))
    const over = base64('x'.repeat(mebibyte + 1))
    ;(await api.post(api.in('secrets'), secret('a', { data: { a: full } }), { show })).is(201)
    ;(await api.post(api.in('secrets'), secret('b', { data: { a: over } }), { show })).is(422)
    const text = 'x'.repeat(mebibyte)
    ;(await api.post(api.in('configmaps'), configMap('a', { data: { a: text } }), { show })).is(201)
    ;(await api.post(api.in('configmaps'), configMap('b', { data: { a: `${text}x` } }), { show })).is(422)
    const split = { data: { a: text }, binaryData: { b: base64('x') } }
    ;(await api.post(api.in('configmaps'), configMap('c', split), { show })).is(422)
  },

  'secrets of known types need their keys': async (api) => {
    const refused = async (type: string, fields: object = {}): Promise<void> => {
      const made = await api.post(api.in('secrets'), secret('a', { type, ...fields }))
      made.is(422, { reason: 'Invalid' })
    }
    await refused('kubernetes.io/tls')
    await refused('kubernetes.io/tls', { data: { 'tls.crt': '' } })
    await refused('kubernetes.io/dockerconfigjson')
    await refused('kubernetes.io/dockerconfigjson', { data: { '.dockerconfigjson': base64('no json') } })
    await refused('kubernetes.io/dockercfg')
    await refused('kubernetes.io/basic-auth')
    await refused('kubernetes.io/ssh-auth')
    await refused('kubernetes.io/service-account-token')
    const tls = { type: 'kubernetes.io/tls', stringData: { 'tls.crt': 'c', 'tls.key': 'k' } }
    ;(await api.post(api.in('secrets'), secret('b', tls))).is(201)
    ;(await api.post(api.in('secrets'), secret('c', { type: 'example.com/anything' }))).is(201)
  },

  'the type of a secret does not change': async (api) => {
    await api.post(api.in('secrets'), secret('a', { type: 'example.com/one' }))
    const other = await api.put(api.in('secrets', 'a'), secret('a', { type: 'example.com/two' }))
    other.is(422, { message: /field is immutable/ })
    const without = await api.put(api.in('secrets', 'a'), secret('a', { stringData: { a: '1' } }))
    without.is(422, { message: /"Opaque": field is immutable/ })
    const patched = await api.patch(api.in('secrets', 'a'), 'merge', { type: null })
    patched.is(422)
  },

  'an immutable secret keeps its data and stays immutable': async (api) => {
    await api.post(api.in('secrets'), secret('a', { immutable: true, stringData: { a: '1' } }))
    const changed = await api.patch(api.in('secrets', 'a'), 'merge', { stringData: { a: '2' } })
    changed.is(422, { details: { causes: [{ reason: 'FieldValueForbidden', field: 'data' }] } })
    const thawed = await api.patch(api.in('secrets', 'a'), 'merge', { immutable: false })
    thawed.is(422)
    const both = await api.patch(api.in('secrets', 'a'), 'merge', {
      immutable: null,
      stringData: { b: '2' },
    })
    both.is(422)
    const labelled = await api.patch(api.in('secrets', 'a'), 'merge', { metadata: { labels: { a: 'b' } } })
    labelled.is(200)
    const deleted = await api.delete(api.in('secrets', 'a'))
    deleted.is(200)
  },

  'an immutable config map keeps data and binaryData': async (api) => {
    const fields = { immutable: true, data: { a: '1' }, binaryData: { b: 'AA==' } }
    await api.post(api.in('configmaps'), configMap('a', fields))
    const path = api.in('configmaps', 'a')
    ;(await api.patch(path, 'merge', { data: { a: '2' } })).is(422)
    ;(await api.patch(path, 'merge', { binaryData: { b: 'AAA=' } })).is(422)
    ;(await api.patch(path, 'merge', { immutable: null })).is(422)
    ;(await api.put(path, configMap('a', fields))).is(200)
  },

  'a key of a config map is in data or in binaryData': async (api) => {
    const both = await api.post(
      api.in('configmaps'),
      configMap('a', { data: { a: '1' }, binaryData: { a: 'AA==' } }),
    )
    both.is(422, { reason: 'Invalid' })
    ;(await api.post(api.in('configmaps'), configMap('a', { data: { 'a b': '' } }))).is(422)
    ;(await api.post(api.in('configmaps'), configMap('a', { binaryData: { 'a b': '' } }))).is(422)
    const good = await api.post(api.in('configmaps'), configMap('a', { data: {}, binaryData: { a: 'AA==' } }))
    good.is(201, { data: undefined })
  },
}
