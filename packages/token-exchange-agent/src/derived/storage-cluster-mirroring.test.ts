import type { StorageCluster } from '@odfmo/api-types'
import { hubSecretName } from '@odfmo/secret-naming'
import { describe, expect, it } from 'vitest'
import {
  bare,
  exchangedSecret,
  golden,
  hubFinalizer,
  mirrorPeer,
  namespace,
  objectOf,
  refOf,
  storageCluster,
  storageClusterName,
  wantedOf,
  type Clusters,
} from '../../test/cases.ts'

const key = { namespace, name: storageClusterName }
const name2 = hubSecretName(refOf('cluster2'))
const name3 = hubSecretName(refOf('cluster3'))
const toCluster3 = { name: 'other', items: [refOf('cluster1'), refOf('cluster3')] }
const on = (...peerSecretNames: string[]): StorageCluster['spec'] => ({
  mirroring: { enabled: true, peerSecretNames },
})

const mirroringOf = (clusters: Clusters): unknown =>
  objectOf<StorageCluster>(wantedOf('storage-cluster-mirroring', key, clusters)).spec?.mirroring
const answerOf = (clusters: Clusters): string => {
  const wanted = wantedOf('storage-cluster-mirroring', key, clusters)
  return wanted.is === 'waiting' ? wanted.reason : wanted.is
}

describe('the way in', () => {
  it('names the secret and turns mirroring on in one patch, as the original left it', () => {
    const before = golden<StorageCluster>('cluster1__storageclusters__openshift-storage__ocs-storagecluster')
    const { mirroring: _mirroring, ...spec } = before.spec ?? {}
    const clusters = {
      mirrorPeers: [mirrorPeer()],
      storageClusters: [{ ...before, spec }],
      secrets: [exchangedSecret()],
    }
    expect(bare(objectOf(wantedOf('storage-cluster-mirroring', key, clusters)))).toEqual(bare(before))
  })

  it.each<readonly [string, string, Clusters]>([
    [
      'waits for the secret before its name',
      'NoPeerSecret',
      { mirrorPeers: [mirrorPeer()], storageClusters: [storageCluster()] },
    ],
    [
      'takes no secret that is somebody else’s',
      'NoPeerSecret',
      {
        mirrorPeers: [mirrorPeer()],
        storageClusters: [storageCluster()],
        secrets: [exchangedSecret(refOf('cluster2'), 'f', { labels: {} })],
      },
    ],
    [
      'takes no secret that is going',
      'NoPeerSecret',
      {
        mirrorPeers: [mirrorPeer()],
        storageClusters: [storageCluster()],
        secrets: [exchangedSecret(refOf('cluster2'), 'f', { deletionTimestamp: '2026-01-01T00:00:00Z' })],
      },
    ],
    [
      'has nothing to do once it is so',
      'leave',
      {
        mirrorPeers: [mirrorPeer()],
        storageClusters: [storageCluster(on(name2))],
        secrets: [exchangedSecret()],
      },
    ],
    [
      'does nothing for type sync',
      'leave',
      {
        mirrorPeers: [mirrorPeer({ type: 'sync' })],
        storageClusters: [storageCluster()],
        secrets: [exchangedSecret()],
      },
    ],
    [
      'does nothing before both finalizers are on',
      'leave',
      {
        mirrorPeers: [mirrorPeer({ finalizers: [] })],
        storageClusters: [storageCluster()],
        secrets: [exchangedSecret()],
      },
    ],
    ['waits for a StorageCluster', 'NoStorageCluster', { mirrorPeers: [mirrorPeer()] }],
    [
      'gives nothing to a StorageCluster that is going',
      'leave',
      {
        mirrorPeers: [mirrorPeer()],
        storageClusters: [storageCluster({}, { deletionTimestamp: '2026-01-01T00:00:00Z' })],
        secrets: [exchangedSecret()],
      },
    ],
  ])('%s', (_, answer, clusters) => expect(answerOf(clusters)).toBe(answer))

  it('keeps a user’s own names and fields, and adds its name once', () => {
    const storageClusters = [
      storageCluster({ mirroring: { enabled: false, peerSecretNames: ['users-own'] } }),
    ]
    expect(
      mirroringOf({ mirrorPeers: [mirrorPeer()], storageClusters, secrets: [exchangedSecret()] }),
    ).toEqual({ enabled: true, peerSecretNames: ['users-own', name2] })
  })

  it('is on for the pair that is complete while another still waits', () => {
    const clusters = {
      mirrorPeers: [mirrorPeer(), mirrorPeer(toCluster3)],
      storageClusters: [storageCluster()],
      secrets: [exchangedSecret()],
    }
    expect(mirroringOf(clusters)).toEqual({ enabled: true, peerSecretNames: [name2] })
  })
})

