import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  intType,
  listType,
  mapType,
  nullType,
  optionalType,
  parameterType,
  stringType,
  structType,
  timestampType,
  typeType,
  uintType,
} from './cel-type.ts'
import type { CelType } from './cel-type.ts'

/** One form of a function. */
export interface Signature {
  readonly name: string
  /** Called on its first argument. */
  readonly isMember: boolean
  readonly arguments: readonly CelType[]
  readonly result: CelType
}

const simpleTypes: Readonly<Record<string, CelType>> = {
  bool: boolType,
  bytes: bytesType,
  double: doubleType,
  duration: durationType,
  dyn: dynType,
  int: intType,
  null: nullType,
  string: stringType,
  timestamp: timestampType,
  type: typeType(),
  uint: uintType,
}

/** Types of libraries that are compared by name only. */
const opaque: ReadonlySet<string> = new Set(['net.IP', 'net.CIDR'])

/** Splits at commas that are in no brackets. */
const split = (text: string): string[] => {
  const parts: string[] = []
  let [depth, start] = [0, 0]
  for (let at = 0; at <= text.length; at++) {
    const character = text.charAt(at)
    if (character === '<') depth += 1
    if (character === '>') depth -= 1
    if (depth > 0 || (character !== ',' && at < text.length)) continue
    const part = text.slice(start, at).trim()
    if (part !== '') parts.push(part)
    start = at + 1
  }
  return parts
}

/** `list<string>`, `map<K, V>`, `optional<A>`, `net.IP`; a single capital letter is a parameter. */
const parseType = (text: string): CelType => {
  const known = simpleTypes[text]
  if (known !== undefined) return known
  const [, name = text, inner = ''] = /^(\w+)<(.*)>$/.exec(text) ?? []
  const [first = dynType, second = dynType] = split(inner).map(parseType)
  if (name === 'list') return listType(first)
  if (name === 'map') return mapType(first, second)
  if (name === 'optional') return optionalType(first)
  if (name === 'type') return typeType(first)
  if (/^[A-Z]$/.test(name)) return parameterType(name)
  return opaque.has(name) ? { kind: 'opaque', name, parameters: [] } : structType(name)
}

/** `size(string): int`, `string.startsWith(string): bool`, `sets.contains(list<T>, list<T>): bool`. */
export const parseSignature = (text: string, isMember: boolean): Signature => {
  const open = text.indexOf('(')
  const close = text.lastIndexOf(')')
  const head = text.slice(0, open)
  const parameters = split(text.slice(open + 1, close))
  const result = parseType(text.slice(close + 1).replace(/^\s*:\s*/, ''))
  if (!isMember) return { name: head, isMember, arguments: parameters.map(parseType), result }
  const dot = head.lastIndexOf('.')
  return {
    name: head.slice(dot + 1),
    isMember,
    arguments: [head.slice(0, dot), ...parameters].map(parseType),
    result,
  }
}
