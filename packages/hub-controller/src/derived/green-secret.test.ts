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

  it('goes only when its source is confirmed gone for a minute', () => {
    const world = { mirrorPeers: [mirrorPeer()], secrets: [green()] }
    expect(ask(rule, key, { ...world, now: 59_999 })).toMatchObject({ is: 'waiting', reason: 'NoBlueSecret' })
    expect(ask(rule, key, { ...world, now: 60_000 }).is).toBe('absent')
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
      expect(rule.ours?.(relabelled, key)).toBe(true)
      const wanted = ask(rule, key, { mirrorPeers: [mirrorPeer()], secrets: [...secrets, relabelled] })
      expect(objectOf(wanted).metadata.labels).toEqual({ [contract.label.secretType]: 'GREEN' })
    },
  )

  it('is never mistaken for a blue or an internal one of its name', () => {
    expect(rule.ours?.(green(), key)).toBe(true)
    expect(rule.ours?.(blue(one), key)).toBe(false)
    expect(rule.ours?.(external(one), key)).toBe(false)
    expect(rule.ours?.(s3(one), key)).toBe(false)
    const { labels: _labels, ...metadata } = green().metadata
    expect(rule.ours?.({ ...green(), metadata }, key)).toBe(true)
    expect(
      rule.ours?.(
        { metadata, type: 'Opaque', data: { password: 'eA==' } },
        { namespace: podNamespace, name: 'x' },
      ),
    ).toBe(false)
  })
})
