import type { Cases } from '../../conformance-case.ts'
import { anyOrder, define, widget } from './definition.ts'

export const validation: Cases = {
  'a value has the type of the schema': async (api) => {
    const path = await define(api, {
      schema: {
        type: 'object',
        properties: {
          text: { type: 'string' },
          int: { type: 'integer' },
          number: { type: 'number' },
          flag: { type: 'boolean' },
          list: { type: 'array', items: { type: 'string' } },
          object: { type: 'object', properties: { a: { type: 'string' } } },
          map: { type: 'object', additionalProperties: { type: 'integer' } },
        },
      },
    })
    for (const [name, spec] of Object.entries({
      text: { text: 1 },
      int: { int: '1' },
      fraction: { int: 1.5 },
      number: { number: '1.5' },
      flag: { flag: 'true' },
      list: { list: {} },
      item: { list: ['a', 1, null] },
      object: { object: [] },
      nested: { object: { a: 1 } },
      map: { map: { a: 1, b: 'x' } },
    })) {
      const refused = await api.post(path, widget(api, name, spec), { show: anyOrder })
      refused.is(422, { reason: 'Invalid', details: { kind: 'Widget' } })
    }
    const spec = await api.post(path, widget(api, 'spec', 'text'))
    spec.is(422)
    const fits = await api.post(path, widget(api, 'fits', { number: 1, int: 3, map: {} }))
    fits.is(201)
  },

  'all that is wrong is said at once': async (api) => {
    const path = await define(api, {
      schema: {
        type: 'object',
        required: ['name', 'size'],
        properties: {
          name: { type: 'string' },
          size: { type: 'integer', minimum: 1 },
          mode: { type: 'string', enum: ['a', 'b'] },
          list: { type: 'array', maxItems: 1, items: { type: 'string', minLength: 2 } },
        },
      },
    })
    const refused = await api.post(path, widget(api, 'a', { mode: 'c', list: ['x', 'yy'] }), {
      show: anyOrder,
    })
    refused.is(422, { reason: 'Invalid' })
    const other = await api.post(path, widget(api, 'a', { name: 1, size: 0, mode: 1 }), { show: anyOrder })
    other.is(422)
    const empty = await api.post(path, widget(api, 'Bad Name', {}), { show: anyOrder })
    empty.is(422)
  },

  'numbers have bounds': async (api) => {
    const path = await define(api, {
      schema: {
        type: 'object',
        properties: {
          within: { type: 'integer', minimum: 1, maximum: 10 },
          outside: { type: 'number', minimum: 0, exclusiveMinimum: true, maximum: 1, exclusiveMaximum: true },
          even: { type: 'integer', multipleOf: 2 },
          small: { type: 'integer', format: 'int32' },
        },
      },
    })
    const low = await api.post(path, widget(api, 'a', { within: 0, outside: 0, even: 3 }), { show: anyOrder })
    low.is(422, { reason: 'Invalid' })
    const high = await api.post(path, widget(api, 'a', { within: 11, outside: 1, small: 3000000000 }), {
      show: anyOrder,
    })
    high.is(422)
    const fits = await api.post(path, widget(api, 'a', { within: 10, outside: 0.5, even: -4, small: 5 }))
    fits.is(201)
  },

  'texts have lengths, patterns, formats and enums': async (api) => {
    const path = await define(api, {
      schema: {
        type: 'object',
        properties: {
          sized: { type: 'string', minLength: 2, maxLength: 3 },
          pattern: { type: 'string', pattern: '^[a-z]+$' },
          choice: { type: 'string', enum: ['a', 'b'] },
          number: { type: 'integer', enum: [1, 2] },
        },
      },
    })
    const short = await api.post(
      path,
      widget(api, 'a', { sized: 'x', pattern: 'A1', choice: 'c', number: 3 }),
      { show: anyOrder },
    )
    short.is(422, { reason: 'Invalid' })
    const long = await api.post(path, widget(api, 'a', { sized: 'wxyz', choice: '' }), { show: anyOrder })
    long.is(422)
    const fits = await api.post(
      path,
      widget(api, 'a', { sized: 'äöü', pattern: 'abc', choice: 'b', number: 2 }),
    )
    fits.is(201)
  },

  'formats that are known are checked': async (api) => {
    const formats = [
      'date-time',
      'date',
      'uuid',
      'ipv4',
      'ipv6',
      'cidr',
      'byte',
      'duration',
      'email',
      'uri',
      'hostname',
    ]
    const path = await define(api, {
      schema: {
        type: 'object',
        properties: {
          ...Object.fromEntries(formats.map((format) => [format, { type: 'string', format }])),
          odd: { type: 'string', format: 'something-else' },
        },
      },
    })
    for (const format of formats) {
      const refused = await api.post(path, widget(api, format, { [format]: 'not/ one!' }), { show: anyOrder })
      refused.is(422, { reason: 'Invalid' })
    }
    const fits = await api.post(
      path,
      widget(api, 'fits', {
        'date-time': '2020-01-02T03:04:05Z',
        date: '2020-01-02',
        uuid: '123e4567-e89b-42d3-a456-426614174000',
        ipv4: '10.0.0.1',
        ipv6: '::1',
        cidr: '10.0.0.0/8',
        byte: 'YWJj',
        duration: '1h30m',
        email: 'a@example.com',
        uri: 'https://example.com/x',
        hostname: 'example.com',
        odd: 'anything',
      }),
    )
    fits.is(201)
  },

  'lists and maps have sizes': async (api) => {
    const path = await define(api, {
      schema: {
        type: 'object',
        properties: {
          list: { type: 'array', minItems: 1, maxItems: 2, items: { type: 'string' } },
          map: {
            type: 'object',
            minProperties: 1,
            maxProperties: 2,
            additionalProperties: { type: 'string' },
          },
        },
      },
    })
    const small = await api.post(path, widget(api, 'a', { list: [], map: {} }), { show: anyOrder })
    small.is(422, { reason: 'Invalid' })
    const large = await api.post(
      path,
      widget(api, 'a', { list: ['a', 'b', 'c'], map: { a: '', b: '', c: '' } }),
      { show: anyOrder },
    )
    large.is(422)
  },

  'required fields are missed by name, at any depth': async (api) => {
    const path = await define(api, {
      version: {
        schema: {
          openAPIV3Schema: {
            type: 'object',
            required: ['spec'],
            properties: {
              spec: {
                type: 'object',
                required: ['a', 'list'],
                properties: {
                  a: { type: 'string' },
                  list: {
                    type: 'array',
                    items: { type: 'object', required: ['x'], properties: { x: { type: 'integer' } } },
                  },
                },
              },
            },
          },
        },
      },
    })
    const noSpec = await api.post(path, widget(api, 'a', undefined))
    noSpec.is(422, { details: { causes: [{ reason: 'FieldValueRequired', field: 'spec' }] } })
    const nothing = await api.post(path, widget(api, 'a', {}), { show: anyOrder })
    nothing.is(422)
    const deep = await api.post(path, widget(api, 'a', { a: '', list: [{ x: 1 }, {}, { y: 1 }] }), {
      show: anyOrder,
    })
    deep.is(422)
  },

  'lists that are sets or maps have nothing twice': async (api) => {
    const path = await define(api, {
      schema: {
        type: 'object',
        properties: {
          set: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
          map: {
            type: 'array',
            'x-kubernetes-list-type': 'map',
            'x-kubernetes-list-map-keys': ['name', 'port'],
            items: {
              type: 'object',
              required: ['name'],
              properties: {
                name: { type: 'string' },
                port: { type: 'integer', default: 80 },
                value: { type: 'string' },
              },
            },
          },
        },
      },
    })
    const set = await api.post(path, widget(api, 'a', { set: ['a', 'b', 'a', 'b', 'a'] }))
    set.is(422, { reason: 'Invalid' })
    const map = await api.post(
      path,
      widget(api, 'a', {
        map: [
          { name: 'a', value: '1' },
          { name: 'a', port: 80, value: '2' },
          { name: 'a', port: 81 },
        ],
      }),
    )
    map.is(422)
    const fits = await api.post(
      path,
      widget(api, 'a', { set: ['a', 'b'], map: [{ name: 'a' }, { name: 'b' }] }),
    )
    fits.is(201)
  },

  'allOf, anyOf, oneOf and not are judged as a whole': async (api) => {
    const path = await define(api, {
      schema: {
        type: 'object',
        properties: {
          a: { type: 'string' },
          b: { type: 'string' },
          c: { type: 'integer', not: { minimum: 5, maximum: 10 } },
          d: { type: 'integer', allOf: [{ minimum: 1 }, { maximum: 3 }] },
          e: { type: 'integer', anyOf: [{ maximum: 1 }, { minimum: 5 }] },
        },
        oneOf: [{ required: ['a'] }, { required: ['b'] }],
      },
    })
    const neither = await api.post(path, widget(api, 'a', {}), { show: anyOrder })
    neither.is(422, { reason: 'Invalid' })
    const both = await api.post(path, widget(api, 'a', { a: '', b: '' }))
    both.is(422)
    const not = await api.post(path, widget(api, 'a', { a: '', c: 7 }))
    not.is(422)
    const all = await api.post(path, widget(api, 'a', { a: '', d: 7 }))
    all.is(422)
    const any = await api.post(path, widget(api, 'a', { a: '', e: 3 }))
    any.is(422)
    const fits = await api.post(path, widget(api, 'a', { b: '', c: 4, d: 2, e: 5 }))
    fits.is(201)
  },
}
