const quote = 0x22
const backslash = 0x5c
const opening = new Set([0x5b, 0x7b])
const closing = new Set([0x5d, 0x7d])

/**
 * Whether lists and objects of a JSON text are nested deeper than `limit`. A text of 3 MiB could hold a million levels: to read
 * them would take more memory than the process may have.
 */
export const isTextNestedDeeper = (text: string, limit: number): boolean => {
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

/** The same of a value that was read. What walks a value recurses, and no stack has thousands of levels. */
export const isNestedDeeper = (value: object, limit: number): boolean => {
  if (limit === 0) return true
  if (Array.isArray(value)) return (value as unknown[]).some((entry) => isDeeper(entry, limit - 1))
  const members = value as Readonly<Record<string, unknown>>
  // Of what was read from JSON there is nothing to inherit; a list of the members would take longer than all else.
  for (const name in members) if (isDeeper(members[name], limit - 1)) return true
  return false
}

const isDeeper = (value: unknown, limit: number): boolean =>
  typeof value === 'object' && value !== null && isNestedDeeper(value, limit)
