import type { Cases } from '../../conformance-case.ts'
import { anyOrder, define, widget } from './definition.ts'

export const rules: Cases = {
  'a rule that does not hold is told by its message, or by itself': async (api) => {
    const path = await define(api, {
      schema: {
        type: 'object',
        properties: {
          min: { type: 'integer' },
          max: { type: 'integer' },
          unit: { type: 'string', maxLength: 5 },
        },
        'x-kubernetes-validations': [
          { rule: 'self.min <= self.max' },
          { rule: 'self.max < 100', message: 'max must be below 100' },
          {
            rule: 'self.min >= 0',
            message: 'unused',
            messageExpression: '"min is below 0 " + self.unit',
          },
        ],
      },
    })
    const refused = await api.post(path, widget(api, 'a', { min: 5, max: 1 }), { show: anyOrder })
    refused.is(422, { reason: 'Invalid' })
    const both = await api.post(path, widget(api, 'a', { min: -1, max: 200, unit: 'cm' }), { show: anyOrder })
    both.is(422)
    const noUnit = await api.post(path, widget(api, 'a', { min: -1, max: 2 }))
    noUnit.is(422)
    const absent = await api.post(path, widget(api, 'a', { min: 1 }))
    absent.is(422)
    const fits = await api.post(path, widget(api, 'a', { min: 1, max: 2 }))
    fits.is(201)
  },

  'a rule has a reason and the path of a field': async (api) => {
    const path = await define(api, {
      schema: {
        type: 'object',
        properties: {
          a: { type: 'string' },
          nested: {
            type: 'object',
            properties: {
              b: { type: 'string' },
              map: { type: 'object', additionalProperties: { type: 'string' } },
            },
          },
        },
        'x-kubernetes-validations': [
          { rule: 'has(self.a)', reason: 'FieldValueRequired', fieldPath: '.a', message: 'a is needed' },
          {
            rule: '!has(self.nested) || self.nested.b != "no"',
            reason: 'FieldValueForbidden',
            fieldPath: '.nested.b',
          },
          {
            rule: '!has(self.a) || self.a != "twice"',
            reason: 'FieldValueDuplicate',
            message: 'is there already',
          },
          {
            rule: '!has(self.nested) || !has(self.nested.map) || !("x.y" in self.nested.map)',
            fieldPath: ".nested.map['x.y']",
          },
        ],
      },
    })
    const missing = await api.post(path, widget(api, 'a', {}))
    missing.is(422, { details: { causes: [{ reason: 'FieldValueRequired', field: 'spec.a' }] } })
    const several = await api.post(
      path,
      widget(api, 'a', { a: 'twice', nested: { b: 'no', map: { 'x.y': '1' } } }),
      { show: anyOrder },
    )
    several.is(422)
  },

  'rules are asked of each item and value': async (api) => {
    const path = await define(api, {
      schema: {
        type: 'object',
        properties: {
          list: {
            type: 'array',
            maxItems: 10,
            items: {
              type: 'object',
              properties: { x: { type: 'integer' } },
              'x-kubernetes-validations': [{ rule: 'self.x > 0', message: 'x must be positive' }],
            },
          },
          map: {
            type: 'object',
            maxProperties: 10,
            additionalProperties: {
              type: 'string',
              maxLength: 20,
              'x-kubernetes-validations': [{ rule: 'self.startsWith("a")' }],
            },
          },
          unique: {
            type: 'array',
            maxItems: 10,
            items: { type: 'string', maxLength: 10 },
            'x-kubernetes-validations': [
              { rule: 'self.all(x, self.filter(y, x == y).size() == 1)', message: 'unique' },
            ],
          },
        },
      },
    })
    const refused = await api.post(
      path,
      widget(api, 'a', {
        list: [{ x: 1 }, { x: 0 }, { x: -1 }],
        map: { k: 'b', l: 'a' },
        unique: ['a', 'a'],
      }),
      { show: anyOrder },
    )
    refused.is(422, { reason: 'Invalid' })
  },

  'rules see apiVersion, kind and the name, and know the functions of Kubernetes': async (api) => {
    const path = await define(api, {
      version: {
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: {
                  url: { type: 'string', maxLength: 100 },
                  text: { type: 'string', maxLength: 100 },
                  ip: { type: 'string', maxLength: 100 },
                  size: { 'x-kubernetes-int-or-string': true },
                },
              },
            },
            'x-kubernetes-validations': [
              {
                rule: 'self.kind == "Widget" && self.metadata.name.size() < 5',
                message: 'the name is too long',
              },
              {
                rule: '!has(self.spec.url) || isURL(self.spec.url) && url(self.spec.url).getScheme() == "https"',
                message: 'https it is',
              },
              {
                rule: '!has(self.spec.text) || self.spec.text.matches("^[a-z]+$") && self.spec.text.find("[0-9]+") == ""',
                message: 'letters',
              },
              { rule: '!has(self.spec.ip) || isIP(self.spec.ip)', message: 'an address' },
              {
                rule: '!has(self.spec.size) || type(self.spec.size) == int || quantity(self.spec.size).isGreaterThan(quantity("1Gi"))',
                message: 'a size',
              },
            ],
          },
        },
      },
    })
    const name = await api.post(path, widget(api, 'too-long', {}))
    name.is(422, { reason: 'Invalid' })
    const all = await api.post(path, widget(api, 'a', { url: 'http://x', text: 'A1', ip: 'x', size: '1Mi' }))
    all.is(422)
    const fits = await api.post(
      path,
      widget(api, 'a', { url: 'https://x', text: 'a', ip: '::1', size: '2Gi' }),
    )
    fits.is(201)
  },

  'a rule about a change is asked when there is one': async (api) => {
    const path = await define(api, {
      schema: {
        type: 'object',
        properties: {
          fixed: {
            type: 'string',
            'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'fixed is immutable' }],
          },
          grows: { type: 'integer' },
        },
        'x-kubernetes-validations': [
          {
            rule: 'has(self.grows) == has(oldSelf.grows) && (!has(self.grows) || self.grows >= oldSelf.grows)',
            message: 'grows must not shrink',
          },
        ],
      },
    })
    const made = await api.post(path, widget(api, 'a', { fixed: 'x', grows: 1 }))
    made.is(201)
    const changed = await api.patch(`${path}/a`, 'merge', { spec: { fixed: 'y' } })
    changed.is(422, { reason: 'Invalid' })
    const shrunk = await api.patch(`${path}/a`, 'merge', { spec: { grows: 0 } })
    shrunk.is(422)
    const both = await api.patch(`${path}/a`, 'merge', { spec: { fixed: 'y', grows: 0 } }, { show: anyOrder })
    both.is(422)
    const removed = await api.patch(`${path}/a`, 'merge', { spec: { fixed: null } })
    removed.is(200)
    const again = await api.patch(`${path}/a`, 'merge', { spec: { fixed: 'z', grows: 2 } })
    again.is(200)
  },

  'a rule with optionalOldSelf is asked on creation too': async (api) => {
    const path = await define(api, {
      schema: {
        type: 'object',
        properties: { state: { type: 'string', maxLength: 10 } },
        'x-kubernetes-validations': [
          {
            rule: 'oldSelf.hasValue() || self.state == "new"',
            optionalOldSelf: true,
            message: 'state must be new at first',
          },
          {
            rule: '!oldSelf.hasValue() || self.state == "done" || self.state == oldSelf.value().state',
            optionalOldSelf: true,
            message: 'state may become done only',
          },
        ],
      },
    })
    const wrong = await api.post(path, widget(api, 'a', { state: 'old' }))
    wrong.is(422, { reason: 'Invalid' })
    const made = await api.post(path, widget(api, 'a', { state: 'new' }))
    made.is(201)
    const moved = await api.patch(`${path}/a`, 'merge', { spec: { state: 'other' } })
    moved.is(422)
    const done = await api.patch(`${path}/a`, 'merge', { spec: { state: 'done' } })
    done.is(200)
  },

  'rules are asked only when the schema holds': async (api) => {
    const path = await define(api, {
      schema: {
        type: 'object',
        required: ['a'],
        properties: { a: { type: 'string', maxLength: 3 }, b: { type: 'integer', maximum: 5 } },
        'x-kubernetes-validations': [{ rule: 'self.a == "x"', message: 'a must be x' }],
      },
    })
    const type = await api.post(path, widget(api, 'a', { a: 1 }))
    type.is(422, { reason: 'Invalid' })
    const missing = await api.post(path, widget(api, 'a', { b: 1 }))
    missing.is(422)
    const long = await api.post(path, widget(api, 'a', { a: 'abcd' }))
    long.is(422)
    const bound = await api.post(path, widget(api, 'a', { a: 'y', b: 7 }))
    bound.is(422)
  },
}
