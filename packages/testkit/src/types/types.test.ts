import { describe, expect, it } from 'vitest'
import { prune } from '../schema/prune.ts'
import { BuiltInTypes, typeNameOf } from './built-in-types.ts'
import { ProtobufDecoder } from './decode-protobuf.ts'
import { ProtobufError } from './protobuf-reader.ts'
import { TypeSchemas } from './schema-of-type.ts'

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

describe('TypeSchemas', () => {
  const schemas = new TypeSchemas(types)

  it('knows fields at every depth, those of inlined parts too', () => {
    const schema = schemas.schemaOf('core.Pod')
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
    expect(prune(schema ?? {}, pod).unknown).toEqual(['spec.volumes[0].secret.typo', 'spec.unknown'])
  })

  it('has a type for every kind that is served, but one', () => {
    expect(typeNameOf('apps/v1', 'Deployment')).toBe('apps.Deployment')
    expect(typeNameOf('example.com/v1', 'Thing')).toBeUndefined()
    expect(schemas.schemaOf('core.Nothing')).toBeUndefined()
  })
})
