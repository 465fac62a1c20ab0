import { contract, kinds, type MirrorPeer } from '@odfmo/api-types'
import { type Kind, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import { eventually, startCluster, type InMemoryCluster } from '@odfmo/testkit'
import { expect } from 'vitest'
import { blue, peerRef, podNamespace } from '../../src/test/builders.ts'
import { conditionOf, find, hubCluster, peer } from '../../src/test/hub-cluster.ts'
import { clientOf } from '../../src/test/client-of.ts'
import { startHub } from '../../src/test/hub-process.ts'
import { settled } from '../../src/test/scene.ts'
import { playersOf, type Players } from './players.ts'

/** A long time: restarts are part of it, and with ten things to run for each core a deletion took more than half a minute. */
export const waitMs = 120_000

/** What a user has on a hub, and keeps. */
const usersConfig = `# written by hand
kind: RamenConfig
s3StoreProfiles:
  - s3ProfileName: ours-since-2020 # a user's
    s3Bucket: archive
    s3Region: eu
    s3CompatibleEndpoint: https://s3.example
    s3SecretRef: {name: archive-keys}
webhook:
  port: 9443
`
const otherStorageCluster = blue(peerRef('cluster1', { name: 'another' }))

/** A hub with its managed clusters, and a user who does things to it. */
export interface Stage {
  readonly cluster: InMemoryCluster
  readonly players: Players
  create(object: KubeObject): Promise<void>
  patch(kind: Kind, key: ObjectKey, body: object): Promise<void>
  delete(kind: Kind, key: ObjectKey): Promise<void>
  /** Resolves when a MirrorPeer is Ready, or whatever is checked in its place. */
  until(check: () => Promise<void>): Promise<void>
  ready(name?: string): Promise<void>
  gone(name?: string): Promise<void>
  /** What a user had before is there as it was; throws otherwise. */
  usersThingsAreThere(): Promise<void>
  /** Lets a hub work undisturbed until it is at rest, and stops it. */
  live(scenario: () => Promise<void>): Promise<void>
  end(): Promise<void>
}

export const startStage = async (): Promise<Stage> => {
  const cluster = await hubCluster({
    start: startCluster,
    clusters: ['cluster1', 'cluster2', 'cluster3'],
  })
  await cluster.apply(
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: podNamespace, name: contract.ramen.configMap },
      data: { [contract.ramen.configKey]: usersConfig },
    },
    otherStorageCluster,
  )
  const user = await clientOf(cluster)
  const players = await playersOf(cluster)
  const until: Stage['until'] = (check) => eventually(cluster, check, { timeoutMs: waitMs })
  return {
    cluster,
    players,
    create: (object) => cluster.apply(object),
    patch: async (kind, key, body) => void (await user.patch(kind, key, 'merge', body)),
    delete: async (kind, key) => void (await user.delete(kind, key)),
    until,
    ready: (name = 'mirrorpeer-sample') =>
      until(async () => {
        const mirrorPeer: MirrorPeer = await peer(cluster, name)
        expect(conditionOf(mirrorPeer, 'Ready'), JSON.stringify(mirrorPeer.status)).toMatchObject({
          status: 'True',
        })
      }),
    gone: (name = 'mirrorpeer-sample') =>
      until(async () => expect(await find(cluster, kinds.MirrorPeer, { name })).toBeUndefined()),
    async usersThingsAreThere() {
      const key = { namespace: podNamespace, name: contract.ramen.configMap }
      const config = await find(cluster, kinds.ConfigMap, key)
      const text = config?.data?.[contract.ramen.configKey]
      const [head = '', tail = ''] = usersConfig.split('webhook:')
      expect(text?.startsWith(head.trimEnd())).toBe(true)
      expect(text?.endsWith(`webhook:${tail}`)).toBe(true)
      const secret = await find(cluster, kinds.Secret, otherStorageCluster.metadata as ObjectKey)
      expect(secret?.data).toEqual(otherStorageCluster.data)
    },
    async live(scenario) {
      const stop = players.play()
      const hub = await startHub(cluster)
      await scenario()
      await settled(hub)
      await hub.stop()
      await stop()
    },
    async end() {
      await players.close()
      await user.close()
      await cluster.stop()
    },
  }
}