describe('the way out', () => {
  const leaving = mirrorPeer({ deleting: true })

  it('takes name and enabled away in one patch, judged on fresh reads', () => {
    const wanted = wantedOf('storage-cluster-mirroring', key, {
      mirrorPeers: [leaving],
      storageClusters: [storageCluster(on(name2))],
      secrets: [exchangedSecret()],
    })
    expect(objectOf<StorageCluster>(wanted).spec).toEqual({})
    expect(wanted).toMatchObject({ options: { confirm: true } })
  })

  it('keeps a user’s own names', () => {
    expect(
      mirroringOf({ mirrorPeers: [leaving], storageClusters: [storageCluster(on('users-own', name2))] }),
    ).toEqual({ peerSecretNames: ['users-own'] })
  })

  it('takes every name away that is there, though others are gone already', () => {
    const clusters = (...names: string[]): Clusters => ({
      mirrorPeers: [leaving, mirrorPeer({ ...toCluster3, deleting: true })],
      storageClusters: [storageCluster(on('users-own', ...names))],
    })
    for (const names of [[name2], [name3], [name3, name2]])
      expect(mirroringOf(clusters(...names))).toEqual({ peerSecretNames: ['users-own'] })
  })

  it('stays on while another MirrorPeer uses the peer ref', () => {
    const clusters = {
      mirrorPeers: [leaving, mirrorPeer(toCluster3)],
      storageClusters: [storageCluster(on(name2, name3))],
      secrets: [exchangedSecret(refOf('cluster3'))],
    }
    expect(mirroringOf(clusters)).toEqual({ enabled: true, peerSecretNames: [name3] })
  })

  it.each<readonly [string, Clusters]>([
    [
      'another live MirrorPeer connects the same two',
      {
        mirrorPeers: [leaving, mirrorPeer({ name: 'other' })],
        storageClusters: [storageCluster(on(name2))],
        secrets: [exchangedSecret()],
      },
    ],
    ['no MirrorPeer is there that remembers', { storageClusters: [storageCluster(on(name2))] }],
    [
      'our part is done already',
      {
        mirrorPeers: [mirrorPeer({ deleting: true, finalizers: [] })],
        storageClusters: [storageCluster(on(name2))],
      },
    ],
    ['there is no StorageCluster any more', { mirrorPeers: [leaving] }],
  ])('leaves all as it is when %s', (_, clusters) => expect(answerOf(clusters)).toBe('leave'))

  it.each([
    ['its name', mirrorPeer({ name: 'other', finalizers: [] }), on(name2)],
    ['mirroring', mirrorPeer({ ...toCluster3, finalizers: [] }), { mirroring: { enabled: true } }],
    [
      'what one wants that the hub has accepted but we have not',
      mirrorPeer({ name: 'other', finalizers: [hubFinalizer] }),
      on(name2),
    ],
  ])('keeps %s, and remembers it until one that bears our finalizer wants it', (_, other, spec) => {
    const clusters = { mirrorPeers: [leaving, other], storageClusters: [storageCluster(spec)] }
    expect(answerOf(clusters)).toBe('NotTakenOver')
    expect(answerOf({ ...clusters, mirrorPeers: [other] })).not.toBe('NotTakenOver')
  })

  it('remembers a name that only an unaccepted one shares, though another uses the StorageCluster', () => {
    const mirrorPeers = [leaving, mirrorPeer({ name: 'same', finalizers: [] }), mirrorPeer(toCluster3)]
    const clusters = {
      mirrorPeers,
      storageClusters: [storageCluster(on(name2, name3))],
      secrets: [exchangedSecret(refOf('cluster3'))],
    }
    expect(answerOf(clusters)).toBe('NotTakenOver')
  })

  it('does not let two that are deleted together keep each other’s things alive', () => {
    const clusters = {
      mirrorPeers: [leaving, mirrorPeer({ name: 'other', deleting: true })],
      storageClusters: [storageCluster(on(name2))],
    }
    expect(mirroringOf(clusters)).toBeUndefined()
  })

  it('cleans a StorageCluster that is going too', () => {
    const storageClusters = [storageCluster(on(name2), { deletionTimestamp: '2026-01-01T00:00:00Z' })]
    expect(mirroringOf({ mirrorPeers: [leaving], storageClusters })).toBeUndefined()
  })
})
