import type { BuiltInTypes, TypeCode, TypeField } from './built-in-types.ts'
import { typeNameOf } from './built-in-types.ts'
import { ProtobufError, readFields } from './protobuf-reader.ts'
import type { WireField } from './protobuf-reader.ts'

/** What every protobuf body of Kubernetes begins with. */
const magic = Buffer.from('k8s\0', 'latin1')

const bytesOf = ({ value }: WireField): Buffer => {
  if (typeof value === 'bigint') throw new ProtobufError('a number stands where bytes should be')
  return value
}

const fieldsByNumber = (bytes: Buffer): ReadonlyMap<number, WireField> =>
  new Map(readFields(bytes).map((field) => [field.number, field]))
const textIn = (fields: ReadonlyMap<number, WireField>, number: number): string => {
  const field = fields.get(number)
  return field === undefined ? '' : bytesOf(field).toString('utf8')
}
const numberIn = (fields: ReadonlyMap<number, WireField>, number: number): number =>
  Number(fields.get(number)?.value ?? 0n)

const timeOf = (bytes: Buffer, digits: number): string | undefined => {
  if (bytes.length === 0) return undefined
  const fields = fieldsByNumber(bytes)
  const text = new Date(numberIn(fields, 1) * 1_000).toISOString().slice(0, 19)
  return digits === 0
    ? `${text}Z`
    : `${text}.${String(Math.floor(numberIn(fields, 2) / 1_000)).padStart(6, '0')}Z`
}

const plainOf = (letter: string, field: WireField): unknown => {
  switch (letter) {
    case 's':
      return bytesOf(field).toString('utf8')
    case 'b':
      return field.value === 1n
    case 'i':
    case 'l':
      return Number(field.value)
    case 'n':
      return field.isFixed64 ? bytesOf(field).readDoubleLE() : Number(field.value)
    case 'B':
      return bytesOf(field).toString('base64')
    case 'q':
      return textIn(fieldsByNumber(bytesOf(field)), 1)
    case 'I': {
      const parts = fieldsByNumber(bytesOf(field))
      return numberIn(parts, 1) === 1 ? textIn(parts, 3) : numberIn(parts, 2)
    }
    case 'T':
      return timeOf(bytesOf(field), 0)
    case 'M':
      return timeOf(bytesOf(field), 6)
    default: {
      // raw JSON inside a message of one field
      const raw = textIn(fieldsByNumber(bytesOf(field)), 1)
      return raw === '' ? undefined : (JSON.parse(raw) as unknown)
    }
  }
}

/** A value that Go leaves out of JSON because it is empty. */
const isZero = (value: unknown): boolean =>
  value === undefined ||
  value === '' ||
  value === 0 ||
  value === false ||
  (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0)

/** Reads protobuf bodies of the built-in kinds, which kubectl and typed Go clients send. */
export class ProtobufDecoder {
  readonly #types: BuiltInTypes

  constructor(types: BuiltInTypes) {
    this.#types = types
  }

  /** The object in a body; throws ProtobufError. */
  decode(body: Buffer): Record<string, unknown> {
    if (!body.subarray(0, magic.length).equals(magic))
      throw new ProtobufError(
        'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
      )
    const envelope = fieldsByNumber(body.subarray(magic.length))
    const meta = envelope.get(1)
    const typeMeta = fieldsByNumber(meta === undefined ? Buffer.alloc(0) : bytesOf(meta))
    const apiVersion = textIn(typeMeta, 1)
    const kind = textIn(typeMeta, 2)
    const name = typeNameOf(apiVersion, kind)
    if (name === undefined || this.#types.fields(name) === undefined)
      throw new ProtobufError(`no protobuf form of ${apiVersion} ${kind} is known`)
    const raw = envelope.get(2)
    return { apiVersion, kind, ...this.#message(name, raw === undefined ? Buffer.alloc(0) : bytesOf(raw)) }
  }

  #message(name: string, bytes: Buffer): Record<string, unknown> {
    const byNumber = new Map((this.#types.fields(name) ?? []).map((field) => [field.number, field]))
    const object: Record<string, unknown> = {}
    for (const wire of readFields(bytes)) {
      const field = byNumber.get(wire.number)
      if (field !== undefined) this.#put(object, field, wire)
    }
    return object
  }

  #put(object: Record<string, unknown>, field: TypeField, wire: WireField): void {
    const { name, type } = field
    if (type.kind === 'list' && !type.isNamed) {
      const list = Array.isArray(object[name]) ? (object[name] as unknown[]) : []
      object[name] = [...list, this.#value(type.item, wire)]
      return
    }
    const value =
      type.kind === 'map'
        ? { ...(object[name] as object), ...this.#entry(type.value, wire) }
        : this.#value(type, wire)
    if (name === '') Object.assign(object, value)
    else if (field.isPointer ? value !== undefined : !isZero(value)) object[name] = value
  }

  #entry(type: TypeCode, wire: WireField): Record<string, unknown> {
    const parts = fieldsByNumber(bytesOf(wire))
    const value = parts.get(2)
    return { [textIn(parts, 1)]: value === undefined ? '' : this.#value(type, value) }
  }

  #value(type: TypeCode, wire: WireField): unknown {
    switch (type.kind) {
      case 'plain':
        return plainOf(type.letter, wire)
      case 'message':
        return this.#message(type.name, bytesOf(wire))
      case 'map':
        return this.#entry(type.value, wire)
      case 'list':
        return readFields(bytesOf(wire)).map((item) => this.#value(type.item, item))
    }
  }
}
