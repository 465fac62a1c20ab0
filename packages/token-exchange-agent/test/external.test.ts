import { contract, kinds, type Secret } from '@odfmo/api-types'
import { fsidOfToken } from '@odfmo/secret-exchange'
import { bucketName, hubSecretName, s3SecretName } from '@odfmo/secret-naming'
import { afterEach, expect, it } from 'vitest'
import { namespace } from './agent-rights.ts'
import { deleted, expectSame } from './expect-exchanged.ts'
import {
  mirrorPeer,
  refOf,
  settled,
  startFleet,
  storageCluster,
  storageClusterName,
  type Fleet,
} from './fleet.ts'

let fleet: Fleet | undefined

afterEach(async () => {
  await fleet?.stop()
  fleet = undefined
})

const plain = (secret: Secret | undefined, key: string): string =>
  Buffer.from(secret?.data?.[key] ?? '', 'base64').toString('utf8')

it('brings the fsid of external Ceph and the bucket to the hub for type sync, mirrors nothing, and takes all of it away again', async () => {
  const storageClusters = [storageCluster({ externalStorage: { enable: true } })]
  const started = await startFleet({ storageClusters })
  fleet = started
  for (const name of ['cluster1', 'cluster2']) await started.startAgent(name)
  const before = await started.snapshots()
  await started.hub.apply(mirrorPeer('mirrorpeer-sample', { type: 'sync' }))
  const delivered = async (): Promise<void> => {
    for (const [name, spoke] of Object.entries(started.spokes)) {
      const secrets = await started.list(started.hub, kinds.Secret, name)
      const labelled = secrets.filter(
        ({ metadata }) => metadata.labels?.[contract.label.secretType] !== undefined,
      )
      expect(labelled.map(({ metadata }) => metadata.name ?? '').toSorted()).toEqual(
        [hubSecretName(refOf(name)), s3SecretName(refOf(name))].toSorted(),
      )
      for (const { metadata } of labelled)
        expect(metadata.labels).toEqual({ [contract.label.secretType]: contract.secretKind.internal })
      const mon = labelled.find(({ metadata }) => metadata.name === hubSecretName(refOf(name)))
      expect(fsidOfToken(mon ?? {})).toBe(started.storage[name]?.fsid(storageClusterName))
      expect(plain(mon, contract.hubSecretKey.clusterType)).toBe('External')
      expect(plain(mon, contract.hubSecretKey.secretOrigin)).toBe('rook')
      expect(
        await started.get(spoke, kinds.ObjectBucketClaim, {
          namespace,
          name: bucketName(['cluster1', 'cluster2']),
        }),
      ).toBeDefined()
    }
  }
  await settled(started, delivered)
  for (const spoke of Object.values(started.spokes)) {
    const key = { namespace, name: storageClusterName }
    expect((await started.get(spoke, kinds.StorageCluster, key))?.spec).toEqual({
      externalStorage: { enable: true },
    })
    expect(await started.list(spoke, kinds.VolumeReplicationClass)).toEqual([])
    const labels = (await started.list(spoke, kinds.StorageClass)).map(({ metadata }) => metadata.labels)
    expect(labels.filter((each) => each?.[contract.label.storageId] !== undefined)).toEqual([])
    const config = { namespace, name: contract.spoke.rookOperatorConfig }
    expect((await started.get(spoke, kinds.ConfigMap, config))?.data).not.toHaveProperty(
      contract.spoke.omapGeneratorKey,
    )
  }
  await started.storage['cluster1']?.reinstall(storageClusterName)
  await settled(started, delivered)

  await deleted(started)
  // The new fsid is in what Rook left, so that only the hub is as it was.
  await expectSame(started, before.slice(0, 1))
  for (const spoke of Object.values(started.spokes))
    expect(await started.list(spoke, kinds.ObjectBucketClaim)).toEqual([])
}, 300_000)
