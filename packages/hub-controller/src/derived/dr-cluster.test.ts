import { contract, type DRCluster, type Secret } from '@odfmo/api-types'
import { describe, expect, it } from 'vitest'
import { refusalMessage } from '../dr-cluster-refusal.ts'
import { blue, drCluster, external, fsidOf, mirrorPeer, peerRef, s3 } from '../test/builders.ts'
import { goldenObject } from '../test/golden.ts'
import { ask, hub, keysFrom, objectOf, rules, type HubWorld } from '../test/hub-world.ts'

const [one, two] = [peerRef('cluster1'), peerRef('cluster2')]
const key = { name: 'cluster1' }
const secrets = [blue(one), blue(two), s3(one), s3(two)]
const right = { region: fsidOf('cluster1'), s3ProfileName: 's3profile-cluster1-ocs-storagecluster' }
const wanted = (world: HubWorld) =>
  ask(rules.drCluster, key, { mirrorPeers: [mirrorPeer()], secrets, ...world })

describe('a DRCluster', () => {
  it('is what the original made, with our label', () => {
    const golden = goldenObject<DRCluster>('drclusters__cluster1')
    const secrets = [
      '271080886d225db56027eda82b520e9b2c019e1',
      'a6bd33b0ff333553dce289cbbbb56976a789b8f',
    ].map((name) => goldenObject<Secret>(`secrets__cluster1__${name}`))
    const { spec, metadata } = objectOf(wanted({ secrets }))
    expect(spec).toEqual(golden.spec)
    expect(metadata).toEqual({ name: 'cluster1', labels: { [contract.label.createdBy]: 'mirrorpeer' } })
  })

  it('is made with and without manageS3, and for type sync by the external fsid', () => {
    expect(objectOf(wanted({ mirrorPeers: [mirrorPeer({ spec: { manageS3: false } })] })).spec).toEqual(right)
    const sync = {
      mirrorPeers: [mirrorPeer({ spec: { type: 'sync' } })],
      secrets: [external(one, 'ext'), s3(one)],
    }
    expect(objectOf(wanted(sync)).spec).toEqual({ ...right, region: 'ext' })
  })

  it.each([
    ['the S3 secret', [blue(one)], 'NoS3Secret'],
    ['the fsid', [s3(one)], 'NoBlueSecret'],
    ['a fsid in the token', [s3(one), blue(one, { fsid: '' })], 'NoFsid'],
  ])('waits for %s', (_name, secrets, reason) => {
    expect(wanted({ secrets })).toMatchObject({ is: 'waiting', reason })
  })

  it.each([[true], [false]])('is kept right in two fields and no other; ours: %s', (ours) => {
    const live = drCluster('cluster1', {
      ours,
      region: 'old',
      s3ProfileName: 'old',
      cidrs: ['10.0.0.0/8'],
      clusterFence: 'Unfenced',
    })
    const { spec, metadata } = objectOf(wanted({ drClusters: [live] }))
    expect(spec).toEqual({ ...right, cidrs: ['10.0.0.0/8'], clusterFence: 'Unfenced' })
    expect(metadata.labels).toEqual(live.metadata.labels)
  })

  it('is ours by its label only: nobody else’s is taken over or deleted', () => {
    expect(rules.drCluster.ours?.(drCluster('cluster1'), key)).toBe(true)
    expect(rules.drCluster.ours?.(drCluster('cluster1', { ours: false }), key)).toBe(false)
  })

  it('is not changed again to values that were refused, and is to others', () => {
    const refused = (region: string) =>
      mirrorPeer({
        status: {
          conditions: [
            {
              type: 'DRClustersReady',
              status: 'False',
              reason: 'DRClusterRefused',
              message: `x; ${refusalMessage('cluster1', region, right.s3ProfileName)}; y`,
              lastTransitionTime: '2026-01-01T00:00:00Z',
            },
          ],
        },
      })
    const drClusters = [drCluster('cluster1', { region: 'old' })]
    expect(wanted({ mirrorPeers: [refused(right.region)], drClusters })).toEqual({
      is: 'waiting',
      reason: 'DRClusterRefused',
      message: refusalMessage('cluster1', right.region, right.s3ProfileName),
    })
    expect(wanted({ mirrorPeers: [refused('an "odd" one; old')], drClusters }).is).toBe('edited')
    // Made again, the DRCluster gets them.
    expect(wanted({ mirrorPeers: [refused(right.region)] }).is).toBe('present')
  })

  it('is not changed again to values that the condition of any MirrorPeer on the cluster holds', () => {
    const condition = {
      type: 'DRClustersReady',
      status: 'False' as const,
      reason: 'DRClusterRefused',
      message: refusalMessage('cluster1', right.region, right.s3ProfileName),
      lastTransitionTime: '2026-01-01T00:00:00Z',
    }
    const younger = mirrorPeer({
      name: 'younger',
      metadata: { creationTimestamp: '2026-03-01T00:00:00Z' },
      status: { conditions: [condition] },
    })
    const drClusters = [drCluster('cluster1', { region: 'old' })]
    // The elder is going, and its conditions with it.
    const mirrorPeers = [mirrorPeer({ deleting: true, agents: ['cluster1'] }), younger]
    expect(wanted({ mirrorPeers, drClusters })).toMatchObject({ is: 'waiting', reason: 'DRClusterRefused' })
    expect(wanted({ mirrorPeers: [mirrorPeer(), younger], drClusters })).toMatchObject({
      reason: 'DRClusterRefused',
    })
  })

  it('is the elder’s where two StorageClusters of a cluster ask', () => {
    const other = peerRef('cluster1', { name: 'other' })
    const elder = mirrorPeer({
      name: 'elder',
      spec: { items: [other, two] },
      metadata: { creationTimestamp: '2025-01-01T00:00:00Z' },
    })
    const mirrorPeers = [mirrorPeer(), elder]
    expect(wanted({ mirrorPeers })).toMatchObject({ is: 'waiting', reason: 'NoBlueSecret' })
    expect(
      objectOf(wanted({ mirrorPeers, secrets: [...secrets, blue(other, { fsid: 'other' }), s3(other)] })).spec
        ?.region,
    ).toBe('other')
  })

  const done = mirrorPeer({ deleting: true })
  const made = '2026-03-01T00:00:00Z'
  const hourLater = Date.parse(made) + 3_600_000
  const ours = drCluster('cluster1')
  const old = { ...ours, metadata: { ...ours.metadata, creationTimestamp: made } }
  it.each([
    ['goes when the agents are done', { mirrorPeers: [done], drClusters: [drCluster('cluster1')] }, 'absent'],
    ['goes when nobody names it', { mirrorPeers: [], drClusters: [old], now: hourLater }, 'absent'],
    [
      'stays while a restore may bring who names it',
      { mirrorPeers: [], drClusters: [old], now: hourLater - 1 },
      'leave',
    ],
    [
      'stays while a restore may bring the clusters of who names it',
      {
        mirrorPeers: [mirrorPeer({ hubFinalizer: false })],
        clusters: [],
        drClusters: [old],
        now: hourLater - 1,
      },
      'leave',
    ],
    [
      'goes at once with a MirrorPeer that is deleted, however young it is',
      { mirrorPeers: [done], drClusters: [old], now: hourLater - 1 },
      'absent',
    ],
    [
      'stays while a MirrorPeer holds',
      {
        mirrorPeers: [mirrorPeer({ deleting: true, agents: ['cluster2'] })],
        secrets: [],
        drClusters: [drCluster('cluster1')],
      },
      'waiting',
    ],
    [
      'stays while a MirrorPeer starts',
      {
        mirrorPeers: [done, mirrorPeer({ name: 'b', hubFinalizer: false })],
        drClusters: [drCluster('cluster1')],
      },
      'waiting',
    ],
    [
      'stays while a DRPolicy names it',
      {
        mirrorPeers: [done],
        drClusters: [drCluster('cluster1')],
        drPolicies: [{ metadata: { name: 'p' }, spec: { drClusters: ['cluster1'] } }],
      },
      'leave',
    ],
    [
      'stays when it is a user’s',
      { mirrorPeers: [done], drClusters: [drCluster('cluster1', { ours: false })] },
      'leave',
    ],
    [
      'is not made while one of its name is going',
      {
        drClusters: [
          {
            ...drCluster('cluster1'),
            metadata: { name: 'cluster1', deletionTimestamp: '2026-01-01T00:00:00Z' },
          },
        ],
      },
      'waiting',
    ],
  ] as readonly (readonly [string, HubWorld, string])[])('%s', (_name, world, is) => {
    expect(wanted(world).is).toBe(is)
  })

  it('is found by MirrorPeers and, left over, by our label', () => {
    expect(keysFrom(rules.drCluster as never, hub.MirrorPeer, mirrorPeer())).toEqual([
      key,
      { name: 'cluster2' },
    ])
    expect(keysFrom(rules.drCluster as never, hub.DRCluster, drCluster('cluster1'))).toEqual([key])
    expect(keysFrom(rules.drCluster as never, hub.DRCluster, drCluster('cluster1', { ours: false }))).toEqual(
      [],
    )
  })
})
