import { contract, kinds, type MirrorPeer, type StorageCluster } from '@odfmo/api-types'
import { apiVersionOf } from '@odfmo/api-types/meta'
import {
  bucketName,
  hubSecretName,
  replicationId,
  s3SecretName,
  volumeReplicationClassName,
} from '@odfmo/secret-naming'
import { expect } from 'vitest'
import { base64, namespace, refOf, storageClusterName, token } from '../cases.ts'
import { externalRef, type Stage } from './stage.ts'

/** Something that happens to a spoke and its hub while the agent works. */
export interface Scenario {
  readonly name: string
  /** What there is before, made with no agent running. */
  readonly given?: (stage: Stage) => Promise<void>
  readonly act: (stage: Stage) => Promise<void>
  /** At least so many writes are points; fewer, and the scenario does not do what it says. */
  readonly writes: number
}

export const tokenKey = { namespace, name: `cluster-peer-token-${storageClusterName}-cephcluster` }
export const storageClusterKey = { namespace, name: storageClusterName }

export const mirrorPeer = (spec: Partial<MirrorPeer['spec']> = {}, name = 'mp'): MirrorPeer => ({
  apiVersion: apiVersionOf(kinds.MirrorPeer),
  kind: kinds.MirrorPeer.kind,
  metadata: { name, finalizers: [contract.finalizer.hub] },
  spec: {
    items: [refOf('cluster1'), refOf('cluster2')],
    type: 'async',
    schedulingIntervals: ['5m'],
    ...spec,
  },
})

const ownFsid = (stage: Stage): string => {
  const text = Buffer.from(
    stage.find(stage.spoke, kinds.Secret, tokenKey)?.data?.['token'] ?? '',
    'base64',
  ).toString()
  return (JSON.parse(Buffer.from(text, 'base64').toString()) as { readonly fsid: string }).fsid
}

const fsidOf = ({ players }: Stage, cluster: string): string =>
  players.fsids.get(cluster) ?? `fsid-of-${cluster}`

interface Wanted {
  readonly intervals?: readonly string[]
  readonly opposites?: readonly string[]
  /** Of the replication id. */
  readonly elder?: string
}

/** All that an async MirrorPeer is to bring about on this side. */
export const exchanged = (
  stage: Stage,
  { intervals = ['5m'], opposites = ['cluster2'], elder = 'cluster2' }: Wanted = {},
): Promise<void> =>
  stage.until(() => {
    const { spoke, hub, find } = stage
    const names = opposites.map((name) => hubSecretName(refOf(name)))
    for (const [n, name] of names.entries())
      expect(find(spoke, kinds.Secret, { namespace, name })?.data).toEqual(
        token(fsidOf(stage, opposites[n] ?? '')),
      )
    const { mirroring } = find<StorageCluster>(spoke, kinds.StorageCluster, storageClusterKey)?.spec ?? {}
    expect(mirroring?.enabled).toBe(true)
    expect(mirroring?.peerSecretNames?.toSorted()).toEqual(names.toSorted())
    const id = replicationId([ownFsid(stage), fsidOf(stage, elder)])
    for (const interval of intervals)
      expect(
        find(spoke, kinds.VolumeReplicationClass, { name: volumeReplicationClassName(interval) })?.metadata
          .labels,
      ).toEqual({ [contract.label.replicationId]: id })
    for (const suffix of ['ceph-rbd', 'cephfs'])
      expect(
        find(spoke, kinds.StorageClass, { name: `${storageClusterName}-${suffix}` })?.metadata.labels,
      ).toEqual({ [contract.label.storageId]: ownFsid(stage) })
    const blue = find(hub, kinds.Secret, { namespace: 'cluster1', name: hubSecretName(refOf('cluster1')) })
    const source = find(spoke, kinds.Secret, tokenKey)
    expect(Buffer.from(blue?.data?.['secret-data'] ?? '', 'base64').toString()).toContain(
      source?.data?.['token'],
    )
    expect(
      find(hub, kinds.Secret, { namespace: 'cluster1', name: s3SecretName(refOf('cluster1')) }),
    ).toBeDefined()
  })

export const liveUntilExchanged = (stage: Stage): Promise<void> =>
  stage.live(async () => {
    await stage.create(mirrorPeer())
    await exchanged(stage)
  })

