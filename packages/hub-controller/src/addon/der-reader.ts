/** One DER element: its tag octet, what is inside, and the octets as they came (signatures are over those). */
export interface DerElement {
  readonly tag: number
  readonly content: Uint8Array
  readonly encoded: Uint8Array
}

/** The octets are no DER, or not the DER that was expected. The message says where, never what. */
export class DerError extends Error {
  override readonly name = 'DerError'
}

/** Tags as they stand in certificate requests; context tags are added with `context`. */
export const derTag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  sequence: 0x30,
  set: 0x31,
} as const

/** `[n]` constructed, as in `attributes [0] IMPLICIT SET`. */
export const constructedContext = (n: number): number => 0xa0 | n

/**
 * Reads DER one element after another: definite lengths in their shortest form, single-octet tags, nothing past
 * the end. What it does not know it refuses, so that two readers can never see two different requests.
 */
export class DerReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  /** The tag of the next element, undefined at the end. */
  get nextTag(): number | undefined {
    return this.#bytes[this.#at]
  }

  /** The next element. Throws DerError at the end, on a long tag, and on a length that is not DER. */
  next(): DerElement {
    const start = this.#at
    const tag = this.#octet()
    if ((tag & 0x1f) === 0x1f) throw new DerError(`tag of several octets at ${start}`)
    const length = this.#length()
    const end = this.#at + length
    if (end > this.#bytes.length) throw new DerError(`element at ${start} is longer than what holds it`)
    const content = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return { tag, content, encoded: this.#bytes.subarray(start, end) }
  }

  /** The next element, which must have this tag. */
  expect(tag: number): DerElement {
    const element = this.next()
    if (element.tag !== tag) throw new DerError(`expected tag ${tag}, found ${element.tag}`)
    return element
  }

  /** A reader of what is inside the next element, which must have this tag. */
  enter(tag: number): DerReader {
    return new DerReader(this.expect(tag).content)
  }

  /** Throws DerError when something is left. */
  end(): void {
    if (!this.atEnd) throw new DerError(`octets left over at ${this.#at}`)
  }

  #octet(): number {
    const octet = this.#bytes[this.#at]
    if (octet === undefined) throw new DerError('ends in the middle of an element')
    this.#at += 1
    return octet
  }

  #length(): number {
    const first = this.#octet()
    if (first < 0x80) return first
    const count = first & 0x7f
    // 0x80 is BER's indefinite length; a request over 16 MiB is none.
    if (count === 0 || count > 3) throw new DerError('length that is not DER')
    let length = 0
    for (let i = 0; i < count; i += 1) length = length * 256 + this.#octet()
    if (length < 0x80 || length < 256 ** (count - 1)) throw new DerError('length not in its shortest form')
    return length
  }
}

/** The dotted form of an object identifier's content octets. */
export const oidText = (content: Uint8Array): string => {
  const arcs: number[] = []
  let arc = 0
  let inside = false
  for (const octet of content) {
    if (!inside && octet === 0x80) throw new DerError('object identifier with a padded arc')
    arc = arc * 128 + (octet & 0x7f)
    if (arc > Number.MAX_SAFE_INTEGER / 128) throw new DerError('object identifier with a huge arc')
    inside = octet >= 0x80
    if (inside) continue
    arcs.push(arc)
    arc = 0
  }
  const [first, ...rest] = arcs
  if (first === undefined || inside) throw new DerError('object identifier that does not end')
  const root = Math.min(Math.floor(first / 40), 2)
  return [root, first - root * 40, ...rest].join('.')
}
