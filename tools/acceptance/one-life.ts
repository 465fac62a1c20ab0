import { kinds, type MirrorPeer } from '@odfmo/api-types'
import { apiVersionOf } from '@odfmo/api-types/meta'
import { eventually, peerRef, type Cluster, type Snapshot } from '@odfmo/testkit'
import { expect } from 'vitest'
import { mirrorPeer, quiet, readyMirrorPeer, type AcceptanceWorld } from './acceptance-world.ts'
import { differencesSince } from './differences-since.ts'

export const convergesMs = 240_000

const mirrorPeerRef = { apiVersion: apiVersionOf(kinds.MirrorPeer), kind: kinds.MirrorPeer.kind }
const deployments = { apiVersion: 'apps/v1', kind: 'Deployment' }
const agentKey = { namespace: peerRef().storageClusterRef.namespace, name: 'token-exchange-agent' }

const snapshots = async (clusters: readonly Cluster[]): Promise<readonly Snapshot[]> =>
  Promise.all(clusters.map(async (cluster) => cluster.snapshot()))

/** Throws while the MirrorPeer is not ready, or an agent is not. */
const allReady = async ({ hub, spokes }: AcceptanceWorld): Promise<void> => {
  await readyMirrorPeer(hub, 'mp')
  for (const spoke of spokes) {
    const agent = await spoke.get(deployments, agentKey)
    expect(agent, `the agent of ${spoke.name}`).toMatchObject({ status: { readyReplicas: 1 } })
  }
}

interface LifeOptions {
  /** What the clusters have to become like in between. */
  readonly asBefore?: readonly Snapshot[]
  /** Longer than a restarted process waits for the lock, which it does in silence; 3,000 when absent. */
  readonly quietMs?: number
  /** Called before the MirrorPeer is created, and before it is deleted. */
  readonly onPhase?: (phase: 'create' | 'delete') => void
}

/**
 * The MirrorPeer comes, everything settles, and it goes again: what the clusters were like in between. With `asBefore`,
 * they have to become like that.
 */
export const oneLife = async (
  world: AcceptanceWorld,
  clusters: readonly Cluster[],
  { asBefore, quietMs = 3_000, onPhase = () => undefined }: LifeOptions = {},
): Promise<readonly Snapshot[]> => {
  const { admin } = world
  const before = await snapshots(clusters)
  onPhase('create')
  await admin.create(kinds.MirrorPeer, mirrorPeer('mp', { manageS3: true }))
  const ready = (): Promise<void> => allReady(world)
  await eventually(clusters, ready, { timeoutMs: convergesMs })
  await quiet(clusters, quietMs)
  await eventually(clusters, ready, { timeoutMs: convergesMs })
  if (asBefore !== undefined) {
    // Whoever was killed last is on its way back: a moment is no answer.
    const alike = async (): Promise<void> => expect(await differencesSince(asBefore, clusters)).toEqual([])
    await eventually(clusters, alike, { timeoutMs: convergesMs })
  }
  const between = await snapshots(clusters)
  onPhase('delete')
  await admin.delete(kinds.MirrorPeer, { name: 'mp' })
  const asBeforeAll = async (): Promise<void> => {
    const left = (await world.hub.get(mirrorPeerRef, { name: 'mp' })) as MirrorPeer | undefined
    expect(await differencesSince(before, clusters), left?.status?.message ?? '').toEqual([])
  }
  await eventually(clusters, asBeforeAll, { timeoutMs: convergesMs })
  return between
}
