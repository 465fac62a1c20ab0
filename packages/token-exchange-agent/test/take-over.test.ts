import {
  apiVersionOf,
  contract,
  kinds,
  type CephCluster,
  type Kind,
  type KubeObject,
  type MirrorPeer,
  type ObjectBucketClaim,
  type OwnerReference,
  type Secret,
  type StorageCluster,
} from '@odfmo/api-types'
import { decodeSecretData } from '@odfmo/secret-exchange'
import {
  bucketName,
  hubSecretName,
  peerTokenSecretName,
  s3SecretName,
  volumeReplicationClassName,
} from '@odfmo/secret-naming'
import type { Snapshot } from '@odfmo/testkit'
import { afterEach, expect, it } from 'vitest'
import { namespace } from './agent-rights.ts'
import { writesOf } from './agent-writes.ts'
import { bare, golden } from './cases.ts'
import { deleted, expectAtRest, spokeOf } from './expect-exchanged.ts'
import { refOf, settled, startFleet, storageClusterName, type Fleet } from './fleet.ts'

let fleet: Fleet | undefined

afterEach(async () => {
  await fleet?.stop()
  fleet = undefined
})

const names = ['cluster1', 'cluster2'] as const
const other = { cluster1: 'cluster2', cluster2: 'cluster1' } as const
const bucket = bucketName(names)
const className = volumeReplicationClassName('5m')
const fromBase64 = (text = ''): string => Buffer.from(text, 'base64').toString('utf8')

/** An object of the original, fit for another server. */
const left = <T extends KubeObject>(file: string): T => {
  const object = golden<T>(file)
  return { ...bare(object), apiVersion: object.apiVersion, kind: object.kind } as T
}

/** What lies on a spoke, the sources too: those of the tokens that the original carried. */
const spokeObjects = (name: (typeof names)[number]) => {
  const [own, peers] = [hubSecretName(refOf(name)), hubSecretName(refOf(other[name]))]
  const s3 = golden<Secret>(`hub__secrets__${name}__${s3SecretName(refOf(name))}`)
  const access = decodeSecretData(fromBase64(s3.data?.[contract.hubSecretKey.secretData]))
  return {
    storageCluster: left<StorageCluster>(`${name}__storageclusters__${namespace}__${storageClusterName}`),
    claim: left<ObjectBucketClaim>(`${name}__objectbucketclaims__${namespace}__${bucket}`),
    token: golden<Secret>(`${other[name]}__secrets__${namespace}__${own}`).data ?? {},
    bucketKeys: {
      AWS_ACCESS_KEY_ID: access.AWS_ACCESS_KEY_ID,
      AWS_SECRET_ACCESS_KEY: access.AWS_SECRET_ACCESS_KEY,
    },
    routeHost: fromBase64(access['s3CompatibleEndpoint']).replace('https://', ''),
    others: [
      `configmaps__${namespace}__rook-ceph-operator-config`,
      `secrets__${namespace}__${peers}`,
      `storageclasses__${storageClusterName}-ceph-rbd`,
      `storageclasses__${storageClusterName}-cephfs`,
      `volumereplicationclasses__${className}`,
    ].map((file) => left(`${name}__${file}`)),
  }
}

const ownedBy = (kind: Kind, owner: KubeObject | undefined): readonly OwnerReference[] => [
  {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    name: owner?.metadata.name ?? '',
    uid: owner?.metadata.uid ?? '',
  },
]

/** Lays out a spoke as the original's agent left it. */
const layOut = async (started: Fleet, name: (typeof names)[number]): Promise<void> => {
  const spoke = spokeOf(started, name)
  const objects = spokeObjects(name)
  await spoke.apply(objects.storageCluster, objects.claim, ...objects.others)
  const storageCluster = await started.get(spoke, kinds.StorageCluster, {
    namespace,
    name: storageClusterName,
  })
  const cephCluster: CephCluster = {
    apiVersion: apiVersionOf(kinds.CephCluster),
    kind: 'CephCluster',
    metadata: {
      namespace,
      name: `${storageClusterName}-cephcluster`,
      ownerReferences: ownedBy(kinds.StorageCluster, storageCluster),
    },
  }
  await spoke.apply(cephCluster)
  const ceph = await started.get(spoke, kinds.CephCluster, {
    namespace,
    name: cephCluster.metadata.name ?? '',
  })
  const claim = await started.get(spoke, kinds.ObjectBucketClaim, { namespace, name: bucket })
  const ofClaim = { namespace, name: bucket, ownerReferences: ownedBy(kinds.ObjectBucketClaim, claim) }
  await spoke.apply(
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        namespace,
        name: peerTokenSecretName(storageClusterName),
        ownerReferences: ownedBy(kinds.CephCluster, ceph),
      },
      data: objects.token,
    },
    { apiVersion: 'v1', kind: 'Secret', metadata: ofClaim, data: objects.bucketKeys },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: ofClaim, data: { BUCKET_NAME: bucket } },
    {
      apiVersion: apiVersionOf(kinds.Route),
      kind: 'Route',
      metadata: { namespace, name: 's3' },
      spec: { host: objects.routeHost },
    },
  )
}

