import { contract, kinds, mirrorPeerCrd, type MirrorPeer } from '@odfmo/api-types'
import { eventually, hubCrds, startTestCluster, type Cluster } from '@odfmo/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { conditionOf, list, peer } from './test/hub-cluster.ts'
import { schemalessMirrorPeerCrd } from './test/schemaless.ts'
import { asCreated, delivered, one, scene, settled, two, type Scene } from './test/scene.ts'

const path = { clusterName: 'a/b', storageClusterRef: { name: '..', namespace: '.' } }
const dots = { clusterName: '..', storageClusterRef: { name: '%2e%2e', namespace: '?x=y' } }
const long = 'x'.repeat(2_000)
const nonsense: readonly (readonly [string, unknown])[] = [
  ['empty', {}],
  ['no-items', { items: [] }],
  ['one-item', { items: [one] }],
  ['half-an-item', { items: [one, { clusterName: 'cluster2' }] }],
  ['three-items', { items: [one, two, { ...two, clusterName: 'cluster3' }] }],
  ['same-cluster', { items: [one, { ...one, storageClusterRef: { name: 'x', namespace: 'y' } }] }],
  ['other-words', { items: [one, two], type: 'weird', schedulingIntervals: ['5x', ''] }],
  ['paths', { items: [path, dots], manageS3: true }],
  ['long-names', { items: [one, { clusterName: long, storageClusterRef: { name: long, namespace: long } }] }],
]
/** What no server with a schema lets anybody write again: it lacks the spec, or has other types than rules are compiled for. */
const ofOtherTypes: readonly (readonly [string, unknown])[] = [
  ['no-spec', undefined],
  ['a-text', 'spec'],
  ['a-list', [one, two]],
  ['items-of-text', { items: 'x' }],
  ['items-of-maps', { items: { 0: one, 1: two } }],
  ['nulls', { items: [null, 1], type: null, manageS3: null, schedulingIntervals: null }],
  ['other-types', { items: [one, two], type: 5, manageS3: 'yes', schedulingIntervals: [1, {}] }],
]

let stage: Scene
let cluster: Cluster
afterEach(() => stage.end())

describe('MirrorPeers stored before their definition had a schema', () => {
  it.each([
    ['now that it has', nonsense, [mirrorPeerCrd]],
    ['while it has none, of other types too', [...nonsense, ...ofOtherTypes], []],
  ])(
    'are refused whatever they say, disturb nobody and can all be deleted, %s',
    async (_name, specs, crds) => {
      stage = await scene({
        start: ({ name }) => startTestCluster({ name, crds: [schemalessMirrorPeerCrd, ...hubCrds] }),
      })
      cluster = stage.cluster
      for (const [name, spec] of specs) {
        const { apiVersion, kind } = asCreated()
        // As the original left them: it put its finalizer on before it looked.
        const metadata = { name, finalizers: [contract.finalizer.hub] }
        await stage.create(kinds.MirrorPeer, { apiVersion, kind, metadata, spec } as unknown as MirrorPeer)
      }
      await cluster.installCrds(crds)
      const hub = await stage.start()
      await eventually(cluster, async () => {
        for (const [name] of specs) {
          const condition = conditionOf(await peer(cluster, name), 'Validated')
          expect([name, condition?.status]).toEqual([name, 'False'])
          expect(condition?.reason).toMatch(/^(InvalidSpec|ClusterNotFound)$/)
        }
      })
      await cluster.apply(asCreated(), ...delivered)
      await stage.converged()
      for (const [name] of specs) await stage.remove(kinds.MirrorPeer, { name })
      await eventually(cluster, async () =>
        expect((await list(cluster, kinds.MirrorPeer)).map(({ metadata }) => metadata.name)).toEqual([
          'mirrorpeer-sample',
        ]),
      )
      await stage.converged()
      await settled(hub)
    },
  )
})
