import { contract, type ConfigMap, type Secret } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import { decodeSecretData } from '@odfmo/secret-exchange'
import { bucketName, s3SecretName } from '@odfmo/secret-naming'
import { describe, expect, it } from 'vitest'
import {
  agentApp,
  base64,
  bucketConfigMap,
  bucketSecret,
  claim,
  golden,
  hubFinalizer,
  mirrorPeer,
  objectOf,
  refOf,
  route,
  scopeOf,
  uid,
  wantedOf,
  type Clusters,
} from '../../test/cases.ts'

const s3Key = { namespace: 'cluster1', name: s3SecretName(refOf('cluster1')) }
const bucket = bucketName(['cluster1', 'cluster2'])
const routes = [route()]
const noobaa: Clusters = {
  mirrorPeers: [mirrorPeer()],
  claims: [claim(bucket)],
  secrets: [bucketSecret(bucket)],
  configMaps: [bucketConfigMap(bucket)],
  routes,
}
const inOdr = <T extends KubeObject>(object: T): T => ({
  ...object,
  metadata: { ...object.metadata, namespace: 'odr' },
})
const there: Secret = {
  metadata: { ...s3Key, labels: { [contract.label.secretType]: contract.secretKind.internal } },
}
const s3 = (clusters: Clusters, app?: ReturnType<typeof agentApp>): string => {
  const wanted = wantedOf('hub-s3-secret', s3Key, clusters, app)
  return wanted.is === 'waiting' ? wanted.reason : wanted.is
}
/** What the hub is told, in plain. */
const told = (clusters: Clusters): Readonly<Record<string, string>> => {
  const { data } = objectOf<Secret>(wantedOf('hub-s3-secret', s3Key, clusters))
  const text = Buffer.from(data?.[contract.hubSecretKey.secretData] ?? '', 'base64').toString('utf8')
  return Object.fromEntries(
    Object.entries(decodeSecretData(text)).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString('utf8'),
    ]),
  )
}

