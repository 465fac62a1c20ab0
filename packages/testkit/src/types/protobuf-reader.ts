/** A body that is no protobuf, or not the one that was announced. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError'
}

/** One field of a message: a number, or bytes. */
export interface WireField {
  readonly number: number
  readonly value: bigint | Buffer
  /** A 64-bit value that may be a double. */
  readonly isFixed64: boolean
}

/** Reads the fields of one message in their order; throws ProtobufError when the bytes end too early. */
export const readFields = (bytes: Buffer): WireField[] => {
  const fields: WireField[] = []
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++]
      if (byte === undefined) throw new ProtobufError('the message ends in the middle of a number')
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asIntN(64, value)
    }
    throw new ProtobufError('a number is longer than 64 bits')
  }
  const take = (length: number): Buffer => {
    if (length < 0 || at + length > bytes.length)
      throw new ProtobufError('the message ends in the middle of a field')
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const tag = Number(varint())
    const number = Math.floor(tag / 8)
    switch (tag % 8) {
      case 0:
        fields.push({ number, value: varint(), isFixed64: false })
        break
      case 1:
        fields.push({ number, value: take(8), isFixed64: true })
        break
      case 2:
        fields.push({ number, value: take(Number(varint())), isFixed64: false })
        break
      case 5:
        fields.push({ number, value: take(4), isFixed64: false })
        break
      default:
        throw new ProtobufError(`a field has the unknown wire type ${tag % 8}`)
    }
  }
  return fields
}
