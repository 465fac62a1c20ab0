const quote = 0x22
const backslash = 0x5c
const opening = new Set([0x5b, 0x7b])
const closing = new Set([0x5d, 0x7d])

/**
 * Whether lists and objects of a JSON text are nested deeper than `limit`. What walks a value recurses: a text of 3 MiB
 * could hold a million levels, which no stack has.
 */
export const isNestedDeeper = (text: string, limit: number): boolean => {
  let depth = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (inString) {
      if (code === backslash) i++
      else if (code === quote) inString = false
    } else if (code === quote) inString = true
    else if (opening.has(code)) {
      depth++
      if (depth > limit) return true
    } else if (closing.has(code)) depth--
  }
  return false
}
