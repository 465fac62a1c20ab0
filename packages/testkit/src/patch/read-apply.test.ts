import { describe, expect, it } from 'vitest'
import { readApply } from './read-apply.ts'

const read = (text: string) => readApply(Buffer.from(text), true)

describe('a configuration to apply', () => {
  it('is YAML 1.1 or JSON', () => {
    expect(read('{"a":{"b":[1,"x"]}}').config).toEqual({ a: { b: [1, 'x'] } })
    expect(read('a: yes\non: 010\nt: "yes"\n').config).toEqual({ a: true, true: 8, t: 'yes' })
    expect(read('').config).toEqual({})
  })

  it('tells of fields that are there twice, with the line of the second', () => {
    expect(read('a: 1\nb:\n  c: 1\n  c: 2\n').problems).toEqual(['line 4: key "c" already set in map'])
    expect(read('{"a":1,"b":2}').problems).toEqual([])
  })

  it('is refused when it grows without end', () => {
    const levels = Array.from(
      { length: 9 },
      (_, at) =>
        `l${at}: &l${at} [${Array.from({ length: 9 }, () => (at === 0 ? 'x' : `*l${at - 1}`)).join(',')}]`,
    )
    expect(() => read(levels.join('\n'))).toThrow('error decoding YAML')
  })

  it.each(['[]', 'text', '3', 'a: [', '{"a":'])('is refused when it is no object: %j', (text) => {
    expect(() => read(text)).toThrow('error decoding YAML')
  })
})
