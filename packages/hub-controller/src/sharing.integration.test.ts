import { contract, kinds, type MirrorPeer, type PeerRef } from '@odfmo/api-types'
import { eventually, sameState, type Cluster, type Snapshot } from '@odfmo/testkit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { parse } from 'yaml'
import { peerRef } from './test/builders.ts'
import { find, list, withoutMirrorPeers } from './test/hub-cluster.ts'
import { hubUser, type HubProcess } from './test/hub-process.ts'
import { writesOf } from './test/journal.ts'
import { nameOfPeer, playedAgents, type PlayedAgents } from './test/played-agents.ts'
import { asCreated, quiet, scene, settled, type Scene } from './test/scene.ts'

const clusters = ['a', 'b', 'c']
const [a, b, c] = [peerRef('a'), peerRef('b'), peerRef('c')]
const second = { name: 'second', namespace: 'second-storage' }
// Created in this order, within one second or not, the first is the elder.
const of = (...pairs: readonly (readonly [PeerRef, PeerRef])[]): readonly MirrorPeer[] =>
  pairs.map((items, place) => asCreated({ name: `mp${place + 1}`, spec: { items } }))

let stage: Scene
let cluster: Cluster
let hub: HubProcess
let agents: PlayedAgents
let empty: Snapshot
beforeEach(async () => {
  stage = await scene({ clusters })
  cluster = stage.cluster
  agents = playedAgents(stage)
  hub = await stage.start()
  empty = await withoutMirrorPeers(cluster)
})
afterEach(() => stage.end())

/** Nobody plays OCM's part, so the agents' manifests are never applied. */
const finalReasons = new Set([
  'Valid',
  'NoManifestApplied',
  'Exchanged',
  'Synced',
  'DRClustersReady',
  'DecidedByElder',
  'ElderOwnsInterval',
])

const begin = async (mirrorPeers: readonly MirrorPeer[]): Promise<Snapshot> => {
  for (const mirrorPeer of mirrorPeers) {
    await cluster.apply(mirrorPeer)
    for (const ref of mirrorPeer.spec.items) await agents.join(nameOfPeer(mirrorPeer), ref)
  }
  await eventually(cluster, async () => {
    for (const { status } of await list(cluster, kinds.MirrorPeer)) {
      const reasons = new Set(status?.conditions?.map(({ reason }) => reason))
      expect([...reasons].filter((reason) => !finalReasons.has(reason))).toEqual([])
      expect(reasons).toContain('Exchanged')
    }
  })
  await settled(hub)
  return cluster.snapshot()
}

/** All are told to go before the first agent is done with any. */
const end = async (mirrorPeers: readonly MirrorPeer[]): Promise<void> => {
  for (const mirrorPeer of mirrorPeers) await stage.remove(kinds.MirrorPeer, { name: nameOfPeer(mirrorPeer) })
  for (const mirrorPeer of mirrorPeers)
    for (const ref of mirrorPeer.spec.items) await agents.leave(nameOfPeer(mirrorPeer), ref)
  for (const mirrorPeer of mirrorPeers)
    await eventually(cluster, async () =>
      expect(await find(cluster, kinds.MirrorPeer, { name: nameOfPeer(mirrorPeer) })).toBeUndefined(),
    )
}

/** The order of the profiles in Ramen's configuration is that of their coming, and says nothing. */
const isLike = (snapshot: Snapshot): Promise<void> =>
  eventually(cluster, async () => {
    const differences = sameState(snapshot, await cluster.snapshot())
    expect(
      differences.filter(
        ({ path, left, right }) =>
          !path.endsWith(contract.ramen.configKey) || profilesOf(left) !== profilesOf(right),
      ),
    ).toEqual([])
  })

const profilesOf = (text: unknown): string =>
  (parse(String(text)) as { readonly s3StoreProfiles: readonly object[] }).s3StoreProfiles
    .map((profile) => JSON.stringify(profile))
    .toSorted()
    .join()

/** What the hub wrote more often than once, but for the statuses of MirrorPeers, which tell of each step. */
const writtenAgain = async (since: number): Promise<readonly string[]> => {
  const counts = new Map<string, number>()
  for (const { verb, resource, subresource, namespace = '', name = '' } of (
    await writesOf(cluster, hubUser)
  ).slice(since)) {
    if (subresource === 'status' && resource.startsWith('mirrorpeers.')) continue
    const what = [verb, resource, subresource, namespace, name].join(' ')
    counts.set(what, (counts.get(what) ?? 0) + 1)
  }
  return [...counts].flatMap(([what, count]) => (count > 1 ? [`${count} × ${what}`] : []))
}

it.each<[string, readonly MirrorPeer[], readonly (readonly string[])[]]>([
  ['a ring of three clusters', of([a, b], [b, c], [c, a]), [['mp1']]],
  ['one to many', of([a, b], [a, c]), [['mp1'], ['mp2']]],
  [
    'two MirrorPeers of the same clusters with other StorageClusters',
    of([a, b], [peerRef('b', second), peerRef('a', second)]),
    [['mp1']],
  ],
])(
  '%s: whoever goes, the rest is as if it had never been there, and nobody fights',
  async (_name, all, departures) => {
    for (const departure of departures) {
      const goes = ({ metadata }: MirrorPeer): boolean => departure.includes(metadata.name ?? '')
      const leaving = all.filter(goes)
      const staying = all.filter((mirrorPeer) => !goes(mirrorPeer))
      const alone = await begin(staying)
      await end(staying)
      await isLike(empty)
      await begin(all)
      const before = (await writesOf(cluster, hubUser)).length
      await end(leaving)
      await isLike(alone)
      await settled(hub)
      expect(await writtenAgain(before)).toEqual([])
      const count = (await writesOf(cluster, hubUser)).length
      await quiet()
      expect(await writesOf(cluster, hubUser)).toHaveLength(count)
      await end(staying)
      await isLike(empty)
    }
  },
)

it('all of a ring at once leave nothing behind', async () => {
  const ring = of([a, b], [b, c], [c, a])
  await begin(ring)
  await end(ring)
  await isLike(empty)
})
