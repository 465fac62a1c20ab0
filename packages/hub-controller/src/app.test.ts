import { contract, type MirrorPeer } from '@odfmo/api-types'
import { keyText, type KubeObject } from '@odfmo/api-types/meta'
import { evaluate, staticCache, type WatchedKind } from '@odfmo/controller-kit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hubApp } from './app.ts'
import {
  addOn,
  blue,
  drCluster,
  managedCluster,
  mirrorPeer,
  peerRef,
  podNamespace,
  s3,
} from './test/builders.ts'
import { ramenConfigMap } from './test/hub-world.ts'

const app = hubApp({ podNamespace, tokenExchangeImage: 'example.com/agent:1' })
const { hub } = app

describe('everything that runs', () => {
  it('is named once, and so is every index of a kind', () => {
    const names = app.derived.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    const indexes = app.indexes.map(({ of, name }) => `${of.name} ${name}`)
    expect(new Set(indexes).size).toBe(indexes.length)
  })

  it('the console is served on the port that the hub is told', () => {
    const { console } = hubApp({ podNamespace, tokenExchangeImage: 'example.com/agent:1', consolePort: 9443 })
    const key = { name: contract.console.name, namespace: podNamespace }
    const cache = staticCache([[console.kinds.ConsoleDeployment, [{ metadata: key }]]])
    const service = console.derived.find(({ kind }) => kind === console.kinds.ConsoleService)
    expect(service && evaluate(service, key, cache).wanted).toMatchObject({
      object: { spec: { ports: [{ port: 9443 }] } },
    })
  })
})

/** Nearly a value of the field, or nothing like it: an object that no webhook looked at may say anything. */
const wild = <T>(usual: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { arbitrary: usual, weight: 6 },
    { arbitrary: fc.jsonValue({ maxDepth: 2 }), weight: 1 },
    { arbitrary: fc.constant(undefined), weight: 1 },
  )
const name = fc.constantFrom('cluster1', 'cluster2', 'cluster3', 'a', '')
const item = wild(
  fc.record({
    clusterName: wild(name),
    storageClusterRef: wild(fc.record({ name: wild(name), namespace: wild(name) })),
  }),
)
const spec = wild(
  fc.record({
    type: wild(fc.constantFrom('async', 'sync', 'Async')),
    items: wild(fc.array(item, { maxLength: 3 })),
    manageS3: wild(fc.boolean()),
    schedulingIntervals: wild(fc.array(wild(fc.constantFrom('5m', '1h', 'x')), { maxLength: 2 })),
  }),
)
const anyPeer = fc
  .record({
    spec,
    deleting: fc.boolean(),
    hubFinalizer: fc.boolean(),
    agents: fc.subarray(['cluster1', 'cluster2']),
  })
  .map(({ spec: anySpec, ...overrides }): MirrorPeer => ({
    ...mirrorPeer(overrides),
    spec: anySpec as MirrorPeer['spec'],
  }))

/** All answers of all rules in a world with these MirrorPeers: nothing may throw, nothing may be forgotten. */
const answers = (
  mirrorPeers: readonly MirrorPeer[],
  others: readonly (readonly [WatchedKind, readonly KubeObject[]])[],
) => {
  const contents: readonly (readonly [WatchedKind, readonly KubeObject[]])[] = [
    [hub.MirrorPeer, mirrorPeers],
    ...others,
  ]
  const cache = staticCache(contents)
  return app.derived.flatMap((rule) => {
    const keys = new Map(
      rule.keys.flatMap((source) =>
        contents
          .filter(([of]) => of === source.of)
          .flatMap(([, objects]) => objects.flatMap((object) => source.keys(object)))
          .map((key) => [keyText(key), key]),
      ),
    )
    return [...keys.values()].map((key) => ({
      rule: rule.name,
      key,
      wanted: evaluate(rule, key, cache).wanted,
    }))
  })
}

const refs = [peerRef('cluster1'), peerRef('cluster2')]
const world: readonly (readonly [WatchedKind, readonly KubeObject[]])[] = [
  [hub.ManagedCluster, [managedCluster('cluster1'), managedCluster('cluster2')]],
  [hub.Namespace, [{ metadata: { name: 'cluster1' } }, { metadata: { name: 'cluster2' } }]],
  [hub.Secret, refs.flatMap((ref) => [blue(ref), s3(ref)])],
  [hub.RamenConfig, [ramenConfigMap('s3StoreProfiles: []\n')]],
  [hub.ManagedClusterAddOn, [addOn('cluster1')]],
  [hub.DRCluster, [drCluster('cluster1')]],
]

describe('whatever a MirrorPeer says', () => {
  it('every rule answers, and an invalid one brings nothing into being', () => {
    fc.assert(
      fc.property(anyPeer, (peer) => {
        const made = answers([peer], world)
          .filter(({ wanted }) => wanted.is === 'present')
          .map(({ rule }) => rule)
          .filter((rule) => rule !== 'cluster-management-add-on')
        const usual =
          peer.metadata.deletionTimestamp === undefined &&
          peer.metadata.finalizers?.includes(contract.finalizer.hub)
        const items: unknown = (peer.spec as { items?: unknown } | null | undefined)?.items
        if (made.length > 0 && !usual) expect(peer.metadata.finalizers?.length).toBeGreaterThan(0)
        if (made.length > 0 && usual === true) expect(items).toHaveLength(2)
      }),
      { numRuns: 300 },
    )
  })

  it('others are not disturbed', () => {
    const other = mirrorPeer({ name: 'other', metadata: { creationTimestamp: '2027-01-01T00:00:00Z' } })
    fc.assert(
      fc.property(anyPeer, (peer) => {
        const made = answers([peer, other], world).filter(({ wanted }) => wanted.is === 'present')
        expect(made.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['green-secret', 'ramen-secret']))
      }),
      { numRuns: 300 },
    )
  })

  it('it can be deleted: with no agent left, our finalizer comes off or what is left is named', () => {
    fc.assert(
      fc.property(anyPeer, (peer) => {
        const gone = { ...peer, metadata: { ...mirrorPeer({ deleting: true }).metadata } }
        const metadata = answers([gone], []).find(({ rule }) => rule === 'mirror-peer-metadata')?.wanted
        expect(metadata).toMatchObject({ is: 'edited', object: { metadata: { finalizers: [] } } })
      }),
      { numRuns: 300 },
    )
  })
})
