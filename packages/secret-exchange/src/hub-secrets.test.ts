import type { PeerRef, Secret } from '@odfmo/api-types'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { base64, ref, secret, token } from '../test/objects.ts'
import { greenSecret } from './green-secret.ts'
import { ramenFsidSecret, ramenS3Profile, ramenS3Secret } from './ramen-secrets.ts'
import { rookHubSecret } from './rook-hub-secret.ts'
import { s3HubSecret, type S3HubSecretInput } from './s3-hub-secret.ts'
import { spokeSecret } from './spoke-secret.ts'

const source = secret({ name: 't' }, { token: token('f'), cluster: 'ceph' })
const s3Input: S3HubSecretInput = {
  ref: ref(),
  secret: secret({ name: 'b' }, { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's', more: 'x' }),
  configMap: { data: { BUCKET_NAME: 'b' } },
  routeHost: 'h',
}
const uid = 'multicluster.odf.openshift.io/agent-cluster-uid'
const text = (value: Secret, key: string): string => Buffer.from(value.data?.[key] ?? '', 'base64').toString()

describe('secrets from a spoke to the hub', () => {
  it('carry the uid of their spoke only when it is given', () => {
    expect(rookHubSecret({ ref: ref(), secret: source, external: false }).metadata).not.toHaveProperty(
      'annotations',
    )
    expect(s3HubSecret(s3Input).metadata).not.toHaveProperty('annotations')
    const agentClusterUid = 'u-1'
    const rook = rookHubSecret({ ref: ref(), secret: source, external: true, agentClusterUid })
    expect(
      [rook, s3HubSecret({ ...s3Input, agentClusterUid })].map(({ metadata }) => metadata.annotations),
    ).toEqual([{ [uid]: 'u-1' }, { [uid]: 'u-1' }])
  })

  it('hold exactly the six keys of a bucket', () => {
    const keys = Object.keys(JSON.parse(text(s3HubSecret(s3Input), 'secret-data')) as object)
    expect(keys).toEqual([
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
      's3Bucket',
      's3CompatibleEndpoint',
      's3ProfileName',
      's3Region',
    ])
  })

  it.each([
    [
      'an access key',
      { secret: { data: { AWS_ACCESS_KEY_ID: 'YQ==' } } },
      'secret: AWS_SECRET_ACCESS_KEY is missing or empty',
    ],
    ['the bucket', { configMap: {} }, 'configMap: BUCKET_NAME is missing or empty'],
    ['the host', { routeHost: '' }, 'routeHost: expected the host of the S3 route, got none'],
    ['the secret', { secret: undefined }, 'secret: expected a Kubernetes object'],
    [
      'the peer ref',
      { ref: { clusterName: 'c' } },
      'ref.storageClusterRef.namespace: expected a string, got undefined',
    ],
  ])('are not made without %s', (_what, input, message) => {
    expect(() => s3HubSecret({ ...s3Input, ...(input as Partial<S3HubSecretInput>) })).toThrow(message)
  })

  it('are made of any bytes, and the receiver’s spoke gets the same', () => {
    const data = fc.dictionary(
      fc.stringMatching(/^[-._a-zA-Z0-9]{1,20}$/),
      fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64')),
    )
    fc.assert(
      fc.property(data, (given) => {
        const blue = rookHubSecret({ ref: ref(), secret: { data: given }, external: false })
        const green = greenSecret({ blue, receiver: ref('c2', 'other', 'elsewhere') })
        expect(spokeSecret(green)).toMatchObject({
          metadata: { name: blue.metadata.name, namespace: 'elsewhere' },
        })
        expect(spokeSecret(green).data).toEqual({ ...given })
      }),
    )
  })
})

describe('greenSecret', () => {
  const blue = rookHubSecret({ ref: ref(), secret: source, external: false, agentClusterUid: 'u' })
  const receiver = ref('c2', 'other', 'elsewhere')

  it('copies the bytes, whatever they are, and names only the receiver', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (content, origin) => {
        const odd = { ...blue, data: { ...blue.data, 'secret-data': content, 'secret-origin': origin } }
        expect(greenSecret({ blue: odd, receiver })).toEqual({
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: {
            name: blue.metadata.name,
            namespace: 'c2',
            labels: { 'multicluster.odf.openshift.io/secret-type': 'GREEN' },
          },
          type: 'Opaque',
          data: {
            'secret-data': content,
            'secret-origin': origin,
            namespace: base64('elsewhere'),
            'storage-cluster-name': base64('other'),
          },
        })
      }),
    )
  })

  it.each([
    ['an internal secret', { blue: s3HubSecret(s3Input) }, 'blue: expected a BLUE secret'],
    ['no secret', { blue: undefined }, 'blue: expected a Kubernetes object'],
    ['a secret without a name', { blue: { metadata: {} } }, 'blue: expected an object with a metadata.name'],
    ['a secret without content', { blue: { ...blue, data: {} } }, 'blue: secret-data is missing'],
    ['no receiver', { receiver: undefined }, 'receiver.clusterName: expected a string'],
    [
      'half a receiver',
      { receiver: { clusterName: 'c' } },
      'receiver.storageClusterRef.namespace: expected a string',
    ],
  ])('refuses %s', (_what, input, message) => {
    const given = { blue, receiver, ...(input as { blue?: Secret; receiver?: PeerRef }) }
    expect(() => greenSecret(given)).toThrow(message)
  })
})

describe('secrets for Ramen', () => {
  it('are not made from what lacks a key', () => {
    const internal = rookHubSecret({ ref: ref(), secret: { data: { s3Bucket: 'YQ==' } }, external: true })
    const message = 'is missing or empty'
    expect(() => ramenS3Secret({ internal, namespace: 'r' })).toThrow(
      `secret-data: AWS_ACCESS_KEY_ID ${message}`,
    )
    expect(() => ramenFsidSecret({ internal, namespace: 'r' })).toThrow(`secret-data: fsid ${message}`)
    expect(() => ramenS3Profile(internal)).toThrow(`secret-data: s3ProfileName ${message}`)
    expect(() => ramenS3Profile({ metadata: {} })).toThrow(
      'internal: expected an object with a metadata.name',
    )
    expect(() => ramenS3Profile({ metadata: { name: 'n' } })).toThrow('the secret has no secret-data')
  })
})

describe('spokeSecret', () => {
  it('needs what names its place', () => {
    const green = greenSecret({
      blue: rookHubSecret({ ref: ref(), secret: source, external: false }),
      receiver: ref('c2', 'a', ''),
    })
    expect(() => spokeSecret(green)).toThrow('green: namespace is missing or empty')
  })
})
