/** Characters of all warnings of one answer, beyond which each of them is cut. */
const limit = 4 * 1024
/** Characters of a warning then. */
const cutLength = 256

const hasControl = (text: string): boolean => /\p{Cc}/u.test(text)

/** Headers are sent as Latin-1: what is UTF-8 on the wire has to look like that here. */
const onTheWire = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')

const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`

/**
 * The values of `Warning` headers, by the rules of the real server: each text once, in UTF-8, none with control
 * characters; when they are more than clients read, shorter ones and not all of them.
 */
export const warningHeaders = (warnings: readonly string[]): string[] => {
  const texts = [...new Set(warnings)].filter((text) => text !== '' && !hasControl(text))
  const letters = texts.map((text) => [...text])
  const isTooMuch = letters.reduce((sum, { length }) => sum + length, 0) > limit
  let written = 0
  return letters.flatMap((all) => {
    if (written >= limit) return []
    const kept = isTooMuch ? all.slice(0, cutLength) : all
    written += kept.length
    return [`299 - ${onTheWire(quoted(kept.join('')))}`]
  })
}
