/** One tag-length-value of a DER text. */
export interface DerValue {
  readonly tag: number
  /** The content alone. */
  readonly content: Buffer
  /** Tag, length and content: what signatures are computed over. */
  readonly whole: Buffer
}

export class DerError extends Error {
  override readonly name = 'DerError'
}

/** Reads the value at the start of `bytes`; throws DerError when it is cut short. */
export const readDer = (bytes: Buffer): DerValue => {
  const tag = bytes[0]
  const first = bytes[1]
  if (tag === undefined || first === undefined) throw new DerError('asn1: syntax error: data truncated')
  let length = first
  let start = 2
  if (first >= 0x80) {
    const count = first & 0x7f
    if (count === 0 || count > 4 || bytes.length < 2 + count)
      throw new DerError('asn1: syntax error: truncated tag or length')
    length = bytes.readUIntBE(2, count)
    start += count
  }
  if (bytes.length < start + length) throw new DerError('asn1: syntax error: data truncated')
  return { tag, content: bytes.subarray(start, start + length), whole: bytes.subarray(0, start + length) }
}

/** The values inside a constructed value. */
export const childrenOf = (value: DerValue): DerValue[] => {
  const children: DerValue[] = []
  for (let rest = value.content; rest.length > 0;) {
    const child = readDer(rest)
    children.push(child)
    rest = rest.subarray(child.whole.length)
  }
  return children
}

/** The dotted form of an OBJECT IDENTIFIER's content. */
export const dottedOf = (content: Buffer): string => {
  const arcs: number[] = []
  let arc = 0
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f)
    if (byte < 0x80) {
      arcs.push(arc)
      arc = 0
    }
  }
  const [head = 0, ...rest] = arcs
  const first = Math.min(Math.floor(head / 40), 2)
  return [first, head - first * 40, ...rest].join('.')
}
