import { describe, expect, it } from 'vitest'
import { seededRandom } from '../clock/seeded-random.ts'
import { dynType } from './cel-type.ts'
import { CelError, valueOfJson } from './cel-value.ts'
import { InstantiationError } from './constants.ts'
import { CelEnvironment } from './environment.ts'
import { CompileError } from './issue.ts'

const environment = new CelEnvironment({ object: dynType })
const object = valueOfJson({ a: 'b', list: [3, 1, 2], nested: { x: 1 } })
const valueOf = (text: string): unknown =>
  environment.compile(text).run((name) => (name === 'object' ? object : undefined))

describe('CelEnvironment', () => {
  it.each([
    ['1 + 2 * 3', 7n],
    ['object.list.map(x, x * 2).sum()', 12n],
    ['object.?nested.?y.orValue(5)', 5n],
    ['has(object.nested.x) && !has(object.nested.y)', true],
    ['object.list.sort()[0]', 1n],
    ['"%s is %d".format([object.a, 4])', 'b is 4'],
    ['quantity("0.1").add(quantity("0.2")) == quantity("0.3")', true],
    ['cidr("10.0.0.0/8").containsIP("10.9.8.7")', true],
  ])('computes %s', (text, value) => {
    expect(valueOf(text)).toEqual(value)
  })

  it.each([
    ['object.nope', 'no such key: nope'],
    ['object.list[7]', 'index out of bounds: 7'],
    ['9223372036854775807 + object.list[1]', 'integer overflow'],
    ['object.a + 1', 'no such overload'],
  ])('tells why %s has no value', (text, message) => {
    expect(() => valueOf(text)).toThrow(new CelError(message))
  })

  it('tells of every mistake, in the order of the text', () => {
    expect(() => environment.compile("x + (1 + 'a')")).toThrow(
      [
        "ERROR: <input>:1:1: undeclared reference to 'x' (in container '')",
        " | x + (1 + 'a')",
        ' | ^',
        "ERROR: <input>:1:8: found no matching overload for '_+_' applied to '(int, string)'",
        " | x + (1 + 'a')",
        ' | .......^',
      ].join('\n'),
    )
  })

  it('ends with any text, and throws nothing else but what it says it throws', () => {
    const seed = Number(process.env['TEST_SEED'] ?? 7)
    const random = seededRandom(seed)
    const parts =
      'a object . ( ) [ ] { } , : ? ! - + == && || in 1 1u 1.5 "s" true null .map( x x) .all( has( .?b [?1] # = as " \n'.split(
        ' ',
      )
    for (let count = 0; count < 5_000; count++) {
      const text = Array.from(
        { length: 1 + Math.floor(random() * 12) },
        () => parts[Math.floor(random() * parts.length)] ?? '',
      ).join(' ')
      try {
        environment.compile(text)
      } catch (error) {
        const isExpected = error instanceof CompileError || error instanceof InstantiationError
        expect(isExpected, `seed ${seed}: ${JSON.stringify(text)}: ${String(error)}`).toBe(true)
      }
    }
  })
})
