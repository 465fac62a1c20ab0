import { contract, kinds, type MirrorPeer, type Secret } from '@odfmo/api-types'
import { decodeSecretData, rookHubSecret } from '@odfmo/secret-exchange'
import {
  bucketName,
  hubSecretName,
  replicationId,
  s3SecretName,
  volumeReplicationClassName,
} from '@odfmo/secret-naming'
import { afterEach, expect, it } from 'vitest'
import { token } from './cases.ts'
import { deleted, expectSame, spokeOf } from './expect-exchanged.ts'
import { mirrorPeer, refOf, settled, startFleet, storageClusterName, type Fleet } from './fleet.ts'
import { namespace } from './agent-rights.ts'

let fleet: Fleet | undefined

afterEach(async () => {
  await fleet?.stop()
  fleet = undefined
})

const longTest = 300_000
const fsid3 = 'fsid-of-cluster3'
/** A third cluster that is there only as what its agent delivered. */
const cluster3: readonly Secret[] = [
  rookHubSecret({ ref: refOf('cluster3'), secret: { data: token(fsid3) }, external: false }),
]
const elder = mirrorPeer('a-elder')
const younger = mirrorPeer('b-younger', {
  items: [refOf('cluster1'), refOf('cluster3')],
  schedulingIntervals: ['5m', '1h'],
})

/** Two MirrorPeers that share the StorageCluster of cluster1, when all is done for both. */
const shared = async (): Promise<Fleet> => {
  const started = await startFleet()
  fleet = started
  await started.hub.apply(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'cluster3' } },
    ...cluster3,
  )
  for (const name of ['cluster1', 'cluster2']) await started.startAgent(name)
  return started
}

/** The StorageCluster, the classes with what they replicate, the claims, and the bucket that the hub knows. */
const stateOf = async (started: Fleet): Promise<unknown> => {
  const spoke = spokeOf(started, 'cluster1')
  const { mirroring } =
    (await started.get(spoke, kinds.StorageCluster, { namespace, name: storageClusterName }))?.spec ?? {}
  const classes = await started.list(spoke, kinds.VolumeReplicationClass)
  const claims = await started.list(spoke, kinds.ObjectBucketClaim, namespace)
  const exchanged = (await started.list(spoke, kinds.Secret, namespace)).filter(
    ({ metadata }) => metadata.labels?.[contract.label.createdBy] === contract.createdBy.tokenExchange,
  )
  return {
    enabled: mirroring?.enabled,
    names: mirroring?.peerSecretNames?.toSorted(),
    secrets: exchanged.map(({ metadata }) => metadata.name ?? '').toSorted(),
    classes: Object.fromEntries(
      classes.map(({ metadata }) => [metadata.name, metadata.labels?.[contract.label.replicationId]]),
    ),
    claims: claims.map(({ metadata }) => metadata.name ?? '').toSorted(),
    published: await publishedBucket(started),
  }
}

const publishedBucket = async (started: Fleet): Promise<string> => {
  const key = { namespace: 'cluster1', name: s3SecretName(refOf('cluster1')) }
  const secret = await started.get(started.hub, kinds.Secret, key)
  const text = secret?.data?.[contract.hubSecretKey.secretData] ?? ''
  if (text === '') return ''
  const { s3Bucket = '' } = decodeSecretData(Buffer.from(text, 'base64').toString('utf8'))
  return Buffer.from(s3Bucket, 'base64').toString('utf8')
}

const expectState = (started: Fleet, state: unknown): Promise<void> =>
  settled(started, async () => expect(await stateOf(started)).toEqual(state))

const intervals = (of: MirrorPeer, schedulingIntervals: readonly string[]): MirrorPeer => ({
  apiVersion: of.apiVersion ?? '',
  kind: of.kind ?? '',
  metadata: { name: of.metadata.name ?? '' },
  spec: { ...of.spec, schedulingIntervals },
})

it(
  'shares a StorageCluster between two MirrorPeers: the elder decides, what either needs stays, intervals come and go',
  async () => {
    const started = await shared()
    const before = await started.snapshots()
    const fsid = (name: string): string => started.storage[name]?.fsid(storageClusterName) ?? ''
    const withCluster2 = replicationId([fsid('cluster1'), fsid('cluster2')])
    const withCluster3 = replicationId([fsid('cluster1'), fsid3])
    const [name2, name3] = [hubSecretName(refOf('cluster2')), hubSecretName(refOf('cluster3'))]
    const [bucket2, bucket3] = [bucketName(['cluster1', 'cluster2']), bucketName(['cluster1', 'cluster3'])]
    const [at5m, at30m, at1h] = ['5m', '30m', '1h'].map(volumeReplicationClassName) as [
      string,
      string,
      string,
    ]

    await started.hub.apply(elder)
    await settled(started, async () => expect(await publishedBucket(started)).toBe(bucket2))
    await started.hub.apply(younger)
    await expectState(started, {
      enabled: true,
      names: [name2, name3].toSorted(),
      secrets: [name2, name3].toSorted(),
      classes: { [at5m]: withCluster2, [at1h]: withCluster3 },
      claims: [bucket2, bucket3].toSorted(),
      published: bucket2,
    })

    await deleted(started, 'a-elder')
    const ofYounger = {
      enabled: true,
      names: [name3],
      secrets: [name3],
      claims: [bucket3],
      published: bucket3,
    }
    await expectState(started, { ...ofYounger, classes: { [at5m]: withCluster3, [at1h]: withCluster3 } })
    await started.hub.apply(intervals(younger, ['1h', '30m']))
    await expectState(started, { ...ofYounger, classes: { [at30m]: withCluster3, [at1h]: withCluster3 } })

    await deleted(started, 'b-younger')
    await expectSame(started, before)
  },
  longTest,
)

it(
  'keeps a bucket while another MirrorPeer has it, also when the items of the first were swapped',
  async () => {
    const started = await shared()
    const spoke = spokeOf(started, 'cluster1')
    const bucket = bucketName(['cluster1', 'cluster2'])
    const uids = async (): Promise<readonly unknown[]> =>
      (await started.list(spoke, kinds.ObjectBucketClaim, namespace)).map(({ metadata }) => [
        metadata.name,
        metadata.uid,
      ])
    await started.hub.apply(elder)
    await settled(started, async () => expect(await publishedBucket(started)).toBe(bucket))
    const claims = await uids()
    expect(claims).toHaveLength(1)

    const swapped = {
      ...intervals(elder, ['1h']),
      spec: { ...elder.spec, items: elder.spec.items.toReversed() },
    }
    await started.hub.apply({ ...swapped, spec: { ...swapped.spec, schedulingIntervals: ['1h'] } })
    // The other interval shows that the swapped one has been seen.
    await settled(started, async () => {
      const classes = await started.list(spoke, kinds.VolumeReplicationClass)
      expect(classes.map(({ metadata }) => metadata.name)).toEqual([volumeReplicationClassName('1h')])
    })
    expect(await uids()).toEqual(claims)

    await started.hub.apply(mirrorPeer('b-same-clusters', { type: 'sync' }))
    await settled(started, async () =>
      expect(
        (await started.get(started.hub, kinds.MirrorPeer, { name: 'b-same-clusters' }))?.metadata.finalizers,
      ).toHaveLength(3),
    )
    await deleted(started, 'a-elder')
    expect(await uids()).toEqual(claims)
    expect(await publishedBucket(started)).toBe(bucket)
    await deleted(started, 'b-same-clusters')
    expect(await uids()).toEqual([])
  },
  longTest,
)
