import type { CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { define, definition, definitions, widget } from '../crds/definition.ts'

/** Makes widgets with these properties and rules; each rule is told by its own text. */
const ruled = (api: CaseApi, properties: object, rules: readonly string[]): Promise<string> =>
  define(api, {
    schema: { type: 'object', properties, 'x-kubernetes-validations': rules.map((rule) => ({ rule })) },
  })

const causes = ({ details }: { details?: { causes?: readonly { message: string }[] } }) =>
  details?.causes?.map(({ message }) => message)

export const schemas: Cases = {
  'values have the types of their schema': async (api) => {
    const widgets = await ruled(
      api,
      {
        whole: { type: 'integer' },
        part: { type: 'number' },
        port: { 'x-kubernetes-int-or-string': true },
        when: { type: 'string', format: 'date-time' },
        day: { type: 'string', format: 'date' },
        long: { type: 'string', format: 'duration' },
        raw: { type: 'string', format: 'byte', maxLength: 100 },
      },
      [
        'self.whole / 2 == 3',
        'self.part / 2.0 == 3.5',
        'type(self.port) == int',
        "self.port == 'http'",
        'self.when.getFullYear() == 2023',
        "self.day < timestamp('2024-01-01T00:00:00Z')",
        "self.long == duration('2m')",
        'self.raw.size() == 5',
        "string(self.raw) == 'hello'",
      ],
    )
    const values = {
      whole: 7,
      part: 7,
      port: 'http',
      when: '2024-05-06T07:08:09Z',
      day: '2024-02-29',
      long: '120s',
      raw: 'aGVsbG8=',
    }
    ;(await api.post(widgets, widget(api, 'one', values), { show: causes })).is(422)
    ;(await api.post(widgets, widget(api, 'two', { ...values, port: 8 }), { show: causes })).is(422)
  },

  'rules are compiled with the types of their schema': async (api) => {
    const rules = [
      'self.name + 1 == 2',
      "self.count == 'a'",
      'self.nope == 1',
      'self.list[0] == 1',
      'self.list.all(x, x > 0)',
      'self.map.a == 1',
      'self.object.inner.nope',
      'self.port + 1 == 2 && self.count',
      'has(self.nope)',
      'self.unknown.a == 1',
      'oldSelf.count == self.name',
      'self.__namespace__ == 1',
      'self.long < self.name',
      'self.list.sum() > 1',
      'object.a == 1',
    ]
    const answer = await api.post(
      definitions,
      definition(api, {
        schema: {
          type: 'object',
          properties: {
            name: { type: 'string', maxLength: 10 },
            count: { type: 'integer' },
            list: { type: 'array', maxItems: 5, items: { type: 'string', maxLength: 5 } },
            map: { type: 'object', maxProperties: 5, additionalProperties: { type: 'string', maxLength: 5 } },
            object: {
              type: 'object',
              properties: { inner: { type: 'object', properties: { a: { type: 'string' } } } },
            },
            port: { 'x-kubernetes-int-or-string': true },
            unknown: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
            namespace: { type: 'string', maxLength: 5 },
            long: { type: 'string', format: 'duration' },
          },
          'x-kubernetes-validations': rules.map((rule) => ({ rule })),
        },
      }),
      {
        // the objects of a schema have names that are new each time
        show: (body: object) =>
          (causes(body) ?? []).map((message) => message.replace(/selfType\d+/g, 'selfType')),
      },
    )
    answer.is(422)
  },

  'lists that are sets or maps are compared without order': async (api) => {
    const set = {
      type: 'array',
      maxItems: 5,
      'x-kubernetes-list-type': 'set',
      items: { type: 'string', maxLength: 5 },
    }
    const plain = { type: 'array', maxItems: 5, items: { type: 'string', maxLength: 5 } }
    const widgets = await ruled(api, { set, other: set, plain, second: plain }, [
      'self.set == self.other',
      'self.plain == self.second',
      '(self.set + self.other).size() == 99',
      "self.set + ['z'] == ['z', 'b', 'a']",
      '(self.plain + self.second).size() == 99',
      "(self.set + ['q'])[2] == 'q'",
    ])
    const spec = {
      set: ['a', 'b'],
      other: ['b', 'a'],
      plain: ['a', 'b'],
      second: ['b', 'a'],
    }
    ;(await api.post(widgets, widget(api, 'one', spec), { show: causes })).is(422)
  },

  'an item of a list that is a map is known by its keys': async (api) => {
    const keyed = {
      type: 'array',
      maxItems: 5,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: {
        type: 'object',
        required: ['name'],
        properties: { name: { type: 'string', maxLength: 5 }, value: { type: 'integer' } },
      },
    }
    const widgets = await ruled(api, { keyed }, [
      'self.keyed == oldSelf.keyed',
      '(self.keyed + oldSelf.keyed).size() == 99',
      "(self.keyed + oldSelf.keyed)[0].value == 2 && (oldSelf.keyed + self.keyed).exists(x, x.name == 'c')",
    ])
    const spec = {
      keyed: [
        { name: 'a', value: 1 },
        { name: 'b', value: 2 },
      ],
    }
    ;(await api.post(widgets, widget(api, 'one', spec), { show: () => 'made' })).is(201)
    const other = (list: object) =>
      api.patch(`${widgets}/one`, 'merge', { spec: { keyed: list } }, { show: causes })
    ;(
      await other([
        { name: 'b', value: 2 },
        { name: 'a', value: 1 },
      ])
    ).is(422)
    ;(
      await other([
        { name: 'b', value: 3 },
        { name: 'c', value: 1 },
      ])
    ).is(422)
  },

  'what rules cannot be asked is told': async (api) => {
    const widgets = await ruled(
      api,
      {
        port: { 'x-kubernetes-int-or-string': true },
        list: { type: 'array', maxItems: 5, items: { type: 'integer' } },
        map: { type: 'object', maxProperties: 5, additionalProperties: { type: 'integer' } },
        maybe: { type: 'string', nullable: true, maxLength: 5 },
      },
      [
        'self.port > 1',
        'self.port + 1 == 2',
        'self.list[5] == 1',
        "self.map['nope'] == 1",
        'self.list[0] / 0 == 1',
        'self.missing.size() == 0'.replace('missing', 'maybe'),
        "self.port.startsWith('a')",
      ],
    )
    const spec = { port: 'http', list: [1], map: { a: 1 } }
    ;(await api.post(widgets, widget(api, 'one', spec), { show: causes })).is(422)
    ;(await api.post(widgets, widget(api, 'two', { ...spec, port: 3, maybe: null }), { show: causes })).is(
      422,
    )
  },

  'rules of a whole resource know its kind and its name': async (api) => {
    const made = await define(api, {
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec: { type: 'object', properties: { name: { type: 'string', maxLength: 20 } } },
              },
              'x-kubernetes-validations': [
                {
                  rule: "self.metadata.name == self.spec.name && self.kind == 'Widget' && self.apiVersion.endsWith('/v1')",
                  messageExpression: "self.kind + ' ' + self.metadata.name + ' is not ' + self.spec.name",
                },
              ],
            },
          },
        },
      ],
    })
    ;(await api.post(made, widget(api, 'one', { name: 'one' }))).is(201)
    ;(await api.post(made, widget(api, 'two', { name: 'one' }), { show: causes })).is(422)
  },
}
