import type { Condition, MirrorPeer } from '@odfmo/api-types'
import { EventRecorder, ManualClock } from '@odfmo/controller-kit'
import { originalSpokeFinalizer, spokeFinalizer } from '@odfmo/secret-naming'
import { describe, expect, it } from 'vitest'
import { eventsBetween, withoutPassing } from './mirror-peer-events.ts'
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
const between = (
  old: MirrorPeer,
  now: MirrorPeer | undefined,
  clusters: readonly string[] = [],
  isCleanedUp = true,
) => eventsBetween(old, now, { clusters: managedClusters(clusters), isCleanedUp: () => isCleanedUp })
const because = (type: string, reason: string, message = ''): Condition => ({
  ...condition(type, 'False', message),
  reason,
})

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

  it('tell each reason for which it is invalid', () => {
    const invalid = (reason: string) => withConditions({ ...condition('Validated', 'False'), reason })
    const all = ['InvalidSpec', 'ClusterNotFound', 'ClusterNotAccepted', 'ClusterDeleting']
    for (const [place, reason] of all.entries()) {
      const before = invalid(all[(place + 1) % all.length] ?? '')
      expect(between(before, invalid(reason))).toMatchObject([{ type: 'Warning', reason }])
      expect(between(invalid(reason), invalid(reason))).toEqual([])
    }
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

  it('tell that all is cleaned up, whether the object stays for others or goes with our finalizer', () => {
    const old = mirrorPeer({ deleting: true })
    const stays = mirrorPeer({ deleting: true, hubFinalizer: false })
    expect(between(old, stays)).toMatchObject([{ reason: 'CleanedUp' }])
    expect(between(old, undefined)).toMatchObject([{ type: 'Normal', reason: 'CleanedUp' }])
    expect(between(stays, undefined)).toEqual([])
  })

  it('do not say cleaned up where something is left, an agent is not through, or nobody asked for a deletion', () => {
    const old = mirrorPeer({ deleting: true })
    expect(between(old, mirrorPeer({ deleting: true, hubFinalizer: false }), [], false)).toEqual([])
    expect(between(old, undefined, [], false)).toEqual([])
    expect(between(mirrorPeer({ deleting: true, agents: ['cluster1'] }), undefined, ['cluster1'])).toEqual([])
    expect(between(mirrorPeer(), undefined)).toEqual([])
  })

  it('tell one cause once: neither as Ready nor as another condition that says the same', () => {
    const types = ['S3ProfilesSynced', 'DRClustersReady', 'Ready']
    const up = withConditions(...types.map((type) => condition(type, 'True')))
    const down = withConditions(
      because('S3ProfilesSynced', 'InvalidS3Secret', 'S3 secret x is ignored'),
      because('DRClustersReady', 'InvalidS3Secret', 'S3 secret x is ignored'),
      because('Ready', 'InvalidS3Secret', 'S3 secret x is ignored; and more'),
    )
    expect(between(up, down)).toMatchObject([{ action: 'S3ProfilesSynced', reason: 'InvalidS3Secret' }])
    const twoCauses = withConditions(
      because('S3ProfilesSynced', 'InvalidS3Secret', 'S3 secret x is ignored'),
      because('DRClustersReady', 'InvalidS3Secret', 'S3 secret y is ignored'),
    )
    expect(between(up, twoCauses).map(({ note }) => note)).toEqual([
      'S3 secret x is ignored',
      'S3 secret y is ignored',
    ])
    expect(between(up, withConditions(because('Ready', 'Deleting')))).toMatchObject([{ reason: 'Deleting' }])
  })

  it('tell nothing of what passes by itself, and all of what comes after it', () => {
    const states = (...each: readonly Condition[]): readonly (readonly string[])[] => {
      let told = mirrorPeer()
      return each.map((one) => {
        const before = told
        told = withoutPassing(before, withConditions(one))
        return between(before, told).map(({ type, reason }) => `${type} ${reason}`)
      })
    }
    const type = 'S3ProfilesSynced'
    const [up, writing] = [condition(type, 'True'), because(type, 'Writing')]
    expect(states(up, writing, because(type, 'RamenConfigUnreadable'))).toEqual([
      ['Normal S3ProfilesSyncedTrue'],
      [],
      ['Warning RamenConfigUnreadable'],
    ])
    expect(states(up, writing, because(type, 'NoS3Secret'))[2]).toEqual(['Warning NoS3Secret'])
    expect(states(up, writing, up, writing)).toEqual([['Normal S3ProfilesSyncedTrue'], [], [], []])
    // On the way to ready for the first time.
    expect(states(writing, because(type, 'NoS3Secret'), writing, up)).toEqual([
      [],
      [],
      [],
      ['Normal S3ProfilesSyncedTrue'],
    ])
  })

  it('call a deletion that somebody asked for normal', () => {
    const now = { ...condition('Ready', 'False', 'waiting for the agents'), reason: 'Deleting' }
    expect(between(withConditions(condition('Ready', 'True')), withConditions(now))).toMatchObject([
      { type: 'Normal', reason: 'Deleting' },
    ])
  })

  it('are few however often a cause comes and goes, and whatever words it finds each time', async () => {
    for (const words of [() => 'waiting for blue secret x', (i: number) => `waiting for blue secret x${i}`]) {
      const clock = new ManualClock()
      const sent = { create: 0, patch: 0 }
      const recorder = new EventRecorder({
        client: {
          create: () => Promise.resolve(void (sent.create += 1) as never),
          patch: () => Promise.resolve(void (sent.patch += 1) as never),
        },
        controller: 'test',
        instance: 'test',
        clock,
      })
      const up = withConditions(condition('SecretsExchanged', 'True'), condition('Ready', 'True'))
      // One second there, one second not, for an hour.
      for (let i = 0; i < 1800; i += 1) {
        const down = withConditions(
          condition('SecretsExchanged', 'False', words(i)),
          condition('Ready', 'False', words(i)),
        )
        for (const note of between(up, down)) recorder.record(up, note)
        clock.advance(1000)
        for (const note of between(down, up)) recorder.record(up, note)
        clock.advance(1000)
      }
      await recorder.stop()
      // 25 at once and one in 5 minutes; a series is written once a minute.
      expect(sent.create).toBeGreaterThan(0)
      expect(sent.create).toBeLessThanOrEqual(25 + 12)
      expect(sent.patch).toBeLessThanOrEqual(4 * 60 + 4)
    }
  })
})
