const encoder = new TextEncoder()

/** The bytes that are hashed, as Go has them; a lone surrogate, which UTF-8 cannot say, becomes U+FFFD. */
export const utf8 = (text: string): Uint8Array => encoder.encode(text)

/** Go's order of strings: by UTF-8 bytes, where JavaScript's is by UTF-16 code units. */
export const compareUtf8 = (a: string, b: string): number => {
  const [bytesA, bytesB] = [utf8(a), utf8(b)]
  for (const [i, byteA] of bytesA.entries()) {
    const byteB = bytesB[i]
    if (byteB === undefined) return 1
    if (byteA !== byteB) return byteA - byteB
  }
  return bytesA.length - bytesB.length
}
