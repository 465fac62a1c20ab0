import { CelError, CelMap, noSuchOverload, TypeValue, typeOf } from '../cel-value.ts'
import { goPattern, GoPatternError } from '../../schema/go-pattern.ts'
import { global, member } from '../functions.ts'
import type { Library } from '../functions.ts'
import { matchWithinTime } from '../within-time.ts'

/** Operators: what they do is in operators.ts, here is what they may be applied to. */
const operatorTypes: Readonly<Record<string, readonly string[]>> = {
  '_?_:_': ['bool, A, A): A'],
  '_&&_': ['bool, bool): bool'],
  '_||_': ['bool, bool): bool'],
  '!_': ['bool): bool'],
  '@not_strictly_false': ['bool): bool'],
  '_==_': ['A, A): bool'],
  '_!=_': ['A, A): bool'],
  '_+_': [
    'bytes, bytes): bytes',
    'double, double): double',
    'duration, duration): duration',
    'duration, timestamp): timestamp',
    'timestamp, duration): timestamp',
    'int, int): int',
    'list<A>, list<A>): list<A>',
    'string, string): string',
    'uint, uint): uint',
  ],
  '_/_': ['double, double): double', 'int, int): int', 'uint, uint): uint'],
  '_%_': ['int, int): int', 'uint, uint): uint'],
  '_*_': ['double, double): double', 'int, int): int', 'uint, uint): uint'],
  '-_': ['double): double', 'int): int'],
  '_-_': [
    'double, double): double',
    'duration, duration): duration',
    'int, int): int',
    'timestamp, duration): timestamp',
    'timestamp, timestamp): duration',
    'uint, uint): uint',
  ],
  '_[_]': [
    'list<A>, int): A',
    'map<A, B>, A): B',
    'optional<list<V>>, int): optional<V>',
    'optional<map<K, V>>, K): optional<V>',
  ],
  '_[?_]': [
    'list<V>, int): optional<V>',
    'optional<list<V>>, int): optional<V>',
    'map<K, V>, K): optional<V>',
    'optional<map<K, V>>, K): optional<V>',
  ],
  '@in': ['A, list<A>): bool', 'A, map<A, B>): bool'],
}

const numbers = ['int', 'uint', 'double']
const comparisons = [
  ...numbers.flatMap((left) => numbers.map((right) => `${left}, ${right}): bool`)),
  ...['bool', 'string', 'bytes', 'timestamp', 'duration'].map((type) => `${type}, ${type}): bool`),
]

/** Never run: operators are planned by themselves. */
const unreachable = (): never => {
  throw noSuchOverload()
}

const operatorLibrary = (): Library => [
  ...Object.entries(operatorTypes)
    .flatMap(([name, types]) => types.map((type) => ({ ...global(`f(${type}`, unreachable), name })))
    .map(({ name, signature, run }) => ({ signature: { ...signature, name }, run })),
  ...['_<_', '_<=_', '_>_', '_>=_'].flatMap((name) =>
    comparisons.map((type) => {
      const { signature, run } = global(`f(${type}`, unreachable)
      return { signature: { ...signature, name }, run }
    }),
  ),
]

const sizeOf = (value: unknown): bigint => {
  if (typeof value === 'string') return BigInt([...value].length)
  if (Array.isArray(value) || value instanceof Uint8Array) return BigInt(value.length)
  if (value instanceof CelMap) return BigInt(value.size)
  throw noSuchOverload('size')
}

/** Compiled patterns, a few: rules use the same again and again. */
const patterns = new Map<string, RegExp>()

/** A pattern of RE2's syntax. Throws CelError with what Go says of a wrong one. */
export const compiledPattern = (pattern: string, prefix = ''): RegExp => {
  const known = patterns.get(pattern)
  if (known !== undefined) return known
  try {
    const compiled = goPattern(pattern)
    if (patterns.size > 500) patterns.clear()
    patterns.set(pattern, compiled)
    return compiled
  } catch (error) {
    if (error instanceof GoPatternError) throw new CelError(`${prefix}${error.message}`)
    throw error
  }
}

const matches = (text: unknown, pattern: unknown): boolean => {
  if (typeof text !== 'string' || typeof pattern !== 'string') throw noSuchOverload()
  const compiled = compiledPattern(pattern)
  return matchWithinTime(compiled, text, () => compiled.test(text))
}

const textTest =
  (test: (text: string, part: string) => boolean) =>
  (text: unknown, part: unknown): boolean => {
    if (typeof text !== 'string' || typeof part !== 'string') throw noSuchOverload()
    return test(text, part)
  }

const sized = ['bytes', 'list<A>', 'map<A, B>', 'string']

/** The functions every CEL has, without conversions and times. */
export const standardLibrary = (): Library => [
  ...operatorLibrary(),
  ...sized.flatMap((type) => [global(`size(${type}): int`, sizeOf), member(`${type}.size(): int`, sizeOf)]),
  // what is no value of a declared type is told otherwise than by its overloads
  { ...global('size(dyn): int', sizeOf), isHidden: true },
  { ...member('dyn.size(): int', sizeOf), isHidden: true },
  global('type(A): type<A>', (value: unknown) => new TypeValue(typeOf(value))),
  global('dyn(A): dyn', (value: unknown) => value),
  global('matches(string, string): bool', matches),
  member('string.matches(string): bool', matches),
  { ...member('dyn.matches(dyn): bool', matches), isHidden: true },
  member(
    'string.contains(string): bool',
    textTest((text, part) => text.includes(part)),
  ),
  member(
    'string.startsWith(string): bool',
    textTest((text, part) => text.startsWith(part)),
  ),
  member(
    'string.endsWith(string): bool',
    textTest((text, part) => text.endsWith(part)),
  ),
  ...['contains', 'startsWith', 'endsWith'].map((name) => ({
    ...member(`dyn.${name}(dyn): bool`, unreachable),
    isHidden: true,
  })),
]
