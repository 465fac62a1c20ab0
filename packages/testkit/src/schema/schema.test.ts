import { describe, expect, it } from 'vitest'
import { applyDefaults } from './apply-defaults.ts'
import { CelRules } from './cel-rules.ts'
import { listTypeErrors } from './list-type-errors.ts'
import { prune } from './prune.ts'
import type { StructuralSchema } from './structural-schema.ts'
import { validateSchema } from './validate-schema.ts'

const schema: StructuralSchema = {
  type: 'object',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      required: ['items'],
      properties: {
        items: {
          type: 'array',
          minItems: 1,
          maxItems: 3,
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
          items: {
            type: 'object',
            required: ['name'],
            properties: { name: { type: 'string' }, size: { type: 'integer', default: 5, maximum: 9 } },
          },
        },
        mode: { type: 'string', enum: ['a', 'b'], default: 'a' },
        port: { 'x-kubernetes-int-or-string': true },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        labels: { type: 'object', additionalProperties: { type: 'string', maxLength: 3 } },
        pattern: { type: 'string', pattern: '^[a-z]+$' },
        maybe: { type: 'string', nullable: true },
      },
    },
  },
}

const withSpec = (spec: object): Record<string, unknown> => ({
  apiVersion: 'v1',
  kind: 'X',
  metadata: { name: 'x' },
  spec,
})

describe('prune', () => {
  it('drops what is not known, but not the envelope, free parts and maps', () => {
    const { value, unknown } = prune(schema, {
      ...withSpec({
        items: [{ name: 'n', typo: 1 }],
        free: { any: { thing: 1 } },
        labels: { a: 'b' },
        other: 1,
      }),
      stray: true,
    })
    expect(value).toEqual(
      withSpec({ items: [{ name: 'n' }], free: { any: { thing: 1 } }, labels: { a: 'b' } }),
    )
    expect(unknown).toEqual(['spec.items[0].typo', 'spec.other', 'stray'])
  })
})

describe('applyDefaults', () => {
  it('fills in at every depth and takes null for absent where null is not allowed', () => {
    const filled = applyDefaults(
      schema,
      withSpec({ items: [{ name: 'n' }, { name: 'm', size: 1 }], mode: null, maybe: null }),
    )
    expect(filled).toEqual(
      withSpec({
        items: [
          { name: 'n', size: 5 },
          { name: 'm', size: 1 },
        ],
        mode: 'a',
        maybe: null,
      }),
    )
  })

  it('makes no parent for a default below it', () => {
    expect(applyDefaults(schema, { metadata: {} })).toEqual({ metadata: {} })
  })
})

describe('validateSchema', () => {
  it.each([
    ['a missing spec', { metadata: {} }, ['spec: Required value']],
    ['a missing list', withSpec({}), ['spec.items: Required value']],
    [
      'too few items',
      withSpec({ items: [] }),
      ['spec.items: Invalid value: 0: spec.items in body should have at least 1 items'],
    ],
    [
      'too many items',
      withSpec({ items: ['a', 'b', 'c', 'd'].map((name) => ({ name })) }),
      ['spec.items: Too many: 4: must have at most 3 items'],
    ],
    [
      'a wrong type',
      withSpec({ items: [{ name: 1 }] }),
      [
        'spec.items[0].name: Invalid value: "integer": spec.items[0].name in body must be of type string: "integer"',
      ],
    ],
    [
      'a value out of bounds',
      withSpec({ items: [{ name: 'a', size: 10 }] }),
      ['spec.items[0].size: Invalid value: 10: spec.items[0].size in body should be less than or equal to 9'],
    ],
    [
      'an unknown choice',
      withSpec({ items: [{ name: 'a' }], mode: 'c' }),
      ['spec.mode: Unsupported value: "c": supported values: "a", "b"'],
    ],
    [
      'a text that does not match',
      withSpec({ items: [{ name: 'a' }], pattern: '1' }),
      [`spec.pattern: Invalid value: "1": spec.pattern in body should match '^[a-z]+$'`],
    ],
    [
      'a boolean for int-or-string',
      withSpec({ items: [{ name: 'a' }], port: true }),
      ['spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"'],
    ],
    [
      'a long value in a map',
      withSpec({ items: [{ name: 'a' }], labels: { x: 'four' } }),
      ['spec.labels.x: Too long: may not be more than 3 bytes'],
    ],
    ['nothing wrong', withSpec({ items: [{ name: 'a' }], port: '80', maybe: null }), []],
  ])('%s', (_name, object, expected) => {
    expect(validateSchema(schema, object).map(({ field, message }) => `${field}: ${message}`)).toEqual(
      expected,
    )
  })
})

