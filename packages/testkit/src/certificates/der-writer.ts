/** Builds DER (ITU-T X.690): each function answers one complete tag-length-value. */

const lengthOf = (size: number): Buffer => {
  if (size < 0x80) return Buffer.from([size])
  const bytes: number[] = []
  for (let rest = size; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return Buffer.from([0x80 | bytes.length, ...bytes])
}

export const tagged = (tag: number, ...contents: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(contents)
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body])
}

export const sequence = (...items: readonly Buffer[]): Buffer => tagged(0x30, ...items)
export const setOf = (...items: readonly Buffer[]): Buffer => tagged(0x31, ...items)
export const octetString = (content: Buffer): Buffer => tagged(0x04, content)
export const bitString = (content: Buffer, unusedBits = 0): Buffer =>
  tagged(0x03, Buffer.from([unusedBits]), content)
export const utf8String = (text: string): Buffer => tagged(0x0c, Buffer.from(text, 'utf8'))
export const boolean = (value: boolean): Buffer => tagged(0x01, Buffer.from([value ? 0xff : 0]))
/** `[number]` constructed, as in explicit tagging. */
export const explicit = (number: number, ...contents: readonly Buffer[]): Buffer =>
  tagged(0xa0 | number, ...contents)
/** `[number]` primitive, as in implicit tagging of a string. */
export const implicit = (number: number, content: Buffer): Buffer => tagged(0x80 | number, content)

/** An INTEGER from unsigned big-endian bytes. */
export const unsignedInteger = (bytes: Buffer): Buffer => {
  let first = 0
  while (first < bytes.length - 1 && bytes[first] === 0) first++
  const trimmed = bytes.subarray(first)
  return tagged(0x02, (trimmed[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), trimmed]) : trimmed)
}

export const objectIdentifier = (dotted: string): Buffer => {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes: number[] = []
  for (const arc of [first * 40 + second, ...rest]) {
    const septets = [arc & 0x7f]
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      septets.unshift((left & 0x7f) | 0x80)
    bytes.push(...septets)
  }
  return tagged(0x06, Buffer.from(bytes))
}

/** UTCTime until 2049, GeneralizedTime after it, as RFC 5280 4.1.2.5 wants. */
export const time = (ms: number): Buffer => {
  const digits = new Date(ms).toISOString().replace(/[-:T]/g, '').slice(0, 14)
  const isUtcTime = Number(digits.slice(0, 4)) < 2050
  return tagged(isUtcTime ? 0x17 : 0x18, Buffer.from(`${isUtcTime ? digits.slice(2) : digits}Z`, 'ascii'))
}
