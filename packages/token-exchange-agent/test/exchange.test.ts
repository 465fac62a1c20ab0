import { contract, kinds } from '@odfmo/api-types'
import { hubSecretName, s3SecretName } from '@odfmo/secret-naming'
import { sameState } from '@odfmo/testkit'
import { afterEach, expect, it } from 'vitest'
import { mirrorPeer, namespace, refOf, settled, startFleet, storageClusterName, type Fleet } from './fleet.ts'

let fleet: Fleet

afterEach(() => fleet?.stop())

const expectExchanged = (): void => {
  for (const [name, other] of [
    ['cluster1', 'cluster2'],
    ['cluster2', 'cluster1'],
  ] as const) {
    const spoke = fleet.spokes[name]
    if (spoke === undefined) throw new Error(`no ${name}`)
    const secretName = hubSecretName(refOf(other))
    expect(fleet.get(spoke, kinds.Secret, { namespace, name: secretName })?.metadata.labels).toEqual({
      [contract.label.createdBy]: contract.createdBy.tokenExchange,
    })
    expect(fleet.get(spoke, kinds.StorageCluster, { namespace, name: storageClusterName })?.spec?.mirroring).toEqual({
      enabled: true,
      peerSecretNames: [secretName],
    })
    expect(fleet.get(spoke, kinds.ConfigMap, { namespace, name: 'rook-ceph-operator-config' })?.data).toMatchObject({ CSI_ENABLE_OMAP_GENERATOR: 'true' })
    expect(fleet.list(spoke, kinds.VolumeReplicationClass).map(({ metadata }) => metadata.name)).toEqual(['rbd-volumereplicationclass-1625360775'])
    const fsid = fleet.storage[name]?.fsid(storageClusterName)
    for (const suffix of ['ceph-rbd', 'cephfs']) {
      expect(fleet.get(spoke, kinds.StorageClass, { name: `${storageClusterName}-${suffix}` })?.metadata.labels).toEqual({ [contract.label.storageId]: fsid })
    }
    expect(fleet.get(fleet.hub, kinds.Secret, { namespace: name, name: s3SecretName(refOf(name)) })).toBeDefined()
  }
}

it('brings the tokens to the other side, turns mirroring on, and leaves nothing behind on deletion', async () => {
  fleet = await startFleet()
  await fleet.startAgent('cluster1')
  await fleet.startAgent('cluster2')
  await settled(fleet, () => {
    // Both agents are there, with all they keep for themselves.
    for (const spoke of Object.values(fleet.spokes)) expect(fleet.get(spoke, kinds.ConfigMap, { namespace, name: contract.spoke.lock })).toBeDefined()
  })
  const before = fleet.snapshots()

  await fleet.hub.apply(mirrorPeer())
  await settled(fleet, expectExchanged)

  await fleet.deleteObject(fleet.hub, kinds.MirrorPeer, { name: 'mirrorpeer-sample' })
  await settled(fleet, () => expect(fleet.list(fleet.hub, kinds.MirrorPeer)).toEqual([]))
  await settled(fleet, () => {
    const ignore = ({ kind, metadata }: { kind?: string; metadata: { name?: string } }): boolean => kind === 'ConfigMap' && metadata.name === contract.spoke.lock
    for (const [at, snapshot] of fleet.snapshots().entries()) {
      const earlier = before[at]
      if (earlier !== undefined) expect(sameState(earlier, snapshot, { ignore })).toEqual([])
    }
  })
})
