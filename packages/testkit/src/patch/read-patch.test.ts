import { describe, expect, it } from 'vitest'
import { readObjectPatch, readOperations } from './read-patch.ts'

const operations = (text: string, isChecked = true) => readOperations(Buffer.from(text), isChecked)

describe('readOperations', () => {
  it('takes operations, and tells of fields that are unknown or there twice', () => {
    expect(operations('[{"op":"test","op":"add","path":"/a","why":1}]').problems).toEqual([
      'json patch duplicate field "[0].op"',
      'json patch unknown field "[0].why"',
    ])
    expect(operations('null').patch).toEqual([])
  })

  it.each([
    [
      '{}',
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    ],
    [
      '["x"]',
      'error decoding patch: json: cannot unmarshal string into Go value of type handlers.jsonPatchOp',
    ],
    [
      '[{"path":5}]',
      'error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.path of type string',
    ],
    ['[', 'error decoding patch: unexpected end of JSON input'],
  ])('refuses %s', (text, message) => {
    expect(() => operations(text)).toThrow(message)
  })

  it('words refusals otherwise where fields are not checked', () => {
    expect(() => operations('{}', false)).toThrow(
      'json: cannot unmarshal object into Go value of type jsonpatch.Patch',
    )
    expect(operations('[{"path":5}]', false).patch).toEqual([{ path: 5 }])
  })

  it('takes ten thousand operations and no more', () => {
    const list = (length: number): string =>
      JSON.stringify(Array.from({ length }, () => ({ op: 'add', path: '/a' })))
    expect(operations(list(10_000)).patch).toHaveLength(10_000)
    expect(() => operations(list(10_001))).toThrow('The allowed maximum operations in a JSON patch is 10000')
  })
})

describe('readObjectPatch', () => {
  it.each([
    '{"__proto__":{"x":1}}',
    String.raw`{"\u005f_proto__":{"x":1}}`,
    String.raw`{"a":[{"_\u005Fpr\u006Fto__" : {"x":1}}]}`,
  ])('takes %s, whose field is like any other', (text) => {
    const { patch } = readObjectPatch(Buffer.from(text), '')
    expect(JSON.stringify(patch)).toBe(JSON.stringify(JSON.parse(text)))
  })

  it('takes a text that is only a value', () => {
    expect(readObjectPatch(Buffer.from('{"a":"__proto__"}'), '').patch).toEqual({ a: '__proto__' })
  })

  it('takes an object or null, and nothing else', () => {
    expect(readObjectPatch(Buffer.from('{"a":1,"a":2}'), '')).toEqual({
      patch: { a: 2 },
      problems: ['duplicate field "a"'],
    })
    expect(readObjectPatch(Buffer.from('null'), '').patch).toBeNull()
    expect(() => readObjectPatch(Buffer.from('[]'), 'why: ')).toThrow(
      'why: json: cannot unmarshal array into Go value of type map[string]interface {}',
    )
  })
})
