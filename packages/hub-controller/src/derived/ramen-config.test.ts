import { contract } from '@odfmo/api-types'
import { s3SecretName } from '@odfmo/secret-naming'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { mirrorPeer, peerRef, podNamespace, s3 } from '../test/builders.ts'
import { ask, objectOf, ramenConfigMap, rules, type HubWorld } from '../test/hub-world.ts'

const [one, two] = [peerRef('cluster1'), peerRef('cluster2')]
const secrets = [s3(one), s3(two)]
const key = { namespace: podNamespace, name: contract.ramen.configMap }
const wanted = (world: HubWorld) => ask(rules.ramenConfig, key, { secrets, ...world })
const text = (world: HubWorld): string => objectOf(wanted(world)).data?.[contract.ramen.configKey] ?? ''
const profiles = (world: HubWorld) =>
  (parse(text(world)) as { s3StoreProfiles: { s3ProfileName: string; s3SecretRef: { name: string } }[] })
    .s3StoreProfiles
const empty = 'kind: RamenConfig # theirs\ns3StoreProfiles: []\n'
const withOurs = text({ mirrorPeers: [mirrorPeer()], ramenConfig: empty })

describe('Ramen’s configuration', () => {
  it('gets the profiles of all MirrorPeers at once; what is there stays', () => {
    const other = mirrorPeer({ name: 'other', spec: { items: [one, peerRef('cluster3')] } })
    const clusters = ['cluster1', 'cluster2', 'cluster3'].map((name) => ({
      metadata: { name },
      spec: { hubAcceptsClient: true },
    }))
    const world = {
      mirrorPeers: [mirrorPeer(), other],
      clusters,
      secrets: [...secrets, s3(peerRef('cluster3'))],
      ramenConfig: empty,
    }
    expect(profiles(world).map(({ s3ProfileName }) => s3ProfileName)).toEqual(
      ['cluster1', 'cluster2', 'cluster3'].map((name) => `s3profile-${name}-ocs-storagecluster`),
    )
    expect(text(world).startsWith('kind: RamenConfig # theirs\n')).toBe(true)
    expect(
      objectOf(
        wanted({
          ...world,
          ramenConfig: { ...ramenConfigMap(empty), data: { other: 'x', [contract.ramen.configKey]: empty } },
        }),
      ).data?.['other'],
    ).toBe('x')
  })

  it('gets a profile as soon as its secret is there, and not before', () => {
    expect(profiles({ mirrorPeers: [mirrorPeer()], secrets: [s3(two)], ramenConfig: empty })).toHaveLength(1)
    expect(wanted({ mirrorPeers: [mirrorPeer()], secrets: [], ramenConfig: empty }).is).toBe('leave')
  })

  it('is set right where a profile changed, and where the text was rewritten without our profiles', () => {
    const moved = {
      mirrorPeers: [mirrorPeer()],
      secrets: [s3(one, { s3Bucket: 'new' }), s3(two)],
      ramenConfig: withOurs,
    }
    expect(text(moved)).toBe(withOurs.replace('s3Bucket: odrbucket-b1b922184baf', 's3Bucket: new'))
    expect(profiles({ mirrorPeers: [mirrorPeer()], ramenConfig: 'kind: RamenConfig\n' })).toHaveLength(2)
  })

  it('is not touched when all is right', () => {
    expect(wanted({ mirrorPeers: [mirrorPeer()], ramenConfig: withOurs }).is).toBe('leave')
  })

  it.each([
    ['when the agents are done', mirrorPeer({ deleting: true })],
    ['without manageS3', mirrorPeer({ spec: { manageS3: false } })],
  ])('loses our profiles %s, after a look on fresh reads', (_name, peer) => {
    const answer = wanted({ mirrorPeers: [peer], ramenConfig: withOurs })
    expect(answer).toMatchObject({ is: 'edited', options: { confirm: true } })
    expect(objectOf(answer).data?.[contract.ramen.configKey]).toBe(empty)
  })

  it.each([
    ['while a deleting MirrorPeer holds', [mirrorPeer({ deleting: true, agents: ['cluster1'] })]],
    [
      'while another with manageS3 names the peer refs',
      [mirrorPeer({ deleting: true }), mirrorPeer({ name: 'other' })],
    ],
    [
      'while one is only starting',
      [mirrorPeer({ deleting: true }), mirrorPeer({ name: 'other', hubFinalizer: false })],
    ],
    [
      'without manageS3 while our finalizer is off',
      [mirrorPeer({ hubFinalizer: false, spec: { manageS3: false } })],
    ],
    [
      'without manageS3 while the spec is invalid',
      [mirrorPeer({ spec: { manageS3: false, schedulingIntervals: ['x'] } })],
    ],
    ['when nobody names them: an entry bears no label', []],
    [
      'while an invalid one with manageS3 names them',
      [mirrorPeer({ deleting: true }), mirrorPeer({ name: 'other', spec: { schedulingIntervals: ['x'] } })],
    ],
    [
      'when who names them is invalid',
      [mirrorPeer({ spec: { items: [one, two], schedulingIntervals: ['x'] } })],
    ],
  ])('keeps our profiles %s', (_name, mirrorPeers) => {
    expect(wanted({ mirrorPeers, ramenConfig: withOurs }).is).toBe('leave')
  })

  it('keeps a user’s entry of our name, and does not add ours beside it', () => {
    const theirs =
      's3StoreProfiles:\n- s3ProfileName: s3profile-cluster1-ocs-storagecluster\n  s3SecretRef: {name: mine}\n'
    const after = text({ mirrorPeers: [mirrorPeer()], ramenConfig: theirs })
    expect(after.startsWith(theirs)).toBe(true)
    expect(profiles({ mirrorPeers: [mirrorPeer()], ramenConfig: theirs })).toHaveLength(2)
    expect(wanted({ mirrorPeers: [mirrorPeer({ deleting: true })], ramenConfig: theirs }).is).toBe('leave')
  })

  it('keeps an entry of ours that a user gave another name, and puts ours beside it', () => {
    const name = 's3profile-cluster1-ocs-storagecluster'
    const renamed = withOurs.replace(`s3ProfileName: ${name}`, 's3ProfileName: theirs-now')
    const after = text({ mirrorPeers: [mirrorPeer()], ramenConfig: renamed })
    expect(after.startsWith(renamed.trimEnd())).toBe(true)
    expect(
      profiles({ mirrorPeers: [mirrorPeer()], ramenConfig: renamed }).map((entry) => entry.s3ProfileName),
    ).toEqual(['theirs-now', 's3profile-cluster2-ocs-storagecluster', name])
    const left = profiles({ mirrorPeers: [mirrorPeer({ deleting: true })], ramenConfig: after })
    expect(left.map((entry) => entry.s3ProfileName)).toEqual(['theirs-now'])
  })

  it('is set right where two entries of ours differ, whichever is right', () => {
    const stale = withOurs.replace('s3Region: noobaa', 's3Region: old')
    const entry = stale.slice(stale.indexOf('- '), stale.indexOf('- ', stale.indexOf('- ') + 2))
    for (const ramenConfig of [stale, withOurs.replace('s3StoreProfiles:\n', `s3StoreProfiles:\n${entry}`)]) {
      expect(ramenConfig).toContain('s3Region: old')
      expect(text({ mirrorPeers: [mirrorPeer()], ramenConfig })).toBe(
        ramenConfig.replace('s3Region: old', 's3Region: noobaa'),
      )
    }
  })

  it('has one profile for two StorageClusters of one name on a cluster: the elder’s', () => {
    const elsewhere = peerRef('cluster1', { namespace: 'elsewhere' })
    const elder = mirrorPeer({
      name: 'elder',
      spec: { items: [elsewhere, two] },
      metadata: { creationTimestamp: '2025-01-01T00:00:00Z' },
    })
    const world = { mirrorPeers: [mirrorPeer(), elder], secrets: [...secrets, s3(elsewhere)] }
    const published = (ramenConfig: string, more = {}) =>
      profiles({ ...world, ...more, ramenConfig })[0]?.s3SecretRef.name
    expect(published(empty)).toBe(s3SecretName(elsewhere))
    expect(published(withOurs)).toBe(s3SecretName(elsewhere))
    // Nor does it change hands and back when somebody takes the elder's finalizer off.
    const starting = { ...elder, metadata: { ...elder.metadata, finalizers: [] } }
    expect(
      wanted({
        ...world,
        mirrorPeers: [mirrorPeer(), starting],
        ramenConfig: text({ ...world, ramenConfig: empty }),
      }).is,
    ).toBe('leave')
    const gone = { ...elder, metadata: { ...elder.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }
    expect(published(text({ ...world, ramenConfig: empty }), { mirrorPeers: [mirrorPeer(), gone] })).toBe(
      s3SecretName(one),
    )
  })

  it.each([
    ['missing', undefined, 'NoRamenConfig'],
    ['no YAML', 'a: [', 'RamenConfigUnreadable'],
    ['a list', '- a', 'RamenConfigUnreadable'],
    ['an alias', 'a: &l []\ns3StoreProfiles: *l\n', 'RamenConfigUneditable'],
  ])('is waited for or left alone when it is %s', (_name, ramenConfig, reason) => {
    const world = ramenConfig === undefined ? {} : { ramenConfig }
    expect(wanted({ mirrorPeers: [mirrorPeer()], ...world })).toMatchObject({ is: 'waiting', reason })
    expect(wanted({ mirrorPeers: [mirrorPeer({ spec: { manageS3: false } })], ...world }).is).toBe('leave')
  })

  it('is told of where our profile is to go and the text cannot be read', () => {
    const mirrorPeers = [mirrorPeer({ deleting: true })]
    expect(wanted({ mirrorPeers, ramenConfig: `${withOurs}broken: [\n` })).toMatchObject({
      is: 'waiting',
      reason: 'RamenConfigUnreadable',
    })
    expect(wanted({ mirrorPeers, ramenConfig: 'broken: [\n' }).is).toBe('leave')
  })

  it('holds nothing for a deleting one without our finalizer, which nobody remembers once its agents are done', () => {
    const forgotten = mirrorPeer({ deleting: true, hubFinalizer: false, agents: ['cluster1'] })
    expect(wanted({ mirrorPeers: [forgotten], ramenConfig: 'kind: RamenConfig\n' }).is).toBe('leave')
    expect(wanted({ mirrorPeers: [forgotten], ramenConfig: withOurs })).toMatchObject({ is: 'edited' })
  })

  it('is begun where the ConfigMap has no text', () => {
    expect(profiles({ mirrorPeers: [mirrorPeer()], ramenConfig: ramenConfigMap() })).toHaveLength(2)
  })
})
