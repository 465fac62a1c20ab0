import { describe, expect, it } from 'vitest'
import { BuiltInTypes, typeNameOf } from './built-in-types.ts'
import { ProtobufDecoder } from './decode-protobuf.ts'
import { ProtobufError } from './protobuf-reader.ts'
import { TypeSchemas } from './schema-of-type.ts'
import { TypedJson } from './typed-json.ts'

const types = new BuiltInTypes()

const varint = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(Math.floor(value / 128))]
const bytes = (number: number, content: Buffer | string): Buffer => {
  const body = Buffer.from(content)
  return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(body.length)]), body])
}
const integer = (number: number, value: number): Buffer =>
  Buffer.from([...varint(number * 8), ...varint(value)])
const message = (number: number, ...fields: readonly Buffer[]): Buffer => bytes(number, Buffer.concat(fields))
const body = (apiVersion: string, kind: string, ...fields: readonly Buffer[]): Buffer =>
  Buffer.concat([
    Buffer.from('k8s\0', 'latin1'),
    message(1, bytes(1, apiVersion), bytes(2, kind)),
    message(2, ...fields),
  ])

describe('ProtobufDecoder', () => {
  const decoder = new ProtobufDecoder(types)

  it('reads maps of bytes, times, and leaves out what is empty', () => {
    const secret = body(
      'v1',
      'Secret',
      message(
        1,
        bytes(1, 's'),
        bytes(3, ''),
        message(8),
        message(11, bytes(1, 'a'), bytes(2, 'b')),
        message(9, integer(1, 1_767_225_600)),
      ),
      message(2, bytes(1, 'key'), bytes(2, Buffer.from([0xff]))),
      bytes(3, 'Opaque'),
    )
    expect(decoder.decode(secret)).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', labels: { a: 'b' }, deletionTimestamp: '2026-01-01T00:00:00Z' },
      data: { key: '/w==' },
      type: 'Opaque',
    })
  })

  it('keeps a zero where absence means something else, and lists in lists', () => {
    const container = message(
      2,
      bytes(1, 'c'),
      bytes(2, 'i'),
      bytes(3, 'x'),
      bytes(3, 'y'),
      message(6, integer(3, 80)),
    )
    const probed = message(
      2,
      bytes(1, 'd'),
      message(10, message(1, message(2, bytes(1, '/'), message(2, integer(1, 1), bytes(3, 'http'))))),
    )
    const deployment = body(
      'apps/v1',
      'Deployment',
      message(2, integer(1, 0), message(3, message(2, container, probed)), integer(5, 0)),
    )
    expect(decoder.decode(deployment)).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      spec: {
        replicas: 0,
        template: {
          spec: {
            containers: [
              { name: 'c', image: 'i', command: ['x', 'y'], ports: [{ containerPort: 80 }] },
              { name: 'd', livenessProbe: { httpGet: { path: '/', port: 'http' } } },
            ],
          },
        },
      },
    })
  })

  it('reads named lists', () => {
    const extra = message(5, bytes(1, 'scopes'), message(2, bytes(1, 'a'), bytes(1, 'b')))
    expect(
      decoder.decode(body('authorization.k8s.io/v1', 'SubjectAccessReview', message(2, extra))),
    ).toMatchObject({ spec: { extra: { scopes: ['a', 'b'] } } })
  })

  it.each([
    ['another prefix', Buffer.from('json{}')],
    ['an unknown kind', body('v1', 'Nothing')],
    ['a message cut short', body('v1', 'Secret', bytes(3, 'Opaque')).subarray(0, -3)],
    ['a number that never ends', Buffer.concat([Buffer.from('k8s\0', 'latin1'), Buffer.alloc(20, 0xff)])],
  ])('refuses %s', (_name, text) => {
    expect(() => decoder.decode(text)).toThrow(ProtobufError)
  })
})

describe('TypedJson', () => {
  const json = new TypedJson(types)

  it('knows fields at every depth, those of inlined parts too', () => {
    const pod = {
      metadata: {},
      spec: {
        volumes: [{ name: 'v', secret: { secretName: 's', typo: 1 } }],
        containers: [
          {
            name: 'c',
            resources: { limits: { cpu: 1, memory: '1Gi' } },
            env: [{ name: 'E', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }],
          },
        ],
        unknown: true,
      },
    }
    const { value, unknown } = json.decode('core.Pod', pod)
    expect(unknown).toEqual(['spec.volumes[0].secret.typo', 'spec.unknown'])
    expect(value).toMatchObject({ spec: { volumes: [{ name: 'v', secret: { secretName: 's' } }] } })
    expect(json.decode('core.Pod', { zzz: 1, spec: { b: 1, a: 1 } }, true).unknown).toEqual([
      'spec.a',
      'spec.b',
      'zzz',
    ])
  })

  it.each<[string, string, object, string]>([
    [
      'a number for a text',
      'core.ConfigMap',
      { data: { a: 1 } },
      'number into Go struct field ConfigMap.data of type string',
    ],
    [
      'a text for an object',
      'core.ConfigMap',
      { metadata: 'x' },
      'string into Go struct field ConfigMap.metadata of type v1.ObjectMeta',
    ],
    [
      'a text for a list',
      'core.Pod',
      { spec: { containers: 'x' } },
      'string into Go struct field PodSpec.spec.containers of type []v1.Container',
    ],
    [
      'a fraction',
      'apps.Deployment',
      { spec: { replicas: 1.5 } },
      'number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      'more than 32 bits',
      'apps.Deployment',
      { spec: { replicas: 3e9 } },
      'number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    ['no base64', 'core.Secret', { data: { a: 'no base64' } }, 'illegal base64 data at input byte 2'],
    ['half of base64', 'core.Secret', { data: { a: 'AAAAA' } }, 'illegal base64 data at input byte 4'],
    ['no time', 'coordination.Lease', { spec: { renewTime: 'soon' } }, 'cannot parse "soon" as "2006"'],
    [
      'a time without microseconds',
      'coordination.Lease',
      { spec: { renewTime: '2020-01-02T03:04:05Z' } },
      'cannot parse "Z" as ".000000"',
    ],
    ['no quantity', 'core.ResourceQuota', { spec: { hard: { pods: 'many' } } }, 'quantities must match'],
  ])('refuses %s', (_name, type, object, message) => {
    expect(() => json.decode(type, { ...object })).toThrow(message)
  })

  it('takes null for absent, and for an empty value in a map', () => {
    const { value } = json.decode('core.ConfigMap', { data: { a: null }, immutable: null })
    expect(value).toEqual({ data: { a: '' } })
  })

  it('writes what is there when it is empty too, and nothing else that is empty', () => {
    expect(json.encode('coordination.Lease', { metadata: { name: 'l', labels: {} } })).toEqual({
      metadata: { name: 'l' },
      spec: {},
    })
    expect(json.encode('rbac.Role', { metadata: {} })).toEqual({ metadata: {}, rules: null })
    expect(json.encode('core.ConfigMap', { metadata: {}, data: {}, immutable: false })).toEqual({
      metadata: {},
      immutable: false,
    })
  })
})

describe('TypeSchemas', () => {
  const schemas = new TypeSchemas(types)

  it('has a type for every kind that is served, but one', () => {
    expect(typeNameOf('apps/v1', 'Deployment')).toBe('apps.Deployment')
    expect(typeNameOf('example.com/v1', 'Thing')).toBeUndefined()
    expect(schemas.schemaOf('core.Nothing')).toBeUndefined()
  })
})
