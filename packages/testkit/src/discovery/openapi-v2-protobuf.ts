import { stringify } from 'yaml'
import type { Json } from './open-api-name.ts'

/** Fields of a message by their numbers: texts, numbers, flags, messages; lists are repeated. */
type Message = readonly (readonly [number: number, value: unknown])[]

const varint = (value: number): number[] => {
  const bytes: number[] = []
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return [...bytes, left]
    bytes.push((left % 128) | 128)
  }
}

const lengthDelimited = 2
const fixed64 = 1

const isMessage = (value: unknown): value is Message =>
  Array.isArray(value) && value.every((field) => Array.isArray(field) && typeof field[0] === 'number')

class Double {
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
}

const chunk = (number: number, value: unknown): Buffer[] => {
  const head = (type: number): Buffer => Buffer.from(varint(number * 8 + type))
  if (value === undefined || value === false || value === '') return []
  if (value === true) return [head(0), Buffer.from([1])]
  if (typeof value === 'number') return [head(0), Buffer.from(varint(value))]
  if (value instanceof Double) {
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleLE(value.value)
    return [head(fixed64), bytes]
  }
  const content =
    typeof value === 'string' ? Buffer.from(value, 'utf8') : isMessage(value) ? encode(value) : undefined
  return content === undefined ? [] : [head(lengthDelimited), Buffer.from(varint(content.length)), content]
}

const encode = (message: Message): Buffer =>
  Buffer.concat(message.flatMap(([number, value]) => chunk(number, value)))

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The entries of a record, each as a message with a name and a value. */
const named = (number: number, fields: unknown, valueOf: (value: Json) => Message): Message =>
  Object.entries(isObject(fields) ? fields : {}).map(([name, value]) => [
    number,
    [
      [1, name],
      [2, valueOf(isObject(value) ? value : {})],
    ],
  ])

const each = (number: number, list: unknown): Message =>
  (Array.isArray(list) ? (list as unknown[]) : []).map((item) => [number, item])

const anything = (value: unknown): Message => [[2, stringify(value)]]

const extensions = (number: number, value: Json): Message =>
  Object.entries(value)
    .filter(([key]) => key.startsWith('x-'))
    .map(([key, field]) => [
      number,
      [
        [1, key],
        [2, anything(field)],
      ],
    ])

const double = (value: unknown): Double | undefined =>
  typeof value === 'number' ? new Double(value) : undefined

const schemaOf = (schema: Json): Message => {
  const { items, additionalProperties, type, enum: values } = schema
  return [
    [1, schema['$ref']],
    [2, schema['format']],
    [3, schema['title']],
    [4, schema['description']],
    [6, double(schema['multipleOf'])],
    [7, double(schema['maximum'])],
    [8, schema['exclusiveMaximum']],
    [9, double(schema['minimum'])],
    [10, schema['exclusiveMinimum']],
    [11, schema['maxLength']],
    [12, schema['minLength']],
    [13, schema['pattern']],
    [14, schema['maxItems']],
    [15, schema['minItems']],
    [16, schema['uniqueItems']],
    [17, schema['maxProperties']],
    [18, schema['minProperties']],
    ...each(19, schema['required']),
    ...(Array.isArray(values) ? values.map((value): [number, unknown] => [20, anything(value)]) : []),
    ...(isObject(additionalProperties)
      ? [[21, [[1, schemaOf(additionalProperties)]]] satisfies [number, unknown]]
      : typeof additionalProperties === 'boolean'
        ? [[21, [[2, additionalProperties]]] satisfies [number, unknown]]
        : []),
    ...(typeof type === 'string' ? [[22, [[1, type]]] satisfies [number, unknown]] : []),
    ...(isObject(items) ? [[23, [[1, schemaOf(items)]]] satisfies [number, unknown]] : []),
    ...(isObject(schema['properties'])
      ? [[25, named(1, schema['properties'], schemaOf)] satisfies [number, unknown]]
      : []),
    ...extensions(31, schema),
  ]
}

const parameterOf = (parameter: Json): Message => {
  if (parameter['in'] === 'body') {
    const { schema } = parameter
    const body: Message = [
      [1, parameter['description']],
      [2, 'body'],
      [3, 'body'],
      [4, parameter['required']],
      [5, isObject(schema) ? schemaOf(schema) : undefined],
    ]
    return [[1, [[1, body]]]]
  }
  const isPath = parameter['in'] === 'path'
  const own: Message = [
    [1, parameter['required']],
    [2, parameter['in']],
    [3, parameter['description']],
    [4, parameter['name']],
    [isPath ? 5 : 6, parameter['type']],
    [isPath ? 19 : 20, parameter['uniqueItems']],
  ]
  return [[1, [[2, [[isPath ? 4 : 3, own]]]]]]
}

const parametersOf = (number: number, list: unknown): Message =>
  (Array.isArray(list) ? (list as Json[]) : []).map((parameter) => [number, parameterOf(parameter)])

const responseOf = ({ description, schema }: Json): Message => [
  [
    1,
    [
      [1, description],
      ...(isObject(schema) ? [[2, [[1, schemaOf(schema)]]] satisfies [number, unknown]] : []),
    ],
  ],
]

const operationOf = (operation: Json): Message => [
  ...each(1, operation['tags']),
  [5, operation['operationId']],
  ...each(6, operation['produces']),
  ...each(7, operation['consumes']),
  ...parametersOf(8, operation['parameters']),
  [9, named(1, operation['responses'], responseOf)],
  ...each(10, operation['schemes']),
  ...extensions(13, operation),
]

const methods = { get: 2, put: 3, post: 4, delete: 5, patch: 8 } as const

const pathOf = (item: Json): Message => [
  ...Object.entries(methods).flatMap(([method, number]) => {
    const operation = item[method]
    return isObject(operation) ? [[number, operationOf(operation)] satisfies [number, unknown]] : []
  }),
  ...parametersOf(9, item['parameters']),
]

/** The bytes of a document of OpenAPI 2 in the protobuf form that client-go asks for (`openapi.v2.Document`). */
export const encodeOpenApiV2 = (document: Json): Buffer => {
  const info = isObject(document['info']) ? document['info'] : {}
  return encode([
    [1, document['swagger']],
    [
      2,
      [
        [1, info['title']],
        [2, info['version']],
      ],
    ],
    [8, named(2, document['paths'], pathOf)],
    [9, named(1, document['definitions'], schemaOf)],
  ])
}
