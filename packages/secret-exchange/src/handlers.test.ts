import { describe, expect, it } from 'vitest'
import { cephCluster, configMap, ref, route, secret, spoke, storageCluster, token } from '../test/objects.ts'
import { greenSecret } from './green-secret.ts'
import { handlers } from './handlers.ts'
import { rookHandler } from './handlers/rook-handler.ts'
import { s3Handler } from './handlers/s3-handler.ts'
import { rookHubSecret } from './rook-hub-secret.ts'
import { s3HubSecret } from './s3-hub-secret.ts'
import type { HubSecretResult } from './secret-exchange-handler.ts'

const reason = (result: HubSecretResult): string => (result.is === 'waiting' ? result.reason : result.is)
const sc = 'ocs-storagecluster'
const peerToken = secret(
  { name: `cluster-peer-token-${sc}-cephcluster`, owner: ['CephCluster', 'cc'] },
  { token: token('f') },
)
const mon = secret({ name: 'rook-ceph-mon', owner: ['StorageCluster', sc] }, { fsid: 'f' })
const bucket = secret(
  { name: 'odrbucket-1', owner: ['ObjectBucketClaim', 'odrbucket-1'] },
  { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's' },
)
const bucketConfig = configMap(
  { name: 'odrbucket-1', owner: ['ObjectBucketClaim', 'odrbucket-1'] },
  { BUCKET_NAME: 'b' },
)

describe('the registry', () => {
  it('has every handler under its own name', () => {
    expect(handlers.map(({ name }) => name)).toEqual(['s3', 'rook'])
  })

  it('gives each spoke object to the handlers that take it', () => {
    const takers = (one: typeof bucket): string[] =>
      handlers.filter((handler) => handler.takes('Secret', one)).map(({ name }) => name)
    expect(takers(peerToken)).toEqual(['rook'])
    expect(takers(mon)).toEqual(['rook'])
    expect(takers(bucket)).toEqual(['s3'])
    expect(takers(secret({ name: 'odrbucket-1' }))).toEqual([])
    expect(takers(secret({ name: 'rook-ceph-mon', owner: ['CephCluster', 'cc'] }))).toEqual([])
    expect(takers(secret({ name: 'other', owner: ['CephCluster', 'cc'] }))).toEqual([])
    expect(handlers.filter((handler) => handler.takes('ConfigMap', bucketConfig))).toEqual([s3Handler])
    expect(rookHandler.takes('ConfigMap', peerToken)).toBe(false)
  })

  it('goes by the names that the environment gives', () => {
    const match = { token: 'my-token', s3: 'my-bucket' }
    expect(rookHandler.takes('Secret', peerToken, match)).toBe(false)
    expect(rookHandler.takes('Secret', mon, match)).toBe(true)
    expect(
      rookHandler.takes('Secret', secret({ name: 'a-my-token', owner: ['CephCluster', 'cc'] }), match),
    ).toBe(true)
    expect(s3Handler.takes('Secret', bucket, match)).toBe(false)
  })
})

