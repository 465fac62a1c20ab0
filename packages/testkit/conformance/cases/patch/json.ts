import type { Cases } from '../../conformance-case.ts'
import { makeConfigMap, makeService } from './objects.ts'

export const json: Cases = {
  'a JSON patch adds, replaces and removes': async (api) => {
    const path = await makeConfigMap(api, { data: { a: '1', b: '2' } })
    const operations = [
      { op: 'add', path: '/data/c', value: '3' },
      { op: 'add', path: '/data/a', value: '4' },
      { op: 'replace', path: '/data/b', value: '5' },
      { op: 'add', path: '/metadata/labels', value: { x: 'y' } },
    ]
    ;(await api.patch(path, 'json', operations)).is(200, {
      data: { a: '4', b: '5', c: '3' },
      metadata: { labels: { x: 'y' } },
    })
    ;(await api.patch(path, 'json', [{ op: 'remove', path: '/data/a' }])).is(200, { data: { a: undefined } })
    ;(await api.patch(path, 'json', [{ op: 'add', path: '/data/n', value: null }])).is(200)
  },

  'a JSON patch moves and copies': async (api) => {
    const path = await makeConfigMap(api, { data: { a: '1', b: '2' } })
    ;(await api.patch(path, 'json', [{ op: 'move', from: '/data/a', path: '/data/m' }])).is(200, {
      data: { a: undefined, m: '1' },
    })
    ;(await api.patch(path, 'json', [{ op: 'copy', from: '/data/b', path: '/data/c' }])).is(200, {
      data: { b: '2', c: '2' },
    })
    ;(await api.patch(path, 'json', [{ op: 'copy', from: '/data', path: '/metadata/annotations' }])).is(200, {
      metadata: { annotations: { b: '2', c: '2', m: '1' } },
    })
    ;(await api.patch(path, 'json', [{ op: 'move', from: '/data/none', path: '/data/x' }])).is(422)
    ;(await api.patch(path, 'json', [{ op: 'copy', from: '/none/a', path: '/data/x' }])).is(422)
    ;(await api.patch(path, 'json', [{ op: 'copy', from: '/data/none', path: '/data/x' }])).is(200)
    ;(await api.patch(path, 'json', [{ op: 'move', from: '/data/b', path: '/none/x' }])).is(422)
  },

  'a JSON patch goes on only if its tests hold': async (api) => {
    const path = await makeConfigMap(api, { data: { a: '1' } })
    const set = { op: 'replace', path: '/data/a', value: '2' }
    const test = (where: string, value: unknown) => ({ op: 'test', path: where, value })
    ;(await api.patch(path, 'json', [test('/data/a', '9'), set])).is(422, { reason: 'Invalid' })
    ;(await api.patch(path, 'json', [test('/data/a', '1'), set])).is(200, { data: { a: '2' } })
    ;(await api.patch(path, 'json', [test('/data', { a: '2' })])).is(200)
    ;(await api.patch(path, 'json', [test('/data/none', null)])).is(200)
    ;(await api.patch(path, 'json', [test('/data/none', '1')])).is(422)
    ;(await api.patch(path, 'json', [test('/none/a', '1')])).is(422)
    ;(await api.patch(path, 'json', [set, test('/data/a', '3')])).is(422)
    ;(await api.get(path)).is(200, { data: { a: '2' } })
  },

  'a JSON patch of a list takes indexes and the place after the last': async (api) => {
    const path = await makeService(api)
    const show = ({ spec, ...rest }: { readonly spec?: { readonly ports: unknown } }) => spec?.ports ?? rest
    const add = (at: string, name: string, port: number) => ({
      op: 'add',
      path: `/spec/ports/${at}`,
      value: { name, port },
    })
    const names = (...wanted: string[]) => ({ spec: { ports: wanted.map((name) => ({ name })) } })
    ;(await api.patch(path, 'json', [add('-', 'last', 3)], { show })).is(200, names('http', 'last'))
    ;(await api.patch(path, 'json', [add('0', 'first', 1)], { show })).is(200, names('first', 'http', 'last'))
    ;(await api.patch(path, 'json', [add('3', 'end', 4)], { show })).is(
      200,
      names('first', 'http', 'last', 'end'),
    )
    ;(await api.patch(path, 'json', [{ op: 'remove', path: '/spec/ports/1' }], { show })).is(
      200,
      names('first', 'last', 'end'),
    )
    const rename = { op: 'replace', path: '/spec/ports/2/name', value: 'renamed' }
    ;(await api.patch(path, 'json', [rename], { show })).is(200, names('first', 'last', 'renamed'))
    ;(await api.patch(path, 'json', [{ op: 'remove', path: '/spec/ports/-1' }], { show })).is(200)
  },

  'a JSON patch with an index that is not there is refused': async (api) => {
    const path = await makeService(api)
    const value = { name: 'x', port: 9 }
    ;(await api.patch(path, 'json', [{ op: 'add', path: '/spec/ports/7', value }])).is(422)
    ;(await api.patch(path, 'json', [{ op: 'replace', path: '/spec/ports/7', value }])).is(422)
    ;(await api.patch(path, 'json', [{ op: 'remove', path: '/spec/ports/7' }])).is(422)
    ;(await api.patch(path, 'json', [{ op: 'remove', path: '/spec/ports/-' }])).is(422)
    ;(await api.patch(path, 'json', [{ op: 'add', path: '/spec/ports/x', value }])).is(422)
    ;(await api.patch(path, 'json', [{ op: 'add', path: '/spec/ports/-9', value }])).is(422)
    ;(await api.patch(path, 'json', [{ op: 'test', path: '/spec/ports/7', value }])).is(422)
    ;(await api.patch(path, 'json', [{ op: 'replace', path: '/spec/ports/7/name', value: 'x' }])).is(422)
  },

  'a JSON patch on a path that is not there is refused': async (api) => {
    const path = await makeConfigMap(api, { data: { a: '1' } })
    ;(await api.patch(path, 'json', [{ op: 'remove', path: '/data/none' }])).is(422, { reason: 'Invalid' })
    ;(await api.patch(path, 'json', [{ op: 'remove', path: '/none/none' }])).is(422)
    ;(await api.patch(path, 'json', [{ op: 'replace', path: '/none/none', value: '1' }])).is(422)
    ;(await api.patch(path, 'json', [{ op: 'replace', path: '/data/none', value: '1' }])).is(200)
    ;(await api.patch(path, 'json', [{ op: 'add', path: '/metadata/labels/a', value: 'b' }])).is(422)
    ;(await api.patch(path, 'json', [{ op: 'add', path: '/data/a/b', value: 'c' }])).is(422)
    ;(await api.patch(path, 'json', [{ op: 'add', path: 'data/b', value: 'c' }])).is(200)
    ;(await api.patch(path, 'json', [{ op: 'add', path: 'b', value: 'c' }])).is(422)
  },

  'slashes and tildes in the paths of a JSON patch are escaped': async (api) => {
    const path = await makeConfigMap(api, { metadata: { labels: { 'example.com/a': 'b' } } })
    const replace = { op: 'replace', path: '/metadata/labels/example.com~1a', value: 'c' }
    ;(await api.patch(path, 'json', [replace])).is(200, { metadata: { labels: { 'example.com/a': 'c' } } })
    const remove = { op: 'remove', path: '/metadata/labels/example.com~1none' }
    ;(await api.patch(path, 'json', [remove])).is(422)
    const annotate = [
      { op: 'add', path: '/metadata/annotations', value: {} },
      { op: 'add', path: '/metadata/annotations/example.com~1x', value: '1' },
      { op: 'test', path: '/metadata/labels/example.com~1a', value: 'c' },
    ]
    ;(await api.patch(path, 'json', annotate)).is(200, {
      metadata: { annotations: { 'example.com/x': '1' } },
    })
    ;(await api.patch(path, 'json', [{ op: 'add', path: '/metadata/annotations/a~0b', value: '1' }])).is(422)
  },

  'a malformed JSON patch is refused': async (api) => {
    const path = await makeConfigMap(api, { data: { a: '1' } })
    ;(await api.patch(path, 'json', 'no JSON')).is(400, { reason: 'BadRequest' })
    ;(await api.patch(path, 'json', '')).is(400)
    ;(await api.patch(path, 'json', { op: 'remove', path: '/data/a' })).is(400)
    ;(await api.patch(path, 'json', ['remove'])).is(400)
    ;(await api.patch(path, 'json', [{ op: 'delete', path: '/data/a' }])).is(422)
    ;(await api.patch(path, 'json', [{ path: '/data/a' }])).is(422)
    ;(await api.patch(path, 'json', [{ op: 'remove' }])).is(422)
    ;(await api.patch(path, 'json', [{ op: 'move', path: '/data/a' }])).is(422)
    ;(await api.patch(path, 'json', [{ op: 'copy', path: '/data/a' }])).is(422)
    ;(await api.patch(path, 'json', [{ op: 'remove', path: 5 }])).is(400)
    ;(await api.patch(path, 'json', [{ op: 'add', path: '/data/b' }])).is(200)
    ;(await api.patch(path, 'json', 'null')).is(200)
  },

  'a JSON patch replaces a whole object': async (api) => {
    const path = await makeConfigMap(api, { data: { a: '1' } })
    const { body } = await api.get(path)
    const value = { ...body, data: { b: '2' } }
    ;(await api.patch(path, 'json', [{ op: 'replace', path: '', value }])).is(200, { data: { b: '2' } })
    ;(await api.patch(path, 'json', [{ op: 'replace', path: '', value: 'text' }])).is(422)
    ;(await api.patch(path, 'json', [{ op: 'remove', path: '' }])).is(422)
    ;(await api.patch(path, 'json', [{ op: 'add', path: '', value }])).is(422)
    ;(await api.patch(path, 'json', [{ op: 'replace', path: '/data', value: { c: '3' } }])).is(200, {
      data: { c: '3' },
    })
  },

  'a JSON patch has at most 10000 operations': async (api) => {
    const path = await makeConfigMap(api, { data: { a: '1' } })
    const test = { op: 'test', path: '/data/a', value: '1' }
    const tests = (length: number) => Array.from({ length }, () => test)
    ;(await api.patch(path, 'json', tests(10_001))).is(413, {
      reason: 'RequestEntityTooLarge',
    })
    ;(await api.patch(path, 'json', tests(10_000))).is(200)
  },
}
