import { isJsonObject } from './kube-object.ts'

/** `a, b or c` */
export const listed = (words: readonly string[]): string =>
  words.length <= 1 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`

/** Throws the TypeError of what cannot be meant: where it was said, what could be, and what was. */
export const refuseOption = (where: string, expected: string, got: unknown): never => {
  const shown = typeof got === 'string' ? JSON.stringify(got) : String(got)
  throw new TypeError(`${where}: expected ${expected}, got ${shown}`)
}

/** Throws a TypeError unless it is an object with some of these fields: what plain JavaScript misspells would not be heard. */
export const checkFields = (where: string, value: unknown, fields: readonly string[]): void => {
  if (!isJsonObject(value)) refuseOption(where, 'an object', value)
  for (const field of Object.keys(value as object))
    if (!fields.includes(field)) refuseOption(where, listed(fields), field)
}

/** Throws a TypeError unless it is one of these words, or not given. */
export const checkWord = (where: string, value: unknown, words: readonly unknown[]): void => {
  if (value !== undefined && !words.includes(value)) refuseOption(where, listed(words.map(String)), value)
}

/** Throws a TypeError for a time by which no clock can be moved. */
export const checkClockMs = (ms: number): void => {
  if (!Number.isFinite(ms)) refuseOption('clock', 'a finite number of milliseconds', ms)
}
