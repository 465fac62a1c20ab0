import { setTimeout as wait } from 'node:timers/promises'
import { contract, kinds, type MirrorPeer } from '@odfmo/api-types'
import { keyOf, type Kind, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import { spokeFinalizer } from '@odfmo/secret-naming'
import { eventually, type Cluster } from '@odfmo/testkit'
import { expect, vi } from 'vitest'
import { blue, mirrorPeer, peerRef, s3, type MirrorPeerOverrides } from './builders.ts'
import { clientOf } from './client-of.ts'
import { conditionOf, hubCluster, peer, type HubClusterOptions } from './hub-cluster.ts'
import { startHub, type HubProcess } from './hub-process.ts'

export const [one, two] = [peerRef('cluster1'), peerRef('cluster2')] as const

/** All that the agents of both clusters deliver. */
export const delivered = [blue(one), blue(two), s3(one), s3(two)] as const

/** A MirrorPeer as a user creates it. */
export const asCreated = ({
  name = 'mirrorpeer-sample',
  spec,
}: Pick<MirrorPeerOverrides, 'name' | 'spec'> = {}): MirrorPeer => {
  const { apiVersion, kind, spec: wanted } = mirrorPeer({ name, spec })
  return { apiVersion, kind, metadata: { name }, spec: wanted }
}

/** One hub, the hub controllers started on it, and an administrator who plays the agents. */
export interface Scene<C extends Cluster = Cluster> {
  readonly cluster: C
  start(): Promise<HubProcess>
  /** All hub controllers, as by a SIGTERM. */
  stopAll(): Promise<void>
  remove(kind: Kind, key: ObjectKey): Promise<void>
  edit(kind: Kind, key: ObjectKey, patch: object): Promise<void>
  create(kind: Kind, object: KubeObject): Promise<void>
  /** As agents do: their finalizers come after ours. */
  agentsJoin(name?: string): Promise<void>
  /** As agents do: what they delivered first, then their finalizers. */
  agentsLeave(name?: string): Promise<void>
  /** Secrets exchanged, profiles and DRClusters in place. */
  converged(name?: string): Promise<void>
  end(): Promise<void>
}

export const scene = async <C extends Cluster = Cluster>(
  options?: HubClusterOptions<C>,
): Promise<Scene<C>> => {
  const cluster = await hubCluster(options)
  const admin = await clientOf(cluster)
  const running: HubProcess[] = []
  const edit: Scene['edit'] = async (kind, at, patch) => void (await admin.patch(kind, at, 'merge', patch))
  const remove: Scene['remove'] = async (kind, at) => void (await admin.delete(kind, at))
  const finalizers = (name: string, names: readonly string[]): Promise<void> =>
    edit(kinds.MirrorPeer, { name }, { metadata: { finalizers: [contract.finalizer.hub, ...names] } })
  const stopAll = async (): Promise<void> =>
    void (await Promise.all(running.splice(0).map((hub) => hub.stop())))
  return {
    cluster,
    async start() {
      const hub = await startHub(cluster)
      running.push(hub)
      return hub
    },
    stopAll,
    remove,
    edit,
    create: async (kind, object) => void (await admin.create(kind, object)),
    agentsJoin: (name = 'mirrorpeer-sample') =>
      finalizers(name, [spokeFinalizer('cluster1'), spokeFinalizer('cluster2')]),
    async agentsLeave(name = 'mirrorpeer-sample') {
      for (const secret of delivered) await remove(kinds.Secret, keyOf(secret))
      await finalizers(name, [])
    },
    converged: (name) =>
      eventually(cluster, async () => {
        const mirrorPeer = await peer(cluster, name)
        expect(mirrorPeer.status?.phase).toBe('ExchangedSecret')
        for (const type of ['S3ProfilesSynced', 'DRClustersReady']) {
          if (type === 'S3ProfilesSynced' && mirrorPeer.spec.manageS3 !== true) continue
          expect(conditionOf(mirrorPeer, type)?.status).toBe('True')
        }
      }),
    async end() {
      await stopAll()
      await admin.close()
      await cluster.stop()
    },
  }
}

/** Nothing left to do; the engine tells nobody when it rests, so it is asked. */
export const settled = (hub: HubProcess): Promise<void> =>
  vi.waitFor(
    () => {
      expect(hub.engine.pending).toBe(0)
      expect(hub.unsettled()).toEqual([])
    },
    { timeout: 60_000, interval: 20 },
  )

/** For what must not happen, there is no event to wait for. */
export const quiet = (): Promise<void> => wait(600)
