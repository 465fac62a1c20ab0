/** A library or program with nothing in it but what names its needs, for a machine of choice. */
export const elfFile = ({
  machine,
  interpreter,
  needed = [],
  debug = '',
}: {
  /** As the ELF specification numbers them: 62 is amd64, 183 arm64. */
  readonly machine: number
  readonly interpreter?: string
  readonly needed?: readonly string[]
  /** At the end, loaded by nobody. */
  readonly debug?: string
}): Buffer => {
  const programHeaders = interpreter === undefined ? 2 : 3
  const names = Buffer.from(['', ...needed, interpreter ?? ''].map((name) => `${name}\0`).join(''))
  const namesAt = 64 + programHeaders * 56
  const dynamicAt = namesAt + names.length
  // Where it is loaded differs from where it is in the file, as it does in real ones.
  const address = (offset: number): bigint => BigInt(offset + 0x400000)
  const entries: (readonly [bigint, bigint])[] = [
    ...needed.map((name) => [1n, BigInt(names.indexOf(`\0${name}\0`) + 1)] as const),
    [5n, address(namesAt)],
    [0n, 0n],
  ]
  const dynamic = Buffer.alloc(entries.length * 16)
  for (const [index, [key, value]] of entries.entries()) {
    dynamic.writeBigInt64LE(key, index * 16)
    dynamic.writeBigUInt64LE(value, index * 16 + 8)
  }
  const loaded = dynamicAt + dynamic.length
  const header = Buffer.alloc(64)
  header.write('\x7fELF\x02\x01\x01', 'latin1')
  header.writeUInt16LE(machine, 0x12)
  header.writeBigUInt64LE(64n, 0x20)
  header.writeBigUInt64LE(BigInt(loaded), 0x28)
  header.writeUInt16LE(programHeaders, 0x38)
  header.writeUInt16LE(3, 0x3c)
  header.writeUInt16LE(2, 0x3e)
  const segment = (type: number, offset: number, bytes: number): Buffer => {
    const made = Buffer.alloc(56)
    made.writeUInt32LE(type, 0)
    made.writeBigUInt64LE(BigInt(offset), 8)
    made.writeBigUInt64LE(address(offset), 16)
    made.writeBigUInt64LE(BigInt(bytes), 32)
    return made
  }
  return Buffer.concat([
    header,
    segment(1, 0, loaded),
    segment(2, dynamicAt, dynamic.length),
    ...(interpreter === undefined
      ? []
      : [segment(3, namesAt + names.indexOf(`\0${interpreter}\0`) + 1, interpreter.length + 1)]),
    names,
    dynamic,
    Buffer.from(debug),
  ])
}