/** New tokens on both sides, and a new key of the bucket. */
const rotate = async (stage: Stage): Promise<void> => {
  const { spoke, hub } = stage
  const bucket = { namespace, name: bucketName(['cluster1', 'cluster2']) }
  await stage.patch(spoke, kinds.Secret, tokenKey, { data: token('rotated-in-place') })
  await stage.patch(spoke, kinds.Secret, bucket, { data: { AWS_ACCESS_KEY_ID: base64('rotated') } })
  stage.players.fsids.set('cluster2', 'fsid-of-cluster2')
  await exchanged(stage)
  await stage.until(() => {
    const s3 = stage.find(hub, kinds.Secret, { namespace: 'cluster1', name: s3SecretName(refOf('cluster1')) })
    const data = Buffer.from(s3?.data?.['secret-data'] ?? '', 'base64').toString()
    expect(data).toContain(base64('rotated'))
  })
}

/** A second MirrorPeer comes, which shares the StorageCluster; then the elder goes. */
const share = async (stage: Stage): Promise<void> => {
  const items = [refOf('cluster1'), refOf('cluster3')]
  await stage.create(mirrorPeer({ items, schedulingIntervals: ['5m', '10m'] }, 'younger'))
  await exchanged(stage, { opposites: ['cluster2', 'cluster3'] })
  await stage.delete(kinds.MirrorPeer, { name: 'mp' })
  await stage.gone()
  await exchanged(stage, { opposites: ['cluster3'], elder: 'cluster3', intervals: ['5m', '10m'] })
}

/** The items stand the other way round: the claim that is there stays the bucket. */
const swap = async (stage: Stage): Promise<void> => {
  await stage.patch(
    stage.hub,
    kinds.MirrorPeer,
    { name: 'mp' },
    {
      spec: { items: [refOf('cluster2'), refOf('cluster1')], schedulingIntervals: ['1h'] },
    },
  )
  await exchanged(stage, { intervals: ['1h'] })
  const claims = stage.spoke.list({
    apiVersion: apiVersionOf(kinds.ObjectBucketClaim),
    kind: 'ObjectBucketClaim',
  })
  expect(claims.map(({ metadata }) => metadata.name)).toEqual([bucketName(['cluster1', 'cluster2'])])
}

const intervals = async (stage: Stage): Promise<void> => {
  await stage.patch(
    stage.hub,
    kinds.MirrorPeer,
    { name: 'mp' },
    {
      spec: { schedulingIntervals: ['10m', '2h'] },
    },
  )
  await exchanged(stage, { intervals: ['10m', '2h'] })
  await stage.until(() =>
    expect(
      stage.find(stage.spoke, kinds.VolumeReplicationClass, { name: volumeReplicationClassName('5m') }),
    ).toBeUndefined(),
  )
}

/** The Ceph of this side is installed anew: another fsid everywhere it is written, in what cannot be changed too. */
const reinstall = async (stage: Stage): Promise<void> => {
  await stage.patch(stage.spoke, kinds.Secret, tokenKey, { data: token('fsid-of-a-new-ceph') })
  await exchanged(stage)
}

const external = mirrorPeer({
  type: 'sync',
  items: [refOf('cluster1', externalRef), refOf('cluster2')],
})

const syncExternal = async (stage: Stage): Promise<void> => {
  await stage.create(external)
  await stage.until(() => {
    for (const name of [hubSecretName, s3SecretName].map((nameOf) => nameOf(refOf('cluster1', externalRef))))
      expect(stage.find(stage.hub, kinds.Secret, { namespace: 'cluster1', name })?.metadata.labels).toEqual({
        [contract.label.secretType]: contract.secretKind.internal,
      })
  })
  await stage.delete(kinds.MirrorPeer, { name: 'mp' })
  await stage.gone()
}

export const scenarios: readonly Scenario[] = [
  {
    name: 'create',
    async act(stage) {
      await stage.create(mirrorPeer())
      await exchanged(stage)
    },
    writes: 10,
  },
  {
    name: 'delete',
    given: liveUntilExchanged,
    async act(stage) {
      await stage.delete(kinds.MirrorPeer, { name: 'mp' })
      await stage.gone()
    },
    writes: 10,
  },
  { name: 'rotate', given: liveUntilExchanged, act: rotate, writes: 2 },
  { name: 'a second MirrorPeer, then the elder goes', given: liveUntilExchanged, act: share, writes: 10 },
  { name: 'the items are swapped, with another interval', given: liveUntilExchanged, act: swap, writes: 2 },
  { name: 'other intervals', given: liveUntilExchanged, act: intervals, writes: 3 },
  { name: 'Ceph installed anew', given: liveUntilExchanged, act: reinstall, writes: 4 },
  { name: 'sync with external Ceph, come and gone', act: syncExternal, writes: 6 },
]
