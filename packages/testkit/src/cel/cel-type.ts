/** What CEL knows of a value when it is compiled. */
export interface CelType {
  readonly kind: CelKind
  /** `list`, `net.IP`, `A`: as types are printed. */
  readonly name: string
  readonly parameters: readonly CelType[]
}

export type CelKind =
  | 'bool'
  | 'bytes'
  | 'double'
  | 'duration'
  | 'dyn'
  | 'error'
  | 'int'
  | 'list'
  | 'map'
  | 'null'
  | 'opaque'
  | 'parameter'
  | 'string'
  | 'struct'
  | 'timestamp'
  | 'type'
  | 'uint'

const simple = (kind: CelKind, name: string = kind): CelType => ({ kind, name, parameters: [] })

export const boolType = simple('bool')
export const bytesType = simple('bytes')
export const doubleType = simple('double')
export const durationType = simple('duration', 'google.protobuf.Duration')
export const dynType = simple('dyn')
export const errorType = simple('error', '!error!')
export const intType = simple('int')
export const nullType = simple('null', 'null_type')
export const stringType = simple('string')
export const timestampType = simple('timestamp', 'google.protobuf.Timestamp')
export const uintType = simple('uint')

export const listType = (of: CelType): CelType => ({ kind: 'list', name: 'list', parameters: [of] })
export const mapType = (key: CelType, value: CelType): CelType => ({
  kind: 'map',
  name: 'map',
  parameters: [key, value],
})
export const typeType = (of?: CelType): CelType => ({
  kind: 'type',
  name: 'type',
  parameters: of === undefined ? [] : [of],
})
export const optionalType = (of: CelType): CelType => ({
  kind: 'opaque',
  name: 'optional_type',
  parameters: [of],
})
/** A type with fields, or one of a library. */
export const structType = (name: string): CelType => simple('struct', name)
export const parameterType = (name: string): CelType => simple('parameter', name)

/** The first parameter; dyn when it has none. */
export const elementOf = ({ parameters }: CelType): CelType => parameters[0] ?? dynType
export const valueOf = ({ parameters }: CelType): CelType => parameters[1] ?? dynType

export const isOptional = ({ kind, name }: CelType): boolean => kind === 'opaque' && name === 'optional_type'
/** What an optional has in it; the type itself when it is none. */
export const unwrapped = (type: CelType): CelType => (isOptional(type) ? elementOf(type) : type)
export const isDynOrError = ({ kind }: CelType): boolean => kind === 'dyn' || kind === 'error'

export const isSameType = (left: CelType, right: CelType): boolean =>
  left === right ||
  (left.kind === right.kind &&
    left.name === right.name &&
    left.parameters.length === right.parameters.length &&
    left.parameters.every((parameter, at) => isSameType(parameter, right.parameters[at] ?? dynType)))

/** `map(string, int)`: as complaints print it. */
export const formatType = (type: CelType): string => {
  const { kind, name, parameters } = type
  switch (kind) {
    case 'duration':
    case 'null':
    case 'timestamp':
      return kind
    case 'bool':
    case 'bytes':
    case 'double':
    case 'dyn':
    case 'error':
    case 'int':
    case 'list':
    case 'map':
    case 'opaque':
    case 'parameter':
    case 'string':
    case 'struct':
    case 'type':
    case 'uint':
      return parameters.length === 0 ? name : `${name}(${parameters.map(formatType).join(', ')})`
  }
}
