import {
  contract,
  kinds,
  type ConfigMap,
  type Deployment,
  type MirrorPeer,
  type Secret,
  type StorageCluster,
} from '@odfmo/api-types'
import { apiVersionOf, type Kind, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import { hubSecretName, peerTokenSecretName } from '@odfmo/secret-naming'
import { eventually, peerRef, type Cluster, type KindRef } from '@odfmo/testkit'
import { expect } from 'vitest'
import { quiet, readyMirrorPeer } from '../acceptance-world.ts'
import type { FleetWorld, Spoke } from './fleet-world.ts'

/** A process has to start, on a machine that has other things to do, and on a real control plane. */
export const convergesMs = 180_000

export const refOf = (kind: Kind): KindRef => ({ apiVersion: apiVersionOf(kind), kind: kind.kind })

export const { namespace: storageNamespace, name: storageClusterName } = peerRef().storageClusterRef

const agentKey = { namespace: storageNamespace, name: 'token-exchange-agent' }

/** The object, or an error that names it. */
export const read = async <T extends KubeObject>(
  cluster: Cluster,
  kind: Kind<T>,
  key: ObjectKey,
): Promise<T> => {
  const found = (await cluster.get(refOf(kind), key)) as T | undefined
  if (found === undefined)
    throw new Error(`${cluster.name}: no ${kind.kind} ${key.namespace ?? ''}/${key.name}`)
  return found
}

/** Resolves when the check passes. */
export const settled = <T>({ clusters }: FleetWorld, check: () => Promise<T>): Promise<T> =>
  eventually(clusters, check, { timeoutMs: convergesMs })

/** Throws unless this spoke runs the agent from this image, and no other one. */
export const expectAgent = async ({ cluster }: Spoke, image: string): Promise<void> => {
  const { metadata, spec, status } = await read<Deployment>(cluster, kinds.Deployment, agentKey)
  expect(spec?.template.spec.containers.map((container) => container.image)).toEqual([image])
  const rolledOut = {
    observedGeneration: metadata.generation,
    updatedReplicas: 1,
    replicas: 1,
    readyReplicas: 1,
  }
  expect(status, `the agent of ${cluster.name}`).toMatchObject(rolledOut)
}

/** Throws unless the agent has done for a MirrorPeer of type async all that no condition on the hub tells of. */
const expectPrepared = async ({ name, cluster }: Spoke): Promise<void> => {
  const key = { namespace: storageNamespace, name: storageClusterName }
  const { spec } = await read<StorageCluster>(cluster, kinds.StorageCluster, key)
  expect(spec?.mirroring?.enabled, `mirroring of ${name}`).toBe(true)
  const config = { namespace: storageNamespace, name: contract.spoke.rookOperatorConfig }
  expect((await read<ConfigMap>(cluster, kinds.ConfigMap, config)).data).toMatchObject({
    CSI_ENABLE_OMAP_GENERATOR: 'true',
  })
  expect(await cluster.list(refOf(kinds.VolumeReplicationClass)), `classes of ${name}`).toHaveLength(1)
  const labelled = (await cluster.list(refOf(kinds.StorageClass))).filter(
    ({ metadata }) => metadata.labels?.['ramendr.openshift.io/storageid'] !== undefined,
  )
  expect(labelled, `labelled classes of ${name}`).toHaveLength(2)
}

/** All that is waited for is there; what else would come has begun by then, on a machine that stands still at times too. */
const quietMs = 5_000

/** Resolves when the MirrorPeer is ready, every spoke runs the agent from this image, and nobody writes any more. */
export const untilExchanged = async (world: FleetWorld, image: string, name = 'mp'): Promise<MirrorPeer> => {
  const { hub, spokes, clusters } = world
  const ready = async (): Promise<MirrorPeer> => {
    for (const spoke of spokes) {
      await expectAgent(spoke, image)
      await expectPrepared(spoke)
    }
    return readyMirrorPeer(hub, name)
  }
  await settled(world, ready)
  await quiet(clusters, quietMs)
  return settled(world, ready)
}

const other = (spokes: readonly Spoke[], spoke: Spoke): Spoke => {
  const found = spokes.find(({ name }) => name !== spoke.name)
  if (found === undefined) throw new Error('there is one spoke only')
  return found
}

const tokenIn = async ({ cluster }: Spoke, name: string): Promise<string> => {
  const { data = {} } = await read<Secret>(cluster, kinds.Secret, { namespace: storageNamespace, name })
  expect(data['token']).toBeTruthy()
  return data['token'] ?? ''
}

/** Throws unless each spoke holds the token of the other one as it is there now. */
export const expectTokensExchanged = async ({ spokes }: FleetWorld): Promise<void> => {
  for (const spoke of spokes) {
    const own = await tokenIn(spoke, peerTokenSecretName(storageClusterName))
    const copy = await tokenIn(other(spokes, spoke), hubSecretName(peerRef({ clusterName: spoke.name })))
    expect(copy === own, `the token of ${spoke.name} is on the other side`).toBe(true)
  }
}

/** Gives every spoke's storage a new key; resolves when the other side has it. */
export const rotateKeys = async (world: FleetWorld): Promise<void> => {
  for (const { storage } of world.spokes) await storage().rotateKey(storageClusterName)
  await settled(world, () => expectTokensExchanged(world))
}

/** The finalizers of spokes on a MirrorPeer. */
export const spokeFinalizersOf = ({ metadata }: MirrorPeer): readonly string[] =>
  (metadata.finalizers ?? []).filter((finalizer) => finalizer !== contract.finalizer.hub)
