import type { Json } from '../../src/kube-object.ts'
import type { Random } from './random.ts'

const oddNumbers: readonly [number, ...number[]] = [
  0, -1, 1.5, 2_147_483_648, -2_147_483_649, 9_007_199_254_740_991, 1e20, 1e300, -0.1, 255,
]

const oddTexts: readonly [string, ...string[]] = [
  '',
  ' ',
  'A',
  'UPPER',
  'with space',
  'a/b',
  'a/b/c',
  '-a',
  'a-',
  'a.b',
  '../..',
  'true',
  '1',
  'null',
  '2026-01-01T00:00:00Z',
  '1Gi',
  'ünïcödé ☃',
  '\u0000',
  '\n',
  '"',
  '{}',
  'x'.repeat(64),
  'x'.repeat(300),
  'kubernetes.io/x',
  'constructor',
  '__proto__',
]

const oddNames: readonly [string, ...string[]] = [
  'unknown',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  'a.b',
  'A B',
  'metadata',
  'status',
  'spec',
  'x'.repeat(70),
  '☃',
]

/** A value that is seldom what is expected. */
export const oddValue = (random: Random, depth = 0): Json => {
  switch (random.below(depth > 2 ? 4 : 6)) {
    case 0:
      return null
    case 1:
      return random.of(oddNumbers)
    case 2:
      return random.of(oddTexts)
    case 3:
      return random.in100(50)
    case 4:
      return Array.from({ length: random.below(3) }, () => oddValue(random, depth + 1))
    default:
      return Object.fromEntries(
        Array.from({ length: random.below(3) }, () => [random.of(oddNames), oddValue(random, depth + 1)]),
      )
  }
}

type Place = { readonly holder: Json[] | Record<string, Json | undefined>; readonly at: string | number }

const placesIn = (value: Json | undefined): Place[] => {
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap((item, at) => [{ holder: value, at }, ...placesIn(item)])
  return Object.keys(value).flatMap((at) => [{ holder: value, at }, ...placesIn(value[at])])
}

/** Changes something somewhere in a value, in place. */
export const mutate = (value: Json, random: Random): void => {
  const places = placesIn(value)
  const [first] = places
  if (first === undefined) return
  const { holder, at } = random.of([first, ...places])
  const isList = Array.isArray(holder)
  switch (random.below(4)) {
    case 0:
    case 1:
      if (isList) holder[at as number] = oddValue(random)
      else holder[at] = oddValue(random)
      return
    case 2:
      if (isList) holder.splice(at as number, 1)
      else delete holder[at]
      return
    default:
      if (isList) holder.push(structuredClone(holder[at as number] ?? null))
      else holder[random.of(oddNames)] = oddValue(random)
  }
}

const bytesAt = (bytes: Buffer, at: number, gone: number, ...added: Buffer[]): Buffer =>
  Buffer.concat([bytes.subarray(0, at), ...added, bytes.subarray(at + gone)])

/** Breaks a text that was well formed. */
export const broken = (text: string, random: Random): Buffer => {
  const bytes = Buffer.from(text, 'utf8')
  const at = random.below(bytes.length + 1)
  switch (random.below(9)) {
    case 0:
      return bytes.subarray(0, at)
    case 1:
      return bytesAt(
        bytes,
        at,
        0,
        Buffer.from(random.of(['{', '}', '[', ']', '"', ',', ':', '\\', 'x', '\u0000', '\n', '1e'])),
      )
    case 2:
      return bytesAt(bytes, at, 1)
    case 3:
      // not UTF-8, mostly within a text
      return bytesAt(
        bytes,
        at,
        0,
        Buffer.from(random.of([[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf8, 0x88]])),
      )
    case 4:
      return Buffer.from(text.replace('"metadata":', '"metadata":{"name":"twice"},"metadata":'))
    case 5:
      return Buffer.from(text.replace('"labels":', `"labels":${'['.repeat(200)}${']'.repeat(200)},"more":`))
    case 6:
      return Buffer.from(text.replace('{', String.raw`{"__proto__":{"x":1},`))
    case 7:
      return Buffer.from(text + random.of(['{}', ' ', '\n', ',', 'null', '\uFEFF']))
    default:
      return Buffer.from(
        random.of(['', 'null', '[]', '{}', '1', '"x"', 'true', '\uFEFF{}', '{"kind":', '---\na: b\n']),
      )
  }
}
