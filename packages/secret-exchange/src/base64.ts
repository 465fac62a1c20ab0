const alphabet = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const encoder = new TextEncoder()
/** As Go's strings do: what is not UTF-8 reads as U+FFFD; a byte order mark stays. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
/** Arguments one call can take on every engine, with room to spare. */
const chunkLength = 8192

/** Base64 of a text's UTF-8 bytes, as the `data` of a Secret has it. */
export const base64OfText = (text: string): string => base64OfBytes(encoder.encode(text))

/** The text whose UTF-8 bytes are in this base64; undefined when it is no base64. */
export const textOfBase64 = (base64: string): string | undefined => {
  const bytes = bytesOfBase64(base64)
  return bytes === undefined ? undefined : decoder.decode(bytes)
}

/** The same bytes in the one spelling that Go writes; undefined when it is no base64. Line breaks are read over. */
export const canonicalBase64 = (base64: string): string | undefined => {
  const bytes = bytesOfBase64(base64)
  return bytes === undefined ? undefined : base64OfBytes(bytes)
}

const bytesOfBase64 = (base64: string): Uint8Array | undefined => {
  const line = base64.replaceAll(/[\r\n]/g, '')
  return alphabet.test(line) ? Uint8Array.from(atob(line), (character) => character.charCodeAt(0)) : undefined
}

const base64OfBytes = (bytes: Uint8Array): string => {
  let binary = ''
  for (let from = 0; from < bytes.length; from += chunkLength) {
    binary += String.fromCharCode(...bytes.subarray(from, from + chunkLength))
  }
  return btoa(binary)
}