describe('the Rook handler', () => {
  const converged = spoke({
    cephClusters: [cephCluster('cc', sc)],
    storageClusters: [storageCluster(sc, false)],
  })
  const externalSpoke = spoke({ storageClusters: [storageCluster(sc, true)] })

  it('brings the peer token as a blue secret', () => {
    const result = rookHandler.hubSecret({
      ref: ref(),
      sources: [mon, peerToken, bucket],
      spoke: converged,
      agentClusterUid: 'u',
    })
    expect(result).toEqual({
      is: 'present',
      source: { namespace: 'openshift-storage', name: peerToken.metadata.name },
      secret: rookHubSecret({ ref: ref(), secret: peerToken, external: false, agentClusterUid: 'u' }),
    })
    expect(result.is === 'present' && { name: result.secret.metadata.name, namespace: 'c1' }).toEqual(
      rookHandler.hubSecretKey(ref()),
    )
  })

  it('brings rook-ceph-mon of external Ceph as an internal one, and never the token', () => {
    const result = rookHandler.hubSecret({ ref: ref(), sources: [peerToken, mon], spoke: externalSpoke })
    expect(result).toMatchObject({ is: 'present', source: { name: 'rook-ceph-mon' } })
    expect(result.is === 'present' && result.secret).toEqual(
      rookHubSecret({ ref: ref(), secret: mon, external: true }),
    )
  })

  it.each([
    ['a StorageCluster', { sources: [peerToken], spoke: spoke({}) }, 'NoStorageCluster'],
    ['a token', { sources: [mon, bucket], spoke: converged }, 'NoPeerToken'],
    [
      'the CephCluster between',
      { sources: [peerToken], spoke: spoke({ storageClusters: [storageCluster(sc)] }) },
      'NoPeerToken',
    ],
    ['content of the token', { sources: [{ ...peerToken, data: {} }], spoke: converged }, 'TokenIncomplete'],
    ['rook-ceph-mon', { sources: [peerToken], spoke: externalSpoke }, 'NoCephSecret'],
    ['an fsid', { sources: [{ ...mon, data: {} }], spoke: externalSpoke }, 'TokenIncomplete'],
  ])('waits for %s', (_what, input, wanted) => {
    expect(reason(rookHandler.hubSecret({ ref: ref(), ...input }))).toBe(wanted)
  })

  it('leaves tokens of other StorageClusters and other namespaces alone', () => {
    const others = spoke({
      cephClusters: [cephCluster('cc', 'another')],
      storageClusters: [storageCluster(sc), storageCluster('another')],
    })
    expect(reason(rookHandler.hubSecret({ ref: ref(), sources: [peerToken], spoke: others }))).toBe(
      'NoPeerToken',
    )
    const elsewhere = { ...peerToken, metadata: { ...peerToken.metadata, namespace: 'elsewhere' } }
    expect(reason(rookHandler.hubSecret({ ref: ref(), sources: [elsewhere], spoke: converged }))).toBe(
      'NoPeerToken',
    )
  })

  it('chooses the usual name whatever the order', () => {
    const rival = secret(
      { name: 'a-cluster-peer-token', owner: ['CephCluster', 'cc'] },
      { token: token('g') },
    )
    for (const sources of [
      [rival, peerToken],
      [peerToken, rival],
    ]) {
      expect(rookHandler.hubSecret({ ref: ref(), sources, spoke: converged })).toMatchObject({
        source: { name: peerToken.metadata.name },
      })
    }
  })

  it('brings green secrets back, and no others', () => {
    const blue = rookHubSecret({ ref: ref('c2'), secret: peerToken, external: false })
    const green = greenSecret({ blue, receiver: ref() })
    expect(rookHandler.takesGreen(green)).toBe(true)
    expect(rookHandler.takesGreen(blue)).toBe(false)
    expect(rookHandler.spokeSecret(green).data).toEqual(peerToken.data)
  })
})

describe('the S3 handler', () => {
  const complete = { configMaps: [bucketConfig], routes: [route('s3.example')] }

  it('brings the access to the bucket', () => {
    const result = s3Handler.hubSecret({
      ref: ref(),
      sources: [peerToken, bucket],
      spoke: spoke(complete),
      agentClusterUid: 'u',
    })
    expect(result).toEqual({
      is: 'present',
      source: { namespace: 'openshift-storage', name: 'odrbucket-1' },
      secret: s3HubSecret({
        ref: ref(),
        secret: bucket,
        configMap: bucketConfig,
        routeHost: 's3.example',
        agentClusterUid: 'u',
      }),
    })
    expect(result.is === 'present' && { name: result.secret.metadata.name, namespace: 'c1' }).toEqual(
      s3Handler.hubSecretKey(ref()),
    )
  })

  it.each([
    ['a bucket', { sources: [peerToken] }, complete, 'NoBucketSecret'],
    [
      'its keys',
      { sources: [{ ...bucket, data: { AWS_ACCESS_KEY_ID: 'YQ==' } }] },
      complete,
      'BucketSecretIncomplete',
    ],
    ['its ConfigMap', {}, { ...complete, configMaps: [] }, 'NoBucketConfigMap'],
    [
      'a ConfigMap of the claim',
      {},
      { ...complete, configMaps: [configMap({ name: 'odrbucket-1' }, { BUCKET_NAME: 'b' })] },
      'NoBucketConfigMap',
    ],
    [
      'the bucket’s name',
      {},
      { ...complete, configMaps: [{ ...bucketConfig, data: {} }] },
      'BucketConfigMapIncomplete',
    ],
    ['the route', {}, { ...complete, routes: [] }, 'NoS3Route'],
    ['a host of the route', {}, { ...complete, routes: [route('')] }, 'NoS3Route'],
  ])('waits for %s', (_what, input, objects, wanted) => {
    expect(
      reason(s3Handler.hubSecret({ ref: ref(), sources: [bucket], spoke: spoke(objects), ...input })),
    ).toBe(wanted)
  })

  it('brings nothing back', () => {
    expect(s3Handler.takesGreen(bucket)).toBe(false)
    expect(() => s3Handler.spokeSecret(bucket)).toThrow('never brought back')
  })
})