it('takes over what the original left, changing nothing but who wrote it, and takes it away with its MirrorPeer', async () => {
  const started = await startFleet({ storageClusters: [] })
  fleet = started
  // What the original carried is what lies here; nobody makes it anew.
  for (const simulator of Object.values(started.storage)) simulator.pause()
  for (const name of names) await layOut(started, name)
  await started.hub.apply(
    ...names.flatMap((name) =>
      [hubSecretName(refOf('cluster1')), hubSecretName(refOf('cluster2')), s3SecretName(refOf(name))].map(
        (secret) => left(`hub__secrets__${name}__${secret}`),
      ),
    ),
    left<MirrorPeer>('hub__mirrorpeers__mirrorpeer-sample'),
  )
  const before = await started.snapshots()
  const agents = await Promise.all(names.map((name) => started.startAgent(name)))
  const delivered = (name: string): readonly string[] => [
    hubSecretName(refOf(name)),
    s3SecretName(refOf(name)),
  ]
  await settled(started, async () => {
    for (const name of names) {
      const uid = (await started.get(spokeOf(started, name), kinds.Namespace, { name: 'kube-system' }))
        ?.metadata.uid
      for (const secret of delivered(name)) {
        const { metadata } =
          (await started.get(started.hub, kinds.Secret, { namespace: name, name: secret })) ?? {}
        expect(metadata?.annotations).toEqual({ [contract.annotation.agentClusterUid]: uid })
      }
    }
    for (const agent of agents) expectAtRest(agent)
  })
  for (const name of names)
    expect((await writesOf(started, name)).filter((write) => !isOfLocks.test(write)).toSorted()).toEqual(
      delivered(name)
        .map((secret) => `hub: patch secrets ${name}/${secret}`)
        .toSorted(),
    )
  // No other thing was touched, not even as it was made anew with the same content.
  const versions = (await started.snapshots()).map((snapshot) => versionsOf(snapshot.tables))
  for (const [at, { tables }] of before.entries())
    for (const [object, version] of Object.entries(versionsOf(tables)))
      if (!names.some((name) => delivered(name).some((secret) => object.endsWith(`${name}/${secret}`))))
        expect([object, versions[at]?.[object]]).toEqual([object, version])

  for (const simulator of Object.values(started.storage)) simulator.resume()
  await deleted(started)
  for (const name of names) {
    const spoke = spokeOf(started, name)
    expect(await started.list(spoke, kinds.VolumeReplicationClass)).toEqual([])
    expect(await started.list(spoke, kinds.ObjectBucketClaim)).toEqual([])
    const key = { namespace, name: storageClusterName }
    expect((await started.get(spoke, kinds.StorageCluster, key))?.spec?.mirroring).toBeUndefined()
    const secret = { namespace, name: hubSecretName(refOf(other[name])) }
    expect(await started.get(spoke, kinds.Secret, secret)).toBeUndefined()
    expect(await started.list(started.hub, kinds.Secret, name)).toEqual([])
  }
}, 300_000)

/** Creations, whose names no journal has. */
const isOfLocks = / create (configmaps|leases)\b/

/** uid and resourceVersion of what agents may write, by table and name. */
const versionsOf = (tables: Snapshot['tables']): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(tables)
      .filter(([table]) => watched.some((plural) => table.endsWith(`/${plural}`)))
      .flatMap(([table, objects]) =>
        objects.map(({ metadata }) => [
          `${table} ${metadata.namespace ?? ''}/${metadata.name ?? ''}`,
          `${metadata.uid} ${metadata.resourceVersion}`,
        ]),
      ),
  )

const watched = [
  kinds.MirrorPeer,
  kinds.Secret,
  kinds.ObjectBucketClaim,
  kinds.StorageCluster,
  kinds.StorageClass,
  kinds.VolumeReplicationClass,
].map(({ plural }) => plural)
