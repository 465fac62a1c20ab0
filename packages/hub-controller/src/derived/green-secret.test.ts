import { contract, type Secret } from '@odfmo/api-types'
import { describe, expect, it } from 'vitest'
import {
  blue,
  external,
  greenKey,
  managedCluster,
  mirrorPeer,
  peerRef,
  podNamespace,
  s3,
} from '../test/builders.ts'
import { goldenObject } from '../test/golden.ts'
import { ask, hub, keysFrom, objectOf, rules } from '../test/hub-world.ts'

const [one, two] = [peerRef('cluster1'), peerRef('cluster2')]
const key = greenKey(one, two)
const secrets = [blue(one), blue(two)]
const rule = rules.greenSecret
const green = (): Secret => objectOf(ask(rule, key, { mirrorPeers: [mirrorPeer()], secrets }))

describe('a green secret', () => {
  it('is the blue one’s bytes with the receiver’s names', () => {
    const wanted = green()
    expect(wanted.metadata).toEqual({ ...key, labels: { [contract.label.secretType]: 'GREEN' } })
    expect(wanted.type).toBe('Opaque')
    expect(wanted.data?.['secret-data']).toBe(blue(one).data?.['secret-data'])
  })

  it('is what the original left', () => {
    const mirrorPeers = [goldenObject('mirrorpeers__mirrorpeer-sample')] as never
    const source = goldenObject<Secret>('secrets__cluster1__271080886d225db56027eda82b520e9b2c019e1')
    const copy = goldenObject<Secret>('secrets__cluster2__271080886d225db56027eda82b520e9b2c019e1')
    const wanted = objectOf(
      ask(
        rule,
        { namespace: 'cluster2', name: source.metadata.name ?? '' },
        { mirrorPeers, secrets: [source] },
      ),
    )
    expect(wanted.data).toEqual(copy.data)
    expect(wanted.type).toBe(copy.type)
    expect(wanted.metadata.labels).toEqual(copy.metadata.labels)
  })

  it('follows a rotated token', () => {
    const rotated = blue(one, { key: 'new' })
    const wanted = objectOf(ask(rule, key, { mirrorPeers: [mirrorPeer()], secrets: [rotated, blue(two)] }))
    expect(wanted.data?.['secret-data']).toBe(rotated.data?.['secret-data'])
  })

  it.each([
    ['stays while a deleting MirrorPeer holds', { deleting: true, agents: ['cluster2'] }, 'present'],
    ['goes when the agents are done', { deleting: true }, 'absent'],
    ['is not made before our finalizer is seen, nor taken away', { hubFinalizer: false }, 'waiting'],
    ['goes with a spec that is invalid', { spec: { items: [one] } }, 'absent'],
    ['is not for type sync', { spec: { type: 'sync' as const } }, 'absent'],
  ])('%s', (_name, overrides, is) => {
    expect(ask(rule, key, { mirrorPeers: [mirrorPeer(overrides)], secrets: [...secrets, green()] }).is).toBe(
      is,
    )
  })

  it.each([
    ['gone', [managedCluster('cluster1')]],
    ['not accepted', [managedCluster('cluster1'), managedCluster('cluster2', { accepted: false })]],
    ['deleting', [managedCluster('cluster1'), managedCluster('cluster2', { deleting: true })]],
  ])('stays as it is while a cluster is %s', (_name, clusters) => {
    expect(ask(rule, key, { mirrorPeers: [mirrorPeer()], clusters, secrets })).toMatchObject({
      is: 'waiting',
      reason: 'NotInForce',
    })
  })

  it('goes when no MirrorPeer is there at all', () => {
    expect(ask(rule, key, { mirrorPeers: [], secrets: [...secrets, green()] }).is).toBe('absent')
  })

  it('goes only when its source is confirmed gone for a minute', () => {
    const world = { mirrorPeers: [mirrorPeer()], secrets: [green()] }
    expect(ask(rule, key, { ...world, now: 59_999 })).toMatchObject({ is: 'waiting', reason: 'NoBlueSecret' })
    expect(ask(rule, key, { ...world, now: 60_000 }).is).toBe('absent')
  })

  it('stays without its source where one MirrorPeer is going and another one is suspended', () => {
    const clusters = [managedCluster('cluster2')]
    const going = mirrorPeer({ deleting: true, agents: ['cluster2'] })
    const suspended = mirrorPeer({ name: 'suspended' })
    const world = { clusters, secrets: [green()], now: 60_000 }
    expect(ask(rule, key, { ...world, mirrorPeers: [going, suspended] }).is).toBe('waiting')
    expect(ask(rule, key, { ...world, mirrorPeers: [going] }).is).toBe('absent')
  })

  it('waits for a namespace', () => {
    expect(ask(rule, key, { mirrorPeers: [mirrorPeer()], secrets, namespaces: ['cluster1'] })).toMatchObject({
      is: 'waiting',
      reason: 'NoNamespace',
      message: expect.stringContaining('namespace cluster2'),
    })
  })

  it('says whom it waits for', () => {
    expect(ask(rule, key, { mirrorPeers: [mirrorPeer()], now: 1e9 })).toEqual({
      is: 'waiting',
      reason: 'NoBlueSecret',
      message:
        `waiting for blue secret ${key.name} in namespace cluster1: ` +
        'the agent of cluster1 has not delivered the peer token of openshift-storage/ocs-storagecluster',
    })
  })

  it.each([
    [
      'without a key',
      { ...blue(one), data: { ...blue(one).data, 'secret-origin': '' } },
      'InvalidBlueSecret',
    ],
    [
      'of another StorageCluster',
      { ...blue(one), data: { ...blue(one).data, namespace: 'b3RoZXI=' } },
      'InvalidBlueSecret',
    ],
    ['of S3', { ...blue(one), data: { ...blue(one).data, 'secret-origin': 'UzM=' } }, 'InvalidBlueSecret'],
    ['empty', { ...blue(one), data: { ...blue(one).data, 'secret-data': '' } }, 'InvalidBlueSecret'],
    ['that is internal: external Ceph', external(one), 'ExternalStorage'],
  ])('keeps what it has when its source is %s', (_name, source, reason) => {
    const wanted = ask(rule, key, { mirrorPeers: [mirrorPeer()], secrets: [source, green()] })
    expect(wanted).toMatchObject({ is: 'waiting', reason })
    expect(JSON.stringify(wanted)).not.toMatch(/AQB|hidden/)
  })

  it('is not made from a secret under another name, and says which one is ignored', () => {
    const astray = { ...blue(one), metadata: { ...blue(one).metadata, name: 'astray' } }
    const secrets = [astray, s3(one), blue(two)]
    const wanted = ask(rule, key, { mirrorPeers: [mirrorPeer()], secrets })
    expect(wanted).toMatchObject({
      is: 'waiting',
      reason: 'InvalidBlueSecret',
      message:
        `secret astray in namespace cluster1 is ignored: expected the name ${key.name}, which its peer ref has; ` +
        'the agent of cluster1 should deliver it again',
    })
    // Beside the right one it is nobody's business.
    expect(ask(rule, key, { mirrorPeers: [mirrorPeer()], secrets: [...secrets, blue(one)] }).is).toBe(
      'present',
    )
    const others = { ...astray, metadata: { ...astray.metadata, namespace: 'cluster2' } }
    expect(ask(rule, key, { mirrorPeers: [mirrorPeer()], secrets: [others] })).toMatchObject({
      reason: 'NoBlueSecret',
    })
  })

  it('is copied to every peer that a MirrorPeer of type async connects, and to no other', () => {
    const three = peerRef('cluster3')
    const clusters = ['cluster1', 'cluster2', 'cluster3'].map((name) => managedCluster(name))
    const more = (spec: object) => [
      mirrorPeer(),
      mirrorPeer({ name: 'other', spec: { items: [one, three], ...spec } }),
    ]
    const toThree = (spec: object, deleting = false) =>
      ask(rule, greenKey(one, three), {
        mirrorPeers: more(spec).map((peer, i) =>
          i === 1 && deleting
            ? { ...peer, metadata: { ...peer.metadata, deletionTimestamp: '2026-02-01T00:00:00Z' } }
            : peer,
        ),
        clusters,
        secrets,
      }).is
    expect(toThree({})).toBe('present')
    expect(toThree({ type: 'sync' })).toBe('absent')
    expect(toThree({}, true)).toBe('absent')
    expect(ask(rule, key, { mirrorPeers: more({}), clusters, secrets }).is).toBe('present')
    expect(ask(rule, greenKey(two, three), { mirrorPeers: more({}), clusters, secrets }).is).toBe('absent')
  })

  it('is for the receiver that the elder names', () => {
    const elder = mirrorPeer({
      name: 'elder',
      spec: { items: [one, peerRef('cluster2', { namespace: 'elsewhere' })] },
      metadata: { creationTimestamp: '2025-01-01T00:00:00Z' },
    })
    const elderReceiver = (peer: typeof elder) =>
      objectOf(ask(rule, key, { mirrorPeers: [mirrorPeer(), peer], secrets })).data?.['namespace']
    expect(elderReceiver(elder)).toBe(Buffer.from('elsewhere').toString('base64'))
    const leaving = { ...elder, metadata: { ...elder.metadata, deletionTimestamp: '2026-01-02T00:00:00Z' } }
    expect(elderReceiver(leaving)).toBe(Buffer.from('openshift-storage').toString('base64'))
  })

  it('is found by MirrorPeers and, left over, by its label', () => {
    expect(keysFrom(rule as never, hub.MirrorPeer, mirrorPeer())).toEqual([
      greenKey(one, two),
      greenKey(two, one),
    ])
    expect(keysFrom(rule as never, hub.Secret, green())).toEqual([key])
    expect(keysFrom(rule as never, hub.Secret, blue(one))).toEqual([])
    expect(keysFrom(rule as never, hub.Secret, s3(one))).toEqual([])
  })

  it.each(['BLUE', 'INTERNAL', 'weird'])(
    'is known by its type and format when somebody labels it %s',
    (kind) => {
      const { metadata } = green()
      const relabelled = {
        ...green(),
        metadata: { ...metadata, labels: { [contract.label.secretType]: kind } },
      }
      expect(rule.ours?.(relabelled, key, green())).toBe(true)
      // When it is to go, an internal one of the name is not taken for it.
      expect(rule.ours?.(relabelled, key)).toBe(false)
      const wanted = ask(rule, key, { mirrorPeers: [mirrorPeer()], secrets: [...secrets, relabelled] })
      expect(objectOf(wanted).metadata.labels).toEqual({ [contract.label.secretType]: 'GREEN' })
    },
  )

  it('is never mistaken for a blue or an internal one of its name', () => {
    expect(rule.ours?.(green(), key)).toBe(true)
    for (const other of [blue(one), external(one), s3(one)]) {
      expect(rule.ours?.(other, key)).toBe(false)
      expect(rule.ours?.(other, key, green())).toBe(false)
    }
    const { labels: _labels, ...metadata } = green().metadata
    expect(rule.ours?.({ ...green(), metadata }, key, green())).toBe(true)
    expect(
      rule.ours?.(
        { metadata, type: 'Opaque', data: { password: 'eA==' } },
        { namespace: podNamespace, name: 'x' },
        green(),
      ),
    ).toBe(false)
  })
})
