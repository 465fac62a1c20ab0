import { contract, kinds } from '@odfmo/api-types'
import { hubSecretName, s3SecretName } from '@odfmo/secret-naming'
import { sameState, type Cluster, type KubeObject, type Snapshot } from '@odfmo/testkit'
import { expect } from 'vitest'
import { namespace } from './agent-rights.ts'
import { refOf, settled, storageClusterName, type Fleet } from './fleet.ts'
import type { RunningAgent } from './running-agent.ts'

export const spokeOf = <C extends Cluster>(fleet: Fleet<C>, name: string): C => {
  const spoke = fleet.spokes[name]
  if (spoke === undefined) throw new Error(`no cluster ${name}`)
  return spoke
}

/** Everything the two agents have to bring about for one async MirrorPeer of cluster1 and cluster2. */
export const expectExchanged = async (fleet: Fleet): Promise<void> => {
  for (const [name, other] of [
    ['cluster1', 'cluster2'],
    ['cluster2', 'cluster1'],
  ] as const) {
    const spoke = spokeOf(fleet, name)
    const secretName = hubSecretName(refOf(other))
    const exchanged = await fleet.get(spoke, kinds.Secret, { namespace, name: secretName })
    const token = await fleet.get(spokeOf(fleet, other), kinds.Secret, {
      namespace,
      name: `cluster-peer-token-${storageClusterName}-cephcluster`,
    })
    expect(exchanged?.metadata.labels).toEqual({
      [contract.label.createdBy]: contract.createdBy.tokenExchange,
    })
    expect(exchanged?.data).toEqual(token?.data)
    expect(
      (await fleet.get(spoke, kinds.StorageCluster, { namespace, name: storageClusterName }))?.spec
        ?.mirroring,
    ).toEqual({
      enabled: true,
      peerSecretNames: [secretName],
    })
    expect(
      (await fleet.get(spoke, kinds.ConfigMap, { namespace, name: 'rook-ceph-operator-config' }))?.data,
    ).toMatchObject({ CSI_ENABLE_OMAP_GENERATOR: 'true' })
    expect(
      (await fleet.list(spoke, kinds.VolumeReplicationClass)).map(({ metadata }) => metadata.name),
    ).toEqual(['rbd-volumereplicationclass-1625360775'])
    const fsid = fleet.storage[name]?.fsid(storageClusterName)
    for (const suffix of ['ceph-rbd', 'cephfs']) {
      expect(
        (await fleet.get(spoke, kinds.StorageClass, { name: `${storageClusterName}-${suffix}` }))?.metadata
          .labels,
      ).toEqual({ [contract.label.storageId]: fsid })
    }
    expect(
      await fleet.get(fleet.hub, kinds.Secret, { namespace: name, name: s3SecretName(refOf(name)) }),
    ).toBeDefined()
    expect(
      await fleet.get(spoke, kinds.ObjectBucketClaim, { namespace, name: 'odrbucket-b1b922184baf' }),
    ).toBeDefined()
    // Rook has seen it too.
    expect(
      await spoke.list({ apiVersion: 'ceph.rook.io/v1', kind: 'CephBlockPool' }, namespace),
    ).toMatchObject([{ spec: { mirroring: { enabled: true } }, status: { mirroringStatus: {} } }])
  }
  const [first, second] = await Promise.all(
    ['cluster1', 'cluster2'].map(
      async (name) =>
        (await fleet.list(spokeOf(fleet, name), kinds.VolumeReplicationClass))[0]?.metadata.labels,
    ),
  )
  expect(first).toBeDefined()
  expect(first).toEqual(second)
}

/** The lock stays as long as its agent; and what every namespace gets comes when its controllers have time. */
export const ignoreLock = ({ kind, metadata: { name } }: KubeObject): boolean =>
  (kind === 'ConfigMap' && (name === contract.spoke.lock || name === 'kube-root-ca.crt')) ||
  (kind === 'ServiceAccount' && name === 'default')

/** Waits until the clusters are as they were. */
export const expectSame = (fleet: Fleet, before: readonly Snapshot[]): Promise<void> =>
  settled(fleet, async () => {
    for (const [at, snapshot] of (await fleet.snapshots()).entries()) {
      const earlier = before[at]
      if (earlier !== undefined) expect(sameState(earlier, snapshot, { ignore: ignoreLock })).toEqual([])
    }
  })

/** Deletes a MirrorPeer and waits until it is gone. */
export const deleted = async (fleet: Fleet, name = 'mirrorpeer-sample'): Promise<void> => {
  await fleet.deleteObject(fleet.hub, kinds.MirrorPeer, { name })
  await settled(fleet, async () =>
    expect(await fleet.get(fleet.hub, kinds.MirrorPeer, { name })).toBeUndefined(),
  )
}

/** An agent that has looked at everything and has nothing to do, wait for, or be refused. */
export const expectAtRest = ({ engine }: Pick<RunningAgent, 'engine'>): void => {
  const explained = engine.explain()
  expect(explained.length).toBeGreaterThan(8)
  expect(explained.filter(({ state }) => !['left', 'present', 'absent'].includes(state.is))).toEqual([])
  expect(engine.pending).toBe(0)
}
