const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const encoder = new TextEncoder()
/** As Go's strings do: what is not UTF-8 reads as U+FFFD; a byte order mark stays. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
/** Arguments one call can take on every engine, with room to spare. */
const chunkLength = 8192

/** Base64 of a text's UTF-8 bytes, as the `data` of a Secret has it. */
export const base64OfText = (text: string): string => {
  const bytes = encoder.encode(text)
  let binary = ''
  for (let from = 0; from < bytes.length; from += chunkLength) {
    binary += String.fromCharCode(...bytes.subarray(from, from + chunkLength))
  }
  return btoa(binary)
}

/** The text whose UTF-8 bytes are in this base64; undefined when it is no base64. */
export const textOfBase64 = (base64: string): string | undefined => {
  const canonical = canonicalBase64(base64)
  if (canonical === undefined) return undefined
  const binary = atob(canonical)
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i)
  return decoder.decode(bytes)
}

/**
 * The same bytes in the one spelling that Go writes: no line breaks, and zeros for the bits that its last character has to
 * spare. Undefined when it is no base64.
 */
export const canonicalBase64 = (base64: string): string | undefined => {
  const line = base64.replaceAll(/[\r\n]/g, '')
  const body = line.replace(/={1,2}$/, '')
  // A search for what is wrong: a pattern for the whole would use a stack as long as a large secret.
  if (line.length % 4 !== 0 || /[^A-Za-z0-9+/]/.test(body)) return undefined
  const spareBits = 2 * (line.length - body.length)
  const last = alphabet.indexOf(body.at(-1) ?? '')
  const rounded = (last >> spareBits) << spareBits
  return last === rounded ? line : body.slice(0, -1) + alphabet.charAt(rounded) + line.slice(body.length)
}
