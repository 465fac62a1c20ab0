import { contract, type ManagedClusterAddOn } from '@odfmo/api-types'
import { describe, expect, it } from 'vitest'
import {
  addOn,
  managedCluster,
  mirrorPeer,
  ownerOf,
  peerRef,
  type MirrorPeerOverrides,
} from '../test/builders.ts'
import { goldenObject } from '../test/golden.ts'
import { ask, hub, keysFrom, objectOf, rules, type HubWorld } from '../test/hub-world.ts'

const rule = rules.managedClusterAddOn
const key = { namespace: 'cluster1', name: 'tokenexchange' }
const wanted = (world: HubWorld) => ask(rule, key, world)
const made = (world: HubWorld): ManagedClusterAddOn => objectOf(wanted(world))
const clusterManagementAddOn = {
  apiVersion: 'addon.open-cluster-management.io/v1beta1',
  kind: 'ClusterManagementAddOn',
  name: 'tokenexchange',
  uid: 'cma',
  controller: true,
  blockOwnerDeletion: true,
}
const stranger = { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'x' }
const mode = { [contract.annotation.mode]: 'async' }
const younger = (overrides: MirrorPeerOverrides = {}) =>
  mirrorPeer({
    name: 'younger',
    ...overrides,
    metadata: { creationTimestamp: '2026-01-09T00:00:00Z', ...overrides.metadata },
  })

describe('the add-on of a cluster', () => {
  it('is what the original made', () => {
    const mirrorPeers = [mirrorPeer({ metadata: { uid: '5f02573d-d6ac-4b7d-a928-c76a54efffdc' } })]
    const { metadata, spec } = made({ mirrorPeers })
    const golden = goldenObject<ManagedClusterAddOn>('managedclusteraddons__cluster1__tokenexchange')
    expect(spec).toEqual(golden.spec)
    expect(metadata.annotations).toEqual(golden.metadata.annotations)
    expect(metadata.ownerReferences).toEqual(golden.metadata.ownerReferences)
  })

  it('keeps what others wrote on it, and is set back where it drifted', () => {
    const live = addOn('cluster1', {
      installNamespace: 'drifted',
      metadata: {
        annotations: {
          theirs: 'x',
          [contract.annotation.odrNamespace]: 'odr',
          [contract.annotation.mode]: 'sync',
        },
        ownerReferences: [clusterManagementAddOn, stranger],
        labels: { theirs: 'y' },
      },
    })
    const { metadata, spec } = made({ mirrorPeers: [mirrorPeer()], addOns: [live] })
    expect(metadata.annotations).toEqual({ theirs: 'x', [contract.annotation.odrNamespace]: 'odr', ...mode })
    expect(metadata.ownerReferences).toEqual([clusterManagementAddOn, stranger, ownerOf(mirrorPeer())])
    expect(metadata.labels).toEqual({ theirs: 'y' })
    expect(spec?.installNamespace).toBe('openshift-storage')
  })

  it('waits for a namespace', () => {
    expect(wanted({ mirrorPeers: [mirrorPeer()], namespaces: ['cluster2'] })).toMatchObject({
      is: 'waiting',
      reason: 'NoNamespace',
    })
  })

  it('loses the reference of a MirrorPeer that goes while another uses it', () => {
    const other = younger()
    const done = mirrorPeer({ deleting: true })
    const leaving = mirrorPeer({ name: 'leaving', deleting: true, agents: ['cluster1'] })
    const live = addOn('cluster1', {
      metadata: { ownerReferences: [ownerOf(done), stranger, ownerOf(other), ownerOf(leaving)] },
    })
    const answer = wanted({ mirrorPeers: [done, other, leaving], addOns: [live] })
    expect(answer).toMatchObject({ is: 'edited', options: { confirm: true } })
    expect(objectOf(answer).metadata.ownerReferences).toEqual([stranger, ownerOf(other), ownerOf(leaving)])
  })

  it('is not owned by one that has not our finalizer yet', () => {
    const starting = younger({ hubFinalizer: false })
    expect(made({ mirrorPeers: [mirrorPeer(), starting] }).metadata.ownerReferences).toEqual([
      ownerOf(mirrorPeer()),
    ])
  })

  it('is where and how the elder wants it; all that use it own it', () => {
    const other = younger({
      spec: { type: 'sync', items: [peerRef('cluster1', { namespace: 'other' }), peerRef('cluster2')] },
    })
    const { metadata, spec } = made({ mirrorPeers: [other, mirrorPeer()] })
    expect(spec?.installNamespace).toBe('openshift-storage')
    expect(metadata.annotations).toEqual(mode)
    expect(metadata.ownerReferences).toEqual([ownerOf(mirrorPeer()), ownerOf(other)])
  })

  it('stays with a deleting elder while its agents clean up, then goes to the next', () => {
    const items = [peerRef('cluster1', { namespace: 'other' }), peerRef('cluster2')]
    const elder = (agents: readonly string[]) => mirrorPeer({ deleting: true, agents })
    const namespaceWith = (agents: readonly string[]) =>
      made({ mirrorPeers: [elder(agents), younger({ spec: { items } })], addOns: [addOn('cluster1')] }).spec
        ?.installNamespace
    expect(namespaceWith(['cluster1'])).toBe('openshift-storage')
    expect(namespaceWith([])).toBe('other')
  })

  it.each([
    ['deleting', managedCluster('cluster1', { deleting: true })],
    ['not accepted any more', managedCluster('cluster1', { accepted: false })],
  ])('is neither made nor repaired while its cluster is %s', (_name, cluster) => {
    const mirrorPeers = [mirrorPeer({ deleting: true, agents: ['cluster1'] })]
    expect(wanted({ mirrorPeers, clusters: [cluster] }).is).toBe('waiting')
    expect(
      wanted({ mirrorPeers, clusters: [cluster], addOns: [addOn('cluster1', { installNamespace: 'x' })] }).is,
    ).toBe('waiting')
    expect(wanted({ mirrorPeers: [mirrorPeer()], clusters: [cluster] }).is).toBe('leave')
  })

  it.each([
    ['its cluster is going', managedCluster('cluster1', { deleting: true }), {}],
    ['its cluster is not accepted any more', managedCluster('cluster1', { accepted: false }), {}],
    [
      'it is going itself',
      managedCluster('cluster1'),
      { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['x/y'] },
    ],
  ])(
    'loses the reference of a MirrorPeer that is done, and nothing else, also while %s',
    (_name, cluster, more) => {
      const done = mirrorPeer({ deleting: true })
      const leaving = younger({ deleting: true, agents: ['cluster1'] })
      const live = addOn('cluster1', {
        installNamespace: 'drifted',
        metadata: { ...more, ownerReferences: [stranger, ownerOf(done), ownerOf(leaving)] },
      })
      const world = {
        mirrorPeers: [done, leaving],
        clusters: [cluster, managedCluster('cluster2')],
        addOns: [live],
      }
      const answer = wanted(world)
      expect(answer).toMatchObject({ is: 'edited', options: { confirm: true } })
      expect(objectOf(answer)).toMatchObject({
        ...live,
        metadata: { ...live.metadata, ownerReferences: [stranger, ownerOf(leaving)] },
      })
      expect(wanted({ ...world, addOns: [objectOf(answer)] }).is).toBe('waiting')
    },
  )

  it('is not made while one of its name is still going', () => {
    const going = addOn('cluster1', {
      metadata: { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['x/y'] },
    })
    expect(wanted({ mirrorPeers: [mirrorPeer()], addOns: [going] })).toMatchObject({
      is: 'waiting',
      reason: 'AddOnDeleting',
    })
  })
})

