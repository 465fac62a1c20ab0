import { setImmediate as nextTurn } from 'node:timers/promises'
import { kinds, type MirrorPeer, type PeerRef } from '@odfmo/api-types'
import { eventually, hubCrds, startCluster, type InMemoryCluster } from '@odfmo/testkit'
import { afterEach, expect, it } from 'vitest'
import { blue, drCluster, external, managedCluster, peerRef, s3 } from './test/builders.ts'
import { conditionOf, peer } from './test/hub-cluster.ts'
import { hubUser, startHub, type HubProcess } from './test/hub-process.ts'
import { nameOfPeer, playedAgents } from './test/played-agents.ts'
import { asCreated, scene, type Scene } from './test/scene.ts'
import { schemalessMirrorPeerCrd } from './test/schemaless.ts'
import { tickingClock, type TickingClock } from './test/ticking-clock.ts'

// In memory: minutes pass in seconds.
let stage: Scene<InMemoryCluster>
let hub: HubProcess | undefined
let clock: TickingClock
afterEach(async () => {
  await hub?.stop()
  clock.stop()
  await stage.end()
})

const of = (name: string, items: readonly PeerRef[], spec: Partial<MirrorPeer['spec']> = {}): MirrorPeer =>
  asCreated({ name, spec: { items: [...items], ...spec } })
const ref = (clusterName: string): PeerRef => peerRef(clusterName)

const exchanging = [
  of('ring-1', [ref('a'), ref('b')]),
  of('ring-2', [ref('b'), ref('c')]),
  of('ring-3', [ref('c'), ref('a')]),
  of('many-1', [ref('d'), ref('e')]),
  of('many-2', [peerRef('d', { name: 'second', namespace: 'second' }), ref('f')]),
  of('suspended', [ref('g'), ref('unaccepted')]),
  of('terminating', [ref('h'), ref('going')]),
  of('held', [ref('i'), ref('j')]),
  of('refused', [ref('k'), ref('l')]),
]
const synced = of('synced', [ref('m'), ref('n')], { type: 'sync' })
const invalid = [
  of('nowhere', [ref('a'), ref('nowhere')]),
  of('bad-interval', [ref('a'), ref('b')], { schedulingIntervals: ['5x'] }),
  of('waiting', [ref('o'), ref('p')]),
]
const clusters = [...'abcdefghijklmnop', 'unaccepted', 'going']

/** As Ramen's own definition has it: the region of a DRCluster stays what it was. */
const withFixedRegion = hubCrds.map((crd) =>
  crd.spec.names.kind === kinds.DRCluster.kind
    ? (JSON.parse(
        JSON.stringify(crd).replace(
          '"region":{',
          '"region":{"x-kubernetes-validations":[{"rule":"self == oldSelf"}],',
        ),
      ) as typeof crd)
    : crd,
)

it('whatever shape the fleet is in, the hub sends nothing but watches in the ten minutes after it has said so', async () => {
  stage = await scene({
    clusters,
    start: ({ name }) => startCluster({ name, crds: [schemalessMirrorPeerCrd, ...withFixedRegion] }),
  })
  const { cluster } = stage
  await cluster.apply(drCluster('k', { ours: false, region: 'old', s3ProfileName: 'old' }))
  clock = tickingClock()
  hub = await startHub(cluster, { clock })
  const agents = playedAgents(stage)
  await cluster.apply(...exchanging, synced, ...invalid)
  for (const mirrorPeer of exchanging)
    for (const item of mirrorPeer.spec.items) await agents.join(nameOfPeer(mirrorPeer), item)
  for (const item of synced.spec.items) await cluster.apply(external(item), s3(item))
  const says = (name: string, type: string, reason: string): Promise<void> =>
    eventually(
      cluster,
      async () => expect(conditionOf(await peer(cluster, name), type)?.reason).toBe(reason),
      {
        timeoutMs: 120_000,
      },
    )
  for (const mirrorPeer of exchanging) await says(nameOfPeer(mirrorPeer), 'SecretsExchanged', 'Exchanged')
  await stage.edit(kinds.ManagedCluster, { name: 'going' }, { metadata: { finalizers: ['example.com/x'] } })
  await stage.remove(kinds.ManagedCluster, { name: 'going' })
  await cluster.apply(managedCluster('unaccepted', { accepted: false }))
  await stage.remove(kinds.MirrorPeer, { name: 'held' })
  await says('suspended', 'Validated', 'ClusterNotAccepted')
  await says('terminating', 'Validated', 'ClusterDeleting')
  await says('held', 'Ready', 'Deleting')
  await says('refused', 'DRClustersReady', 'DRClusterRefused')
  await says('synced', 'DRClustersReady', 'DRClustersReady')
  await says('nowhere', 'Validated', 'ClusterNotFound')
  await says('bad-interval', 'Validated', 'InvalidSpec')
  await says('waiting', 'SecretsExchanged', 'NoBlueSecret')
  // What is under way after the last status has its time, by the clock that goes on.
  const pass = async (ms: number, stepMs: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += stepMs) {
      clock.advance(stepMs)
      for (let turn = 0; turn < 20; turn += 1) await nextTurn()
    }
  }
  await pass(5_000, 100)
  await expect.poll(() => hub?.engine.pending).toBe(0)

  const asked = cluster.requests.all({ user: hubUser }).length
  await pass(10 * 60_000, 1_000)
  const requests = cluster.requests.all({ user: hubUser }).slice(asked)
  expect(
    requests
      .filter(({ verb }) => verb !== 'watch')
      .map(({ verb, resource, name }) => `${verb} ${resource} ${name ?? ''}`),
  ).toEqual([])

  // However long it was waited for, what comes is noticed by its event: the clock goes on by less than a second.
  clock.stop()
  for (const item of [ref('o'), ref('p')]) await cluster.apply(blue(item), s3(item))
  await pass(900, 50)
  await says('waiting', 'SecretsExchanged', 'Exchanged')
})
