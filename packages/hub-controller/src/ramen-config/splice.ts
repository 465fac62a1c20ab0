/** Bytes `start` to `end` of a text become `text`. */
export interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** All splices at once, by offsets of the original; of two at one place the first given comes first. */
export const splice = (text: string, splices: readonly Splice[]): string => {
  const parts: string[] = []
  let at = 0
  for (const { start, end, text: inserted } of [...splices].sort(
    (a, b) => a.start - b.start || a.end - b.end,
  )) {
    if (start < at) throw new RangeError(`splices overlap at ${start}`)
    parts.push(text.slice(at, start), inserted)
    at = end
  }
  parts.push(text.slice(at))
  return parts.join('')
}

/** Where the line that `offset` is in begins. */
export const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1

/** Just behind the line break of the line that `offset` is in, or the end of the text. */
export const nextLine = (text: string, offset: number): number => {
  const end = text.indexOf('\n', offset)
  return end === -1 ? text.length : end + 1
}

/** The line break this text uses. */
export const eolOf = (text: string): string => (/^[^\n]*\r\n/.test(text) ? '\r\n' : '\n')
