import { createHmac } from 'node:crypto'

/** Makes values that look random and are the same for the same seed; remembers every secret one. */
export class SecretMaker {
  readonly #seed: string
  readonly #made = new Set<string>()

  constructor(seed: string) {
    this.#seed = seed
  }

  /** Every secret made so far, in plain. */
  values(): string[] {
    return [...this.#made]
  }

  /** A version 4 UUID: not a secret. */
  uuid(what: string): string {
    const hex = this.#bytes(what, 16).toString('hex')
    const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16)
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `4${hex.slice(13, 16)}`,
      `${variant}${hex.slice(17, 20)}`,
      hex.slice(20),
    ].join('-')
  }

  /** A number in 1 … `most`: not a secret. */
  number(what: string, most: number): number {
    return (this.#bytes(what, 4).readUInt32BE() % most) + 1
  }

  /** A cephx key: 28 bytes in base64, the first of them a type, a time and a length. */
  cephKey(what: string): string {
    const header = Buffer.from([1, 0, 0x5c, 0xd1, 0x3e, 0x67, 0, 0, 0, 0, 16, 0])
    return this.#remember(Buffer.concat([header, this.#bytes(what, 16)]).toString('base64'))
  }

  /** 20 letters and digits, as NooBaa and AWS have it. */
  accessKey(what: string): string {
    const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
    const letters = [...this.#bytes(what, 20)].map((byte) => characters[byte % characters.length])
    return this.#remember(letters.join(''))
  }

  /** 40 characters of base64, as NooBaa and AWS have it. */
  secretKey(what: string): string {
    return this.#remember(this.#bytes(what, 30).toString('base64'))
  }

  #remember(value: string): string {
    this.#made.add(value)
    return value
  }

  #bytes(what: string, size: number): Buffer {
    return createHmac('sha512', this.#seed).update(what).digest().subarray(0, size)
  }
}
