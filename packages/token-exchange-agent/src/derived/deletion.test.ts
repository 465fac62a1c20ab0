import { describe, expect, it } from 'vitest'
import { app, hubFinalizer, mirrorPeer, storageCluster, wantedOf, type Clusters } from '../../test/cases.ts'
import { exchanged, keys } from '../../test/everything.ts'

/** Those that make something; the finalizer itself has its own test. */
const rules = app.derived.map(({ name }) => name).filter((name) => name !== 'mirror-peer-finalizer')
const answer = (rule: string, clusters: Clusters): string => {
  const wanted = wantedOf(rule, keys[rule] ?? { name: '' }, clusters)
  return wanted.is === 'waiting' ? wanted.reason : wanted.is
}
const leaving = mirrorPeer({ deleting: true })
/** Named no longer: then its Secret may go. */
const unnamed: Clusters = {
  ...exchanged,
  storageClusters: [storageCluster({ mirroring: { enabled: true } })],
}
const given = (rule: string): Clusters => (rule === 'spoke-secret' ? unnamed : exchanged)

describe.each(rules)('%s', (rule) => {
  it('takes its part away with the last live MirrorPeer, after a look on fresh reads', () => {
    const wanted = wantedOf(rule, keys[rule] ?? { name: '' }, { ...given(rule), mirrorPeers: [leaving] })
    expect(['absent', 'edited']).toContain(wanted.is)
    // What is to be absent is always looked at again.
    if (wanted.is === 'edited') expect(wanted.options).toEqual({ confirm: true })
  })

  it('is not kept by another that is deleted together with it, finalizer on or off', () => {
    for (const finalizers of [leaving.metadata.finalizers ?? [], [hubFinalizer]]) {
      const mirrorPeers = [leaving, mirrorPeer({ name: 'other', deleting: true, finalizers })]
      expect(['absent', 'edited']).toContain(answer(rule, { ...given(rule), mirrorPeers }))
    }
  })

  it('keeps its part for another that is live', () => {
    const mirrorPeers = [leaving, mirrorPeer({ name: 'other' })]
    expect(['absent', 'edited']).not.toContain(answer(rule, { ...exchanged, mirrorPeers }))
  })

  it('has nothing to do when all is gone already', () => {
    const wanted = wantedOf(rule, keys[rule] ?? { name: '' }, { mirrorPeers: [leaving] })
    expect(['absent', 'leave']).toContain(wanted.is)
  })
})

it('lets the finalizer go when all is gone already', () => {
  expect(answer('mirror-peer-finalizer', { mirrorPeers: [leaving] })).toBe('edited')
})
