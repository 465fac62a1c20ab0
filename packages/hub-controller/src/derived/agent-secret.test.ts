import { keyOf, type ObjectKey, type Secret } from '@odfmo/api-types'
import { describe, expect, it } from 'vitest'
import { blue, external, greenKey, mirrorPeer, peerRef, s3 } from '../test/builders.ts'
import { ask, hub, keysFrom, rules, type HubWorld } from '../test/hub-world.ts'

const [one, two] = [peerRef('cluster1'), peerRef('cluster2')]
const wanted = (world: HubWorld, key = keyOf(blue(one))) =>
  ask(rules.agentSecret, key, { secrets: [blue(one), s3(one)], ...world }).is
const done = mirrorPeer({ deleting: true })

describe('what agents have delivered and not taken back', () => {
  it.each([
    ['goes when the agents are done or gone', [done], 'absent'],
    [
      'is theirs to take while they clean up',
      [mirrorPeer({ deleting: true, agents: ['cluster2'] })],
      'leave',
    ],
    [
      'stays for another MirrorPeer on the peer ref',
      [done, mirrorPeer({ name: 'other', spec: { items: [one, peerRef('cluster3')] } })],
      'leave',
    ],
    [
      'stays for one whose agents still clean up',
      [done, mirrorPeer({ name: 'other', deleting: true, agents: ['cluster1'] })],
      'leave',
    ],
    [
      'stays for one that is invalid: it is not deleted',
      [done, mirrorPeer({ name: 'other', spec: { schedulingIntervals: ['x'] } })],
      'leave',
    ],
    ['stays when no MirrorPeer names it', [], 'leave'],
    ['goes with the last of several', [done, mirrorPeer({ name: 'other', deleting: true })], 'absent'],
  ])('%s', (_name, mirrorPeers, is) => {
    expect(wanted({ mirrorPeers })).toBe(is)
    expect(wanted({ mirrorPeers }, keyOf(s3(one)))).toBe(is)
  })

  it('is known by name: another StorageCluster of the cluster keeps its own', () => {
    expect(keysFrom(rules.agentSecret as never, hub.MirrorPeer, done)).toEqual(
      [blue(one), s3(one), blue(two), s3(two)].map(keyOf),
    )
    expect(keysFrom(rules.agentSecret as never, hub.MirrorPeer, mirrorPeer())).toEqual([])
    expect(wanted({ mirrorPeers: [done] }, keyOf(blue(peerRef('cluster1', { name: 'other' }))))).toBe('leave')
  })

  it('is blue or internal, never a green one of that name', () => {
    const ours = (live: Secret, key: ObjectKey) => rules.agentSecret.ours?.(live, key)
    expect(ours(blue(one), keyOf(blue(one)))).toBe(true)
    expect(ours(external(one), keyOf(blue(one)))).toBe(true)
    const green = {
      metadata: { ...greenKey(one, two), labels: { 'multicluster.odf.openshift.io/secret-type': 'GREEN' } },
    }
    expect(ours(green, greenKey(one, two))).toBe(false)
  })
})
