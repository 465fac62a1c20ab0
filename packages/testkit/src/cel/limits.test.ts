import { describe, expect, it } from 'vitest'
import { dynType } from './cel-type.ts'
import { CelEnvironment } from './environment.ts'
import { CompileError } from './issue.ts'
import { CostExceeded } from './meter.ts'

const environment = new CelEnvironment({ object: dynType })
const run = (text: string): unknown => environment.compile(text).run(() => undefined)
const hundred = `[${Array.from({ length: 100 }, (_, at) => at).join(',')}]`
const nested = (depth: number): string =>
  Array.from({ length: depth }, (_, at) => `x${at}`).reduceRight(
    (body, name) => `${hundred}.all(${name}, ${body})`,
    'true',
  )

describe('the limits of expressions', () => {
  it.each([
    ['loops in loops', nested(5)],
    ['loops in loops that another side would decide', `${nested(5)} || true`],
    ['a long range', 'lists.range(1000000).size() == 1'],
    [
      'texts that grow',
      `"${'a'.repeat(1_000)}".replace("a", "${'b'.repeat(1_000)}").replace("b", "cccccccccc")`,
    ],
    ['items held against each other', 'lists.range(5000).distinct().size() > 0'],
    ['patterns that are tried in too many ways', `"${'a'.repeat(60)}b".matches("^(a|aa)+$")`],
    ['searches for them', `"${'a'.repeat(60)}b".find("^(a|aa)+$") == ""`],
    ['numbers with digits beyond memory', 'quantity("1e100000000").add(quantity("1")).isInteger()'],
  ])('end %s', (_, text) => {
    expect(() => run(text)).toThrow(CostExceeded)
  })

  it.each([
    ['1e100000000', '1', true],
    ['-1e100000000', '1', false],
    ['1e-100000000', '1', false],
    ['-1e-100000000', '-1', true],
    ['0', '-1e100000000', true],
    ['100', '0.99e2', true],
  ])('do not keep quantities from being compared: %s > %s', (left, right, isGreater) => {
    expect(run(`quantity("${left}").isGreaterThan(quantity("${right}"))`)).toBe(isGreater)
  })

  it.each([
    ['1+'.repeat(260) + '1', 'max recursion depth exceeded'],
    [`object${'.a'.repeat(260)}`, 'max recursion depth exceeded'],
    [`object${'[0]'.repeat(5_000)}`, 'max recursion depth exceeded'],
    ['('.repeat(260) + '1' + ')'.repeat(260), 'expression recursion limit exceeded: 250'],
    [`"${'a'.repeat(100_000)}"`, 'expression code point size exceeds limit: size: 100002, limit 100000'],
    [
      `optional.of(1)${'.optMap(x, x)'.repeat(25)}`,
      'expression has too many parts once its macros are expanded',
    ],
  ])('refuse what is too deep or too large: %.20s', (text, message) => {
    expect(() => environment.compile(text)).toThrow(new CompileError(text, [{ at: -1, message }]))
    expect(new CompileError(text, [{ at: -1, message }]).message).toBe(`ERROR: <input>:-1:0: ${message}`)
  })

  it('let long chains of conditions through, and what is looked at once', () => {
    expect(run(`${'true && '.repeat(5_000)}true`)).toBe(true)
    expect(run(`${'false || '.repeat(5_000)}true`)).toBe(true)
    expect(run('lists.range(5000).transformMap(at, item, item).size()')).toBe(5_000n)
    expect(run(`"a${' '.repeat(50_000)}".trim()`)).toBe('a')
    expect(run(`"${'a'.repeat(20_000)}b".indexOf("${'a'.repeat(10_000)}c")`)).toBe(-1n)
  })
})
