import type { ManagedCluster } from '@odfmo/api-types'
import { s3SecretName } from '@odfmo/secret-naming'
import { describe, expect, it } from 'vitest'
import {
  addOn,
  blue,
  drCluster,
  greenKey,
  managedCluster,
  mirrorPeer,
  ownerOf,
  peerRef,
  podNamespace,
  s3,
} from './test/builders.ts'
import { ask, objectOf, rules, type HubWorld } from './test/hub-world.ts'

const [one, two, three] = [peerRef('cluster1'), peerRef('cluster2'), peerRef('cluster3')]
const suspended = mirrorPeer()
const younger = (overrides: Parameters<typeof mirrorPeer>[0] = {}) =>
  mirrorPeer({
    name: 'younger',
    ...overrides,
    metadata: { creationTimestamp: '2026-01-02T00:00:00Z', ...overrides.metadata },
    spec: { items: [one, three], ...overrides.spec },
  })
const unusable: readonly (readonly [string, readonly ManagedCluster[]])[] = [
  ['missing', []],
  ['not accepted', [managedCluster('cluster2', { accepted: false })]],
  ['deleting', [managedCluster('cluster2', { deleting: true })]],
]
const others = [managedCluster('cluster1'), managedCluster('cluster3')]
const secrets = [blue(one), blue(two), s3(one), s3(two)]
const addOnKey = (namespace: string) => ({ namespace, name: 'tokenexchange' })
const live = drCluster('cluster1', { region: 'x', s3ProfileName: 'y' })
const profileOfOne = `s3StoreProfiles:\n- s3ProfileName: s3profile-cluster1-ocs-storagecluster\n  s3SecretRef: {name: ${s3SecretName(one)}}\n`

describe.each(unusable)('a MirrorPeer of which one cluster is %s', (_name, second) => {
  const world: HubWorld = { mirrorPeers: [suspended], clusters: [...others, ...second], secrets }

  it.each([
    ['copies of tokens, of either direction', rules.greenSecret, greenKey(one, two)],
    ['copies of tokens, the other', rules.greenSecret, greenKey(two, one)],
    ['keys for Ramen', rules.ramenSecret, { namespace: podNamespace, name: s3SecretName(one) }],
    ['DRClusters', rules.drCluster, { name: 'cluster1' }],
  ] as const)('neither gets nor loses %s', (_what, rule, key) => {
    for (const more of [{}, { drClusters: [live] }]) {
      expect(ask(rule as typeof rules.greenSecret, key, { ...world, ...more })).toMatchObject({
        is: 'waiting',
        reason: 'NotInForce',
      })
    }
  })

  it('keeps its copies though their source has been gone for long', () => {
    expect(ask(rules.greenSecret, greenKey(two, one), { ...world, secrets: [], now: 1e9 }).is).toBe('waiting')
  })

  it('neither gets nor loses a profile', () => {
    for (const ramenConfig of [profileOfOne, '']) {
      expect(
        ask(
          rules.ramenConfig,
          { namespace: podNamespace, name: 'ramen-hub-operator-config' },
          { ...world, ramenConfig },
        ).is,
      ).toBe('leave')
    }
  })

  it('keeps its add-ons, and gets no new ones', () => {
    const owned = addOn('cluster1', { metadata: { ownerReferences: [ownerOf(suspended)] } })
    const kept = ask(rules.managedClusterAddOn, addOnKey('cluster1'), { ...world, addOns: [owned] })
    expect(objectOf(kept)).toMatchObject(owned)
    for (const name of ['cluster1', 'cluster2']) {
      expect(ask(rules.managedClusterAddOn, addOnKey(name), world).is).toBe('leave')
    }
  })

  it('keeps its add-ons also where somebody took its reference off', () => {
    const annotations = { 'multicluster.openshift.io/mode': 'async' }
    const bare = addOn('cluster1', { metadata: { annotations } })
    expect(ask(rules.managedClusterAddOn, addOnKey('cluster1'), { ...world, addOns: [bare] }).is).toBe(
      'edited',
    )
  })

  it('does not keep a deleting one from going', () => {
    const done = younger({ deleting: true })
    const owned = addOn('cluster1', { metadata: { ownerReferences: [ownerOf(suspended), ownerOf(done)] } })
    const all = { ...world, mirrorPeers: [suspended, done] }
    const wanted = ask(rules.managedClusterAddOn, addOnKey('cluster1'), { ...all, addOns: [owned] })
    expect(objectOf(wanted).metadata.ownerReferences).toEqual([ownerOf(suspended)])
    const after = addOn('cluster1', { metadata: { ownerReferences: [ownerOf(suspended)] } })
    const metadata = ask(rules.metadata, { name: 'younger' }, { ...all, addOns: [after], drClusters: [live] })
    expect(objectOf(metadata).metadata.finalizers).toEqual([])
  })

  it('keeps its place: what it shares with a younger one does not change hands', () => {
    const moved = peerRef('cluster1', { namespace: 'elsewhere' })
    const mirrorPeers = [suspended, younger({ spec: { items: [moved, three] } })]
    const wanted = ask(rules.managedClusterAddOn, addOnKey('cluster1'), { ...world, mirrorPeers })
    expect(objectOf(wanted).spec?.installNamespace).toBe('openshift-storage')
    const config = ask(
      rules.ramenConfig,
      { namespace: podNamespace, name: 'ramen-hub-operator-config' },
      { ...world, mirrorPeers, secrets: [s3(one), s3(moved)], ramenConfig: '' },
    )
    expect(objectOf(config).data?.['ramen_manager_config.yaml']).toContain(s3SecretName(one))
    expect(objectOf(config).data?.['ramen_manager_config.yaml']).not.toContain(s3SecretName(moved))
  })

  it('loses all when it is deleted, or its spec turns invalid', () => {
    const green = objectOf(
      ask(rules.greenSecret, greenKey(one, three), {
        mirrorPeers: [younger()],
        clusters: others,
        secrets,
      }),
    )
    const copy = { ...green, metadata: { ...green.metadata, ...greenKey(two, one) } }
    for (const peer of [
      mirrorPeer({ deleting: true }),
      mirrorPeer({ spec: { schedulingIntervals: ['x'] } }),
    ]) {
      const after = { ...world, mirrorPeers: [peer], secrets: [copy] }
      expect(ask(rules.greenSecret, greenKey(two, one), after).is).toBe('absent')
    }
  })

  it('says why', () => {
    const status = objectOf(ask(rules.status, { name: 'mirrorpeer-sample' }, world)).status
    expect(status?.conditions?.find(({ type }) => type === 'Validated')).toMatchObject({ status: 'False' })
  })
})

