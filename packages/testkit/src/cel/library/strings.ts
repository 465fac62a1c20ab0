import { shortEscapes } from '../../go-text.ts'
import { CelError, printed } from '../cel-value.ts'
import { formatted } from '../format-text.ts'
import { global, member } from '../functions.ts'
import type { Library } from '../functions.ts'

/** Positions are of code points. */
const charactersOf = (text: string): string[] => [...text]

const outOfRange = (at: bigint): CelError => new CelError(`index out of range: ${at}`)

const charAt = (text: string, at: bigint): string => {
  const characters = charactersOf(text)
  if (at < 0n || at > BigInt(characters.length)) throw outOfRange(at)
  return characters[Number(at)] ?? ''
}

/** Where a character begins in a JavaScript string. */
const unitsOf = (characters: readonly string[], at: number): number => characters.slice(0, at).join('').length

/** Which character begins there. */
const positionOf = (text: string, unit: number): bigint =>
  unit === -1 ? -1n : BigInt(charactersOf(text.slice(0, unit)).length)

const indexOf = (text: string, part: string, offset = 0n): bigint => {
  if (part === '') return offset
  if (offset < 0n) throw outOfRange(offset)
  const characters = charactersOf(text)
  if (offset > BigInt(characters.length)) return -1n
  return positionOf(text, text.indexOf(part, unitsOf(characters, Number(offset))))
}

const lastIndexOf = (text: string, part: string, offset?: bigint): bigint => {
  const characters = charactersOf(text)
  if (part === '') return offset ?? BigInt(characters.length)
  const from = offset ?? BigInt(characters.length - 1)
  if (offset !== undefined && from < 0n) throw outOfRange(from)
  if (offset !== undefined && from >= BigInt(characters.length)) return -1n
  return positionOf(text, text.lastIndexOf(part, unitsOf(characters, Number(from))))
}

const substring = (text: string, start: bigint, end?: bigint): string => {
  const characters = charactersOf(text)
  const length = BigInt(characters.length)
  if (end !== undefined && start > end)
    throw new CelError(`invalid substring range. start: ${start}, end: ${end}`)
  for (const at of end === undefined ? [start] : [start, end])
    if (at < 0n || at > length) throw outOfRange(at)
  return characters.slice(Number(start), end === undefined ? undefined : Number(end)).join('')
}

/** As Go splits: an empty separator between all characters. */
const split = (text: string, separator: string, limit = -1n): string[] => {
  if (limit === 0n) return []
  const parts = separator === '' ? charactersOf(text) : text.split(separator)
  if (limit < 0n || BigInt(parts.length) <= limit) return parts
  const at = Number(limit) - 1
  return [...parts.slice(0, at), parts.slice(at).join(separator)]
}

const replace = (text: string, old: string, next: string, limit = -1n): string => {
  const isAll = limit < 0n
  if (old === '') {
    const characters = charactersOf(text)
    const most = isAll ? characters.length + 1 : Math.min(Number(limit), characters.length + 1)
    return [...characters, ''].map((character, at) => (at < most ? next : '') + character).join('')
  }
  const parts = text.split(old)
  const most = isAll ? parts.length : Number(limit)
  return parts.map((part, at) => (at === 0 ? part : (at <= most ? next : old) + part)).join('')
}

const quote = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- the bell is quoted too
  `"${text.replace(/[\u0007\b\f\n\r\t\v\\"]/g, (character) => shortEscapes[character] ?? character)}"`

const join = (list: readonly unknown[], separator = ''): string => {
  const wrong = list.find((item) => typeof item !== 'string')
  if (wrong !== undefined) throw new CelError(`join: invalid input: ${printed(wrong)}`)
  return list.join(separator)
}

const isSpaceAt = (text: string, at: number): boolean => /\p{White_Space}/u.test(text.charAt(at))

/** What Unicode calls space, as Go trims it. */
const trim = (text: string): string => {
  let [start, end] = [0, text.length]
  while (start < end && isSpaceAt(text, start)) start += 1
  while (end > start && isSpaceAt(text, end - 1)) end -= 1
  return text.slice(start, end)
}

/** The strings extension, version 2. */
export const stringLibrary = (): Library => [
  member('string.charAt(int): string', charAt),
  member('string.indexOf(string): int', (text: string, part: string) => indexOf(text, part)),
  member('string.indexOf(string, int): int', indexOf),
  member('string.lastIndexOf(string): int', (text: string, part: string) => lastIndexOf(text, part)),
  member('string.lastIndexOf(string, int): int', lastIndexOf),
  member('string.lowerAscii(): string', (text: string) => text.replace(/[A-Z]/g, (at) => at.toLowerCase())),
  member('string.upperAscii(): string', (text: string) => text.replace(/[a-z]/g, (at) => at.toUpperCase())),
  member('string.replace(string, string): string', replace),
  member('string.replace(string, string, int): string', replace),
  member('string.split(string): list<string>', split),
  member('string.split(string, int): list<string>', split),
  member('string.substring(int): string', (text: string, start: bigint) => substring(text, start)),
  member('string.substring(int, int): string', substring),
  member('string.trim(): string', trim),
  member('string.format(list<dyn>): string', formatted),
  global('strings.quote(string): string', quote),
  member('list<string>.join(): string', (list: readonly unknown[]) => join(list)),
  member('list<string>.join(string): string', join),
]
