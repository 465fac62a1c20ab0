import { fields, list, map, odd, one } from './shape.ts'

export const gadgetGroup = 'histories.example.com'

const text = { type: 'string' }
const integer = { type: 'integer' }
const struct = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more })
const set = (items: object) => ({ type: 'array', 'x-kubernetes-list-type': 'set', items })
const listMap = (keys: readonly string[], properties: object, more: object = {}) => ({
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': keys,
  items: struct(properties, { required: keys.filter((key) => key === 'name') }),
  ...more,
})
const free = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }

/** A kind with lists, maps and values of every sort. */
export const gadgetDefinition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `gadgets.${gadgetGroup}` },
  spec: {
    group: gadgetGroup,
    scope: 'Namespaced',
    names: { plural: 'gadgets', singular: 'gadget', kind: 'Gadget', listKind: 'GadgetList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: struct({
            spec: struct({
              texts: set(text),
              numbers: set(integer),
              whole: { type: 'array', items: text },
              parts: listMap(['name'], {
                name: text,
                value: text,
                inner: listMap(['name', 'port'], {
                  name: text,
                  port: { ...integer, default: 80 },
                  tags: set(text),
                  note: text,
                }),
                level: { ...integer, default: 3 },
              }),
              atom: struct({ a: text, b: text }, { 'x-kubernetes-map-type': 'atomic' }),
              atomicMap: { type: 'object', additionalProperties: text, 'x-kubernetes-map-type': 'atomic' },
              labels: { type: 'object', additionalProperties: text },
              nested: { type: 'object', additionalProperties: struct({ a: text, b: set(text) }) },
              free,
              typedFree: struct(
                { known: text, list: set(text) },
                { 'x-kubernetes-preserve-unknown-fields': true },
              ),
              port: { 'x-kubernetes-int-or-string': true },
              maybe: { ...text, nullable: true },
              defaulted: struct({ a: { ...text, default: 'd' }, b: text }, { default: {} }),
              anything: { 'x-kubernetes-preserve-unknown-fields': true },
            }),
            status: free,
          }),
        },
      },
    ],
  },
}

const word = odd(one('a', 'b', 'c'))
const key = one('a', 'b', 'c')
const anything = one('a', 1, true, ['a'], { a: 'b' }, { a: { c: ['d'] } }, {}, [])

export const gadgetSpec = fields({
  texts: list(word),
  numbers: list(odd(one(1, 2, 10))),
  whole: list(word),
  parts: list(
    fields(
      {
        name: key,
        value: word,
        inner: list(fields({ name: key, port: one(80, 81), tags: list(word), note: word }, 'name')),
        level: one(3, 4),
      },
      'name',
    ),
  ),
  atom: fields({ a: word, b: word }),
  atomicMap: map(['a', 'b'], word),
  labels: map(['a', 'b'], word),
  nested: map(['a', 'b'], fields({ a: word, b: list(word) })),
  free: map(['a', 'b'], anything),
  typedFree: fields({ known: word, list: list(word), other: anything }),
  port: odd(one(1, '1', 'web')),
  maybe: one('a', 'b', null),
  defaulted: fields({ a: one('d', 'e'), b: word }),
  anything,
})
