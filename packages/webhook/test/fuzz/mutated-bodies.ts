import fc from 'fast-check'
import { validReviews, type Json, type JsonObject } from './valid-reviews.ts'

/** Texts that no value stands for; in a tree they are placeholders, and put in when it is text. */
const texts = [
  '1e999',
  '-1E400',
  '-0',
  '123456789012345678901234567890',
  '0.1e-999',
  '"\\ud800"',
  '"\\u0000"',
  '01',
  'NaN',
  'tru',
  '{"__proto__":{"polluted":true}}',
  '{"spec":1,"spec":{},"spec":null}',
  '{"":{"":{"":{}}}}',
  `${'['.repeat(150)}${']'.repeat(150)}`,
  `${'{"a":'.repeat(150)}1${'}'.repeat(150)}`,
  `${'['.repeat(250)}${']'.repeat(250)}`,
  `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
  `${'{"a":'.repeat(30_000)}1${'}'.repeat(30_000)}`,
  `[${'1,'.repeat(20_000)}1]`,
  `"${'x'.repeat(50_000)}"`,
  // of these there are more than the long ones above
  ...Array.from({ length: 20 }, (_, i) => String(i * 1e15)),
]
const placeholder = (index: number): string => `\u0001${index}\u0001`
const placeholders = /"\\u0001(\d+)\\u0001"/g

const oddValues = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    false,
    0,
    -1,
    1.5,
    '',
    'x',
    'null',
    '__proto__',
    '\ud800',
    '\udc00x',
    [],
    {},
    [[]],
    [null],
    {
      length: 1e9,
    },
  ),
  fc.nat({ max: texts.length - 1 }).map(placeholder),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
)

const oddNames = fc.constantFrom(
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'toJSON',
    'length',
    '',
    'spec',
    'kind',
    'ä',
  ],
)

/** One change of a tree; `at` and `from` choose places, whatever the tree is. */
type Edit = { readonly at: number } & (
  | { readonly does: 'set'; readonly value: Json }
  | { readonly does: 'remove' }
  | { readonly does: 'wrap' }
  | { readonly does: 'double' }
  | { readonly does: 'name'; readonly name: string }
  | { readonly does: 'copy'; readonly from: number }
)

const place = fc.nat({ max: 0x7fffffff })
const edits: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ at: place, does: fc.constant('set' as const), value: oddValues }) },
  { weight: 2, arbitrary: fc.record({ at: place, does: fc.constant('remove' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ at: place, does: fc.constantFrom('wrap' as const, 'double' as const) }),
  },
  { weight: 1, arbitrary: fc.record({ at: place, does: fc.constant('name' as const), name: oddNames }) },
  { weight: 1, arbitrary: fc.record({ at: place, does: fc.constant('copy' as const), from: place }) },
)

/** A member or an entry. */
interface Place {
  readonly of: JsonObject | Json[]
  readonly name: string
}

const placesIn = (value: Json): Place[] => {
  if (typeof value !== 'object' || value === null) return []
  return Object.keys(value).flatMap((name) => [
    { of: value, name },
    ...placesIn(valueAt({ of: value, name })),
  ])
}

const valueAt = ({ of, name }: Place): Json => Object.getOwnPropertyDescriptor(of, name)?.value as Json

/** Also of `__proto__`, as `JSON.parse` does it. */
const put = (of: object, name: string, value: Json): void =>
  void Object.defineProperty(of, name, { value, writable: true, enumerable: true, configurable: true })

const apply = (tree: JsonObject, edit: Edit): void => {
  const places = placesIn(tree)
  const chosen = places[edit.at % places.length]
  if (chosen === undefined) return
  const { of, name } = chosen
  switch (edit.does) {
    case 'set':
      // Constants are shared by all bodies, and the next change may be in it.
      return put(of, name, structuredClone(edit.value))
    case 'remove':
      if (Array.isArray(of)) of.splice(Number(name), 1)
      else delete of[name]
      return
    case 'wrap':
      return put(of, name, [valueAt(chosen)])
    case 'double':
      if (Array.isArray(of)) of.push(structuredClone(valueAt(chosen)))
      return
    case 'name':
      if (!Array.isArray(of)) {
        put(of, edit.name, valueAt(chosen))
        if (edit.name !== name) delete of[name]
      }
      return
    case 'copy': {
      const other = places[edit.from % places.length]
      if (other !== undefined) put(of, name, structuredClone(valueAt(other)))
    }
  }
}

const textOf = (tree: Json): string =>
  JSON.stringify(tree).replaceAll(placeholders, (_, index: string) => texts[Number(index)] ?? 'null')

const edited = (least: number, most: number): fc.Arbitrary<string> =>
  fc.tuple(validReviews, fc.array(edits, { minLength: least, maxLength: most })).map(([review, changes]) => {
    const tree = structuredClone(review)
    for (const change of changes) apply(tree, change)
    return textOf(tree)
  })

/** A member that is there twice. */
const doubled = fc
  .tuple(edited(0, 1), place, oddNames, fc.nat({ max: texts.length - 1 }))
  .map(([text, at, name, index]) => {
    const open = text.indexOf('{', at % text.length)
    return `${text.slice(0, open + 1)}${JSON.stringify(name)}:${texts[index]}${open < 0 ? '' : ','}${text.slice(open + 1)}`
  })

const byteEdits = fc.record({
  at: place,
  does: fc.constantFrom('flip', 'set', 'insert', 'cut', 'repeat', 'end'),
  bytes: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 4 }),
    fc.constantFrom(
      // overlong, a surrogate, beyond Unicode, a mark of byte order, an end of text
      ...['c080', 'eda080', 'f5808080', 'efbbbf', '00', 'fffe', '22', '5c', '7b', '5d', '2c'].map((hex) =>
        Buffer.from(hex, 'hex'),
      ),
    ),
  ),
})

const damaged = fc
  .tuple(edited(0, 1), fc.array(byteEdits, { minLength: 1, maxLength: 4 }))
  .map(([text, changes]) => {
    let body: Buffer = Buffer.from(text)
    for (const { at, does, bytes } of changes) {
      const from = at % (body.length + 1)
      const [before, after] = [body.subarray(0, from), body.subarray(from)]
      switch (does) {
        case 'flip':
          body = Buffer.from(body)
          if (from < body.length) body[from] = (body[from] ?? 0) ^ (1 << (at % 8))
          break
        case 'set':
          body = Buffer.concat([before, bytes, after.subarray(bytes.length)])
          break
        case 'insert':
          body = Buffer.concat([before, bytes, after])
          break
        case 'cut':
          body = Buffer.concat([before, after.subarray(bytes.length * 8)])
          break
        case 'repeat':
          body = Buffer.concat([before, after.subarray(0, 40), after])
          break
        case 'end':
          body = before
      }
    }
    return body
  })

const rubbish = fc.oneof(
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  fc.json({ maxDepth: 2 }).map((text) => Buffer.from(text)),
  fc.nat({ max: texts.length - 1 }).map((index) => Buffer.from(texts[index] ?? '')),
)

const asBytes = (text: fc.Arbitrary<string>): fc.Arbitrary<Buffer> => text.map((one) => Buffer.from(one))

/** Bodies of requests: valid reviews, and what can become of one. */
export const mutatedBodies: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 4, arbitrary: asBytes(edited(0, 0)) },
  { weight: 10, arbitrary: asBytes(edited(1, 3)) },
  { weight: 2, arbitrary: asBytes(doubled) },
  { weight: 5, arbitrary: damaged },
  { weight: 1, arbitrary: rubbish },
)