it('one that never came into force holds nobody up', () => {
  const typo = younger({ hubFinalizer: false, spec: { items: [one, peerRef('cluster8')] } })
  const done = mirrorPeer({ deleting: true })
  expect(
    ask(rules.drCluster, { name: 'cluster1' }, { mirrorPeers: [done, typo], drClusters: [live] }).is,
  ).toBe('absent')
  // Nobody would remember the profile when it is deleted.
  const withProfile: HubWorld = { mirrorPeers: [done, typo], ramenConfig: profileOfOne }
  const config = ask(
    rules.ramenConfig,
    { namespace: podNamespace, name: 'ramen-hub-operator-config' },
    withProfile,
  )
  expect(objectOf(config).data).toEqual({ 'ramen_manager_config.yaml': 's3StoreProfiles: []\n' })
  expect(ask(rules.metadata, { name: 'mirrorpeer-sample' }, withProfile)).toMatchObject({
    is: 'waiting',
    message: expect.stringContaining('profile s3profile-cluster1-ocs-storagecluster'),
  })
})

it('a deleting MirrorPeer whose agents are still on gets nothing new where its cluster is going', () => {
  const world: HubWorld = {
    mirrorPeers: [mirrorPeer({ deleting: true, agents: ['cluster1'] })],
    clusters: [managedCluster('cluster1'), managedCluster('cluster2', { deleting: true })],
    secrets,
  }
  expect(ask(rules.greenSecret, greenKey(one, two), world)).toMatchObject({ reason: 'ClusterDeleting' })
  expect(ask(rules.drCluster, { name: 'cluster2' }, world)).toMatchObject({ reason: 'ClusterDeleting' })
  expect(ask(rules.greenSecret, greenKey(two, one), world).is).toBe('present')
})

describe('a MirrorPeer whose finalizer is not on yet, or was taken off by hand', () => {
  const elder = mirrorPeer({
    hubFinalizer: false,
    spec: { items: [peerRef('cluster1', { namespace: 'its-own' }), two] },
  })
  const world: HubWorld = {
    mirrorPeers: [elder, younger()],
    clusters: [...others, managedCluster('cluster2')],
  }

  it('keeps its place: the agent does not move to where a younger one wants it, and back', () => {
    const there = addOn('cluster1', { installNamespace: 'its-own' })
    const wanted = ask(rules.managedClusterAddOn, addOnKey('cluster1'), { ...world, addOns: [there] })
    expect(objectOf(wanted).spec?.installNamespace).toBe('its-own')
  })

  it('a DRCluster does not change hands', () => {
    const its = peerRef('cluster1', { namespace: 'its-own' })
    const given = [
      blue(its, { fsid: 'its' }),
      s3(its),
      blue(one, { fsid: 'other' }),
      s3(one),
      blue(three),
      s3(three),
    ]
    const wanted = ask(
      rules.drCluster,
      { name: 'cluster1' },
      { ...world, secrets: given, drClusters: [live] },
    )
    expect(objectOf(wanted).spec?.region).toBe('its')
  })

  it('the bucket that is published stays', () => {
    const its = peerRef('cluster1', { namespace: 'its-own' })
    const given = [s3(its, { s3Bucket: 'its' }), s3(one, { s3Bucket: 'other' }), s3(three)]
    const config = ask(
      rules.ramenConfig,
      { namespace: podNamespace, name: 'ramen-hub-operator-config' },
      { ...world, secrets: given, ramenConfig: 'kind: RamenConfig\n' },
    )
    const text = objectOf(config).data?.['ramen_manager_config.yaml']
    expect(text).toContain('its')
    expect(text).not.toContain('other')
  })
})
