import type { Condition, MirrorPeer } from '@odfmo/api-types'
import { originalSpokeFinalizer, spokeFinalizer } from '@odfmo/secret-naming'
import { describe, expect, it } from 'vitest'
import { eventsBetween } from './mirror-peer-events.ts'
import type { ManagedClusters } from './orphaned-finalizers.ts'
import { mirrorPeer, peerRef } from './test/builders.ts'

const managedClusters = (names: readonly string[]): ManagedClusters => ({
  has: (name) => names.includes(name),
  hasAny: (finalizer) =>
    names.some((name) => [spokeFinalizer(name), originalSpokeFinalizer(name)].includes(finalizer)),
})
const condition = (type: string, status: Condition['status'], message = ''): Condition => ({
  type,
  status,
  reason: `${type}${status}`,
  message,
  lastTransitionTime: '2026-01-01T00:00:00Z',
})
const withConditions = (...conditions: readonly Condition[]): MirrorPeer =>
  mirrorPeer({ status: { conditions } })
const between = (old: MirrorPeer, now: MirrorPeer, clusters: readonly string[] = []) =>
  eventsBetween(old, now, managedClusters(clusters))

describe('events of a MirrorPeer', () => {
  it('come from conditions whose status moved', () => {
    const now = withConditions(
      condition('Ready', 'True'),
      condition('SecretsExchanged', 'False', 'waiting for x'),
      condition('Validated', 'True'),
    )
    const old = withConditions(
      condition('Ready', 'False'),
      condition('SecretsExchanged', 'True'),
      condition('Validated', 'True'),
    )
    expect(between(old, now)).toEqual([
      { type: 'Normal', reason: 'ReadyTrue', action: 'Ready', note: '' },
      { type: 'Warning', reason: 'SecretsExchangedFalse', action: 'SecretsExchanged', note: 'waiting for x' },
    ])
  })

  it('do not tell what is only on its way, nor the same thing twice, nor others’ conditions', () => {
    expect(
      between(mirrorPeer(), withConditions(condition('Ready', 'False'), condition('AddonsReady', 'False'))),
    ).toEqual([])
    expect(
      between(
        withConditions(condition('Ready', 'True')),
        withConditions(condition('Ready', 'True', 'other words')),
      ),
    ).toEqual([])
    expect(between(mirrorPeer(), withConditions(condition('Theirs', 'True')))).toEqual([])
    expect(
      between(withConditions(condition('Ready', 'True')), withConditions(condition('Ready', 'Unknown'))),
    ).toEqual([])
  })

  it('tell what is invalid from the start, and warn of a shared interval', () => {
    expect(
      between(mirrorPeer(), withConditions(condition('Validated', 'False', 'spec.items: …'))),
    ).toMatchObject([{ type: 'Warning' }])
    expect(between(mirrorPeer(), withConditions(condition('IntervalShared', 'True')))).toMatchObject([
      { type: 'Warning' },
    ])
  })

  it('tell what only a person can set right also where the condition was False before', () => {
    const refused = { ...condition('S3ProfilesSynced', 'False'), reason: 'InvalidS3Secret' }
    const waiting = { ...condition('S3ProfilesSynced', 'False'), reason: 'NoS3Secret' }
    expect(between(mirrorPeer(), withConditions(refused))).toMatchObject([
      { type: 'Warning', reason: 'InvalidS3Secret' },
    ])
    expect(between(withConditions(waiting), withConditions(refused))).toMatchObject([
      { reason: 'InvalidS3Secret' },
    ])
    expect(between(withConditions(refused), withConditions(refused))).toEqual([])
    expect(between(withConditions(refused), withConditions(waiting))).toEqual([])
    expect(between(mirrorPeer(), withConditions({ ...refused, type: 'Ready' }))).toEqual([])
  })

  it('tell of a finalizer that the hub removed, and of none that an agent did', () => {
    const old = mirrorPeer({ deleting: true, agents: ['cluster1'] })
    const now = mirrorPeer({ deleting: true })
    expect(between(old, now)).toMatchObject([
      { reason: 'SpokeFinalizerRemoved', note: expect.stringContaining(spokeFinalizer('cluster1')) },
    ])
    expect(between(old, now, ['cluster1'])).toEqual([])
    expect(between(mirrorPeer({ agents: ['cluster1'] }), mirrorPeer())).toEqual([])
  })

  it('tell of a finalizer in the short form that a cluster has too which is no item', () => {
    const [gone, other] = ['a-cluster-with-a-long-name-1', 'a-cluster-with-a-long-name-2'] as const
    const spec = { items: [peerRef(gone), peerRef('cluster2')] }
    const finalizer = originalSpokeFinalizer(gone)
    expect(originalSpokeFinalizer(other)).toBe(finalizer)
    const now = mirrorPeer({ deleting: true, spec })
    const old = { ...now, metadata: { ...now.metadata, finalizers: [finalizer] } }
    expect(between(old, now, [other])).toMatchObject([{ reason: 'SpokeFinalizerRemoved' }])
    expect(between(old, now, [gone])).toEqual([])
  })

  it('tell that all is cleaned up', () => {
    expect(
      between(mirrorPeer({ deleting: true }), mirrorPeer({ deleting: true, hubFinalizer: false })),
    ).toMatchObject([{ reason: 'CleanedUp' }])
  })
})
