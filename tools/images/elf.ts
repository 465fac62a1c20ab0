import { createHash } from 'node:crypto'

/** A program or a library of Linux, as far as it matters for what it needs to run. */
export interface Elf {
  readonly machine: Machine
  /** The dynamic loader that starts it: `/lib64/ld-linux-x86-64.so.2`; undefined: a library. */
  readonly interpreter: string | undefined
  /** Libraries by the names under which the loader looks for them: `libc.so.6`. */
  readonly needed: readonly string[]
  /** How much of the file, from its first byte, is ever loaded. */
  readonly loadedBytes: number
}

/** By OCI's name, and by that of the folders of its libraries. */
export interface Machine {
  readonly architecture: 'amd64' | 'arm64'
  readonly triplet: string
}

const machines: Readonly<Record<number, Machine>> = {
  62: { architecture: 'amd64', triplet: 'x86_64-linux-gnu' },
  183: { architecture: 'arm64', triplet: 'aarch64-linux-gnu' },
}

// Of the ELF specification, for 64 bits and the low byte first: both machines are so.
const header = { bytes: 64, sections: 0x28, sectionCount: 0x3c, sectionNames: 0x3e }
const segment = { load: 1, dynamic: 2, interpreter: 3, bytes: 56 }
const tag = { end: 0n, needed: 1n, names: 5n }

interface Segment {
  readonly type: number
  readonly offset: number
  readonly address: number
  readonly bytes: number
}

/**
 * Reads the headers of a program or library.
 * @param what names it in errors
 * @throws Error when it is none, or for another machine than those that images are made for.
 */
export const readElf = (file: Buffer, what: string): Elf => {
  if (file.length < header.bytes || file.readUInt32BE(0) !== 0x7f454c46)
    throw new Error(`${what}: expected a program or a library of Linux (ELF)`)
  const machine = machines[file.readUInt16LE(0x12)]
  if (machine === undefined || file[4] !== 2 || file[5] !== 1)
    throw new Error(`${what}: expected one for amd64 or arm64`)
  const segments = segmentsOf(file)
  const interpreter = segments.find(({ type }) => type === segment.interpreter)
  return {
    machine,
    interpreter: interpreter && textAt(file, interpreter.offset),
    needed: neededOf(file, segments),
    loadedBytes: Math.max(...segments.map(({ offset, bytes }) => offset + bytes)),
  }
}

/**
 * A program without what is never loaded: the names of its functions and what debuggers read, a fifth of Node. As `strip`
 * does it, but for every machine on each, and always the same.
 */
export const trimmed = (file: Buffer, { loadedBytes }: Elf): Buffer => {
  const rest = Buffer.from(file.subarray(0, loadedBytes))
  // The table of sections was at the end.
  rest.writeBigUInt64LE(0n, header.sections)
  rest.writeUInt16LE(0, header.sectionCount)
  rest.writeUInt16LE(0, header.sectionNames)
  return rest
}

/** SHA-256, lower-case hex. */
export const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex')

const segmentsOf = (file: Buffer): readonly Segment[] => {
  const start = Number(file.readBigUInt64LE(0x20))
  const count = file.readUInt16LE(0x38)
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * segment.bytes
    return {
      type: file.readUInt32LE(at),
      offset: Number(file.readBigUInt64LE(at + 8)),
      address: Number(file.readBigUInt64LE(at + 16)),
      bytes: Number(file.readBigUInt64LE(at + 32)),
    }
  })
}

const neededOf = (file: Buffer, segments: readonly Segment[]): readonly string[] => {
  const dynamic = segments.find(({ type }) => type === segment.dynamic)
  if (dynamic === undefined) return []
  const needed: number[] = []
  let names = 0
  for (let at = dynamic.offset; at < dynamic.offset + dynamic.bytes; at += 16) {
    const key = file.readBigInt64LE(at)
    const value = Number(file.readBigUInt64LE(at + 8))
    if (key === tag.end) break
    if (key === tag.needed) needed.push(value)
    if (key === tag.names) names = offsetOf(value, segments)
  }
  return needed.map((at) => textAt(file, names + at))
}

/** Where in the file is what will be at an address. */
const offsetOf = (address: number, segments: readonly Segment[]): number => {
  const holds = segments.find(
    (one) => one.type === segment.load && one.address <= address && address < one.address + one.bytes,
  )
  return holds === undefined ? address : holds.offset + address - holds.address
}

const textAt = (file: Buffer, offset: number): string =>
  file.toString('utf8', offset, file.indexOf(0, offset))