describe('the S3 secret', () => {
  it('is what the original left, and the uid of the spoke', () => {
    const configMap: ConfigMap = bucketConfigMap(bucket)
    const secrets = [
      bucketSecret(bucket, {
        AWS_ACCESS_KEY_ID: base64('access1'),
        AWS_SECRET_ACCESS_KEY: base64('secret1+/=&<>'),
      }),
    ]
    const made = objectOf<Secret>(
      wantedOf('hub-s3-secret', s3Key, {
        ...noobaa,
        secrets,
        configMaps: [configMap],
        routes: [route('s3-openshift-storage.apps.cluster1.example')],
      }),
    )
    const original = golden<Secret>('hub__secrets__cluster1__a6bd33b0ff333553dce289cbbbb56976a789b8f')
    expect(made.data).toEqual(original.data)
    expect(made.metadata).toEqual({
      ...s3Key,
      labels: original.metadata.labels,
      annotations: { [contract.annotation.agentClusterUid]: uid },
    })
  })

  const younger = mirrorPeer({
    name: 'younger',
    created: '2026-01-02T00:00:00Z',
    items: [refOf('cluster1'), refOf('cluster3')],
  })
  const youngersBucket = bucketName(['cluster1', 'cluster3'])

  it.each<readonly [string, string, Clusters]>([
    ['waits for the secret of the claim', 'NoBucketSecret', { ...noobaa, secrets: [] }],
    ['waits for the config map', 'NoBucketConfigMap', { ...noobaa, configMaps: [], hubSecrets: [there] }],
    ['waits for the route', 'NoS3Route', { ...noobaa, routes: [], hubSecrets: [there] }],
    [
      'goes when the claim’s secret goes',
      'absent',
      { ...noobaa, secrets: [], configMaps: [], hubSecrets: [there] },
    ],
    ['is there for type sync too', 'present', { ...noobaa, mirrorPeers: [mirrorPeer({ type: 'sync' })] }],
    [
      'never takes a younger one’s bucket instead',
      'NoBucketSecret',
      {
        ...noobaa,
        mirrorPeers: [mirrorPeer(), younger],
        secrets: [bucketSecret(youngersBucket)],
        configMaps: [bucketConfigMap(youngersBucket)],
      },
    ],
    ...(['starting', 'in force'] as const).map((standing): readonly [string, string, Clusters] => [
      `of a younger one stays until the bucket of an elder that is ${standing} has answered`,
      'NoBucketSecret',
      {
        ...noobaa,
        mirrorPeers: [mirrorPeer(standing === 'starting' ? { finalizers: [hubFinalizer] } : {}), younger],
        claims: [claim(youngersBucket)],
        secrets: [bucketSecret(youngersBucket)],
        configMaps: [bucketConfigMap(youngersBucket)],
        hubSecrets: [there],
      },
    ]),
    [
      'takes no bucket of a user',
      'NoBucketSecret',
      { ...noobaa, secrets: [bucketSecret('odrbucket-a-users-own')] },
    ],
  ])('%s', (_, expected, clusters) => expect(s3(clusters)).toBe(expected))

  it('is of the eldest MirrorPeer’s bucket, however many there are', () => {
    const buckets = [bucket, youngersBucket]
    const clusters: Clusters = {
      ...noobaa,
      mirrorPeers: [younger, mirrorPeer()],
      claims: buckets.map((name) => claim(name)),
      secrets: buckets.map((name) => bucketSecret(name)),
      configMaps: buckets.map((name) => bucketConfigMap(name)),
    }
    expect(told(clusters)).toMatchObject({ s3Bucket: bucket })
    const left = [younger, mirrorPeer({ deleting: true })]
    expect(told({ ...clusters, mirrorPeers: left })).toMatchObject({ s3Bucket: youngersBucket })
  })

  it('says another host, region and key as soon as they are others', () => {
    expect(told(noobaa)).toMatchObject({
      AWS_SECRET_ACCESS_KEY: 'secret',
      s3CompatibleEndpoint: 'https://s3.example',
      s3Region: 'noobaa',
    })
    const secrets = [
      bucketSecret(bucket, { AWS_ACCESS_KEY_ID: base64('access'), AWS_SECRET_ACCESS_KEY: base64('rotated') }),
    ]
    const configMaps = [bucketConfigMap(bucket, { BUCKET_NAME: bucket, BUCKET_REGION: 'eu-1' })]
    const changed = { ...noobaa, secrets, configMaps, routes: [route('s3.moved.example')] }
    expect(told(changed)).toMatchObject({
      AWS_SECRET_ACCESS_KEY: 'rotated',
      s3CompatibleEndpoint: 'https://s3.moved.example',
      s3Region: 'eu-1',
    })
  })

  it('is of a bucket with the name that the environment gives', () => {
    const app = agentApp(scopeOf({ match: { token: 'cluster-peer-token', s3: 'dr-bucket' } }))
    expect(s3(noobaa, app)).toBe('NoBucketSecret')
    const named = {
      ...noobaa,
      secrets: [bucketSecret('our-dr-bucket')],
      configMaps: [bucketConfigMap('our-dr-bucket')],
    }
    expect(s3(named, app)).toBe('present')
    expect(s3(named)).toBe('NoBucketSecret')
  })

  it('is of the bucket in ODR_NAMESPACE, with the route beside the StorageCluster', () => {
    const app = agentApp(scopeOf({ odrNamespace: 'odr' }))
    const secrets = [bucketSecret(bucket)].map(inOdr)
    const configMaps = [bucketConfigMap(bucket)].map(inOdr)
    const clusters = { ...noobaa, claims: [claim(bucket, { namespace: 'odr' })], secrets, configMaps }
    expect(s3(clusters, app)).toBe('present')
    expect(s3({ ...clusters, routes: routes.map(inOdr) }, app)).toBe('NoS3Route')
    expect(s3(clusters)).toBe('NoBucketSecret')
  })

  it('follows a claim that was made before the items were swapped', () => {
    const clusters = {
      ...noobaa,
      mirrorPeers: [mirrorPeer({ items: [refOf('cluster2'), refOf('cluster1')] })],
    }
    expect(s3(clusters)).toBe('present')
  })
})

it('is not held up by an elder MirrorPeer that the hub never accepts', () => {
  const invalid = mirrorPeer({
    name: 'elder',
    created: '2025-01-01T00:00:00Z',
    finalizers: [],
    items: [refOf('cluster1'), refOf('cluster3')],
  })
  expect(s3({ ...noobaa, mirrorPeers: [invalid, mirrorPeer()] })).toBe('present')
  expect(s3({ ...noobaa, mirrorPeers: [invalid] })).toBe('NotInForce')
})
