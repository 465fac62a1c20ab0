/** Writes DER (ITU-T X.690), as much of it as a certificate needs: each function answers one whole element. */

const lengthOf = (size: number): Uint8Array => {
  if (size < 0x80) return Uint8Array.of(size)
  const octets: number[] = []
  for (let rest = size; rest > 0; rest >>>= 8) octets.unshift(rest & 0xff)
  return Uint8Array.of(0x80 | octets.length, ...octets)
}

/** An element of any tag: what is inside is given as octets, or as elements one after another. */
export const element = (tag: number, ...contents: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(contents)
  return Buffer.concat([Uint8Array.of(tag), lengthOf(content.length), content])
}

export const sequence = (...elements: readonly Uint8Array[]): Buffer => element(0x30, ...elements)

export const set = (...elements: readonly Uint8Array[]): Buffer => element(0x31, ...elements)

/** `[n]` around an element, as in `version [0] EXPLICIT`. */
export const explicit = (n: number, inner: Uint8Array): Buffer => element(0xa0 | n, inner)

/** `[n]` in place of the tag of a primitive element, as in a GeneralName. */
export const implicit = (n: number, content: Uint8Array): Buffer => element(0x80 | n, content)

export const boolean = (value: boolean): Buffer => element(0x01, Uint8Array.of(value ? 0xff : 0))

export const octetString = (content: Uint8Array): Buffer => element(0x04, content)

export const utf8String = (text: string): Buffer => element(0x0c, Buffer.from(text))

/** Whole octets, no bit unused. */
export const bitString = (content: Uint8Array): Buffer => element(0x03, Uint8Array.of(0), content)

/** The named bits of a KeyUsage, by their numbers (at most 8); zeros at the end are left out, as DER wants it. */
export const namedBits = (...numbers: readonly number[]): Buffer => {
  const octet = numbers.reduce((bits, number) => bits | (0x80 >> number), 0)
  const unused = 7 - Math.max(...numbers)
  return element(0x03, Uint8Array.of(unused, octet))
}

/** An INTEGER that is not negative, from its octets with the highest first. */
export const unsignedInteger = (octets: Uint8Array): Buffer => {
  const start = octets.findIndex((octet) => octet !== 0)
  const shortest = start === -1 ? Uint8Array.of(0) : octets.subarray(start)
  // The highest bit is the sign.
  const sign = (shortest[0] ?? 0) >= 0x80 ? [Uint8Array.of(0)] : []
  return element(0x02, ...sign, shortest)
}

export const objectIdentifier = (dotted: string): Buffer => {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const octets = [first * 40 + second, ...rest].flatMap((arc) => {
    const base128 = [arc & 0x7f]
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      base128.unshift((left & 0x7f) | 0x80)
    return base128
  })
  return element(0x06, Uint8Array.from(octets))
}

/**
 * A point in time, milliseconds since the epoch, in whole seconds: UTCTime until the end of 2049, GeneralizedTime from then on
 * (RFC 5280, 4.1.2.5).
 */
export const time = (ms: number): Buffer => {
  const digits = new Date(ms).toISOString().replaceAll(/[-:T]|\..*$/g, '')
  const isGeneralized = digits >= '2050'
  const text = isGeneralized ? `${digits}Z` : `${digits.slice(2)}Z`
  return element(isGeneralized ? 0x18 : 0x17, Buffer.from(text, 'ascii'))
}