describe('listTypeErrors', () => {
  it('tells once of each key that comes again', () => {
    const object = withSpec({ items: [{ name: 'a' }, { name: 'a' }, { name: 'b' }, { name: 'a' }] })
    expect(listTypeErrors(schema, object).map(({ field, message }) => `${field}: ${message}`)).toEqual([
      'spec.items[1]: Duplicate value: {"name":"a"}',
    ])
  })
})

describe('CelRules', () => {
  const ruled: StructuralSchema = {
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        'x-kubernetes-validations': [
          { rule: 'self.min <= self.max', message: 'min must not be above max' },
          {
            rule: 'self.name == oldSelf.name',
            message: 'name is immutable',
            fieldPath: '.name',
            reason: 'FieldValueForbidden',
          },
          { rule: '!has(self.__namespace__) || self.__namespace__ != "x"' },
          {
            rule: 'self.items.all(i, i.n > 0)',
            messageExpression: '"bad items: " + string(self.items.size())',
          },
        ],
        properties: {
          min: { type: 'integer' },
          max: { type: 'integer' },
          name: { type: 'string' },
          namespace: { type: 'string' },
          items: {
            type: 'array',
            items: {
              type: 'object',
              properties: { n: { type: 'integer', 'x-kubernetes-validations': [{ rule: 'self < 10' }] } },
            },
          },
        },
      },
    },
  }
  const rules = new CelRules()
  const spec = { min: 1, max: 2, name: 'a', items: [{ n: 1 }] }
  const shown = (object: object, old?: object): string[] =>
    rules.evaluate(ruled, object, old).errors.map(({ field, message }) => `${field}: ${message}`)

  it('says nothing when all rules hold', () => {
    expect(shown({ spec })).toEqual([])
  })

  it('reports the message, the computed message or the rule', () => {
    expect(shown({ spec: { ...spec, min: 3 } })).toEqual(['spec: Invalid value: min must not be above max'])
    expect(shown({ spec: { ...spec, items: [{ n: 0 }, { n: 11 }] } })).toEqual([
      'spec: Invalid value: bad items: 2',
      'spec.items[1].n: Invalid value: 11: failed rule: self < 10',
    ])
    expect(shown({ spec: { ...spec, namespace: 'x' } })).toHaveLength(1)
  })

  it('asks about a change only when there is one', () => {
    expect(shown({ spec: { ...spec, name: 'b' } }, { spec })).toEqual([
      'spec.name: Forbidden: name is immutable',
    ])
    expect(shown({ spec: { ...spec, name: 'b' } })).toEqual([])
  })

  it('forgives what was wrong before and did not change', () => {
    const wrong = { spec: { ...spec, min: 3 } }
    expect(shown({ ...wrong, metadata: { labels: { a: 'b' } } }, wrong)).toEqual([])
    expect(shown({ spec: { ...wrong.spec, max: 1 } }, wrong)).toHaveLength(1)
  })

  it('reports a rule that cannot be evaluated as an error of the object', () => {
    expect(shown({ spec: { name: 'a' } })[0]).toContain('evaluating rule: min must not be above max')
  })
})