describe('an add-on that nobody holds', () => {
  const done = mirrorPeer({ deleting: true })
  const owned = (...owners: readonly object[]) =>
    addOn('cluster1', { metadata: { annotations: mode, ownerReferences: owners as never } })

  it('goes when no owner but OCM’s is left', () => {
    expect(wanted({ mirrorPeers: [done], addOns: [owned(clusterManagementAddOn, ownerOf(done))] }).is).toBe(
      'absent',
    )
    expect(wanted({ addOns: [owned(clusterManagementAddOn)] }).is).toBe('absent')
    expect(wanted({ addOns: [owned(ownerOf(done))] }).is).toBe('absent')
  })

  it('stays for another owner, without the deleting MirrorPeer’s reference', () => {
    const { metadata } = made({
      mirrorPeers: [done],
      addOns: [owned(clusterManagementAddOn, ownerOf(done), stranger)],
    })
    expect(metadata.ownerReferences).toEqual([clusterManagementAddOn, stranger])
  })

  it('stays for a MirrorPeer that is there and invalid: a reference bears no label', () => {
    const invalid = mirrorPeer({ spec: { items: [peerRef('cluster1'), peerRef('nowhere')] } })
    expect(
      made({ mirrorPeers: [invalid], addOns: [owned(ownerOf(invalid))] }).metadata.ownerReferences,
    ).toEqual([ownerOf(invalid)])
  })

  it('stays while a MirrorPeer is only starting', () => {
    const starting = younger({ hubFinalizer: false })
    expect(wanted({ mirrorPeers: [done, starting], addOns: [owned(ownerOf(done))] }).is).toBe('waiting')
  })

  it('of a user that no MirrorPeer ever used is left alone', () => {
    expect(made({ addOns: [addOn('cluster1')] })).toMatchObject(addOn('cluster1'))
  })

  it('goes where the cluster is gone, whoever still holds elsewhere', () => {
    const leaving = mirrorPeer({ deleting: true, agents: ['cluster2'] })
    const world = {
      mirrorPeers: [leaving],
      clusters: [managedCluster('cluster2')],
      addOns: [owned(ownerOf(leaving))],
    }
    expect(wanted(world).is).toBe('absent')
  })

  it('is found by MirrorPeers and by itself', () => {
    expect(keysFrom(rule as never, hub.MirrorPeer, mirrorPeer())).toEqual([
      key,
      { ...key, namespace: 'cluster2' },
    ])
    expect(keysFrom(rule as never, hub.ManagedClusterAddOn, addOn('cluster9'))).toEqual([
      { ...key, namespace: 'cluster9' },
    ])
  })
})
