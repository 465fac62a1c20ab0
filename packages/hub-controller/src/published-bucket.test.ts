import { contract, type ConfigMap, type MirrorPeer, type Secret } from '@odfmo/api-types'
import { bucketName } from '@odfmo/secret-naming'
import { describe, expect, it } from 'vitest'
import { mirrorPeer, peerRef, podNamespace, s3, textOf } from './test/builders.ts'
import { ramenSecretKey } from './derived/ramen-secret.ts'
import { partsOf } from './parts.ts'
import { ask, hub, objectOf, ramenConfigMap, rules, type HubWorld } from './test/hub-world.ts'

const [one, two, three, four] = ['cluster1', 'cluster2', 'cluster3', 'cluster4'].map((name) =>
  peerRef(name),
) as [
  ReturnType<typeof peerRef>,
  ReturnType<typeof peerRef>,
  ReturnType<typeof peerRef>,
  ReturnType<typeof peerRef>,
]
const clusters = ['cluster1', 'cluster2', 'cluster3', 'cluster4'].map((name) => ({
  metadata: { name },
  spec: { hubAcceptsClient: true },
}))
const bucketOf = (other: typeof one): string => bucketName([one.clusterName, other.clusterName])
const peer = (
  name: string,
  other: typeof one,
  year: number,
  over: Parameters<typeof mirrorPeer>[0] = {},
): MirrorPeer =>
  mirrorPeer({
    name,
    ...over,
    spec: { items: [one, other], ...over.spec },
    metadata: { creationTimestamp: `${year}-01-01T00:00:00Z`, ...over.metadata },
  })
const eldest = peer('eldest', two, 2024)
const middle = peer('middle', three, 2025)
const youngest = peer('youngest', four, 2026)
const gone = (one: MirrorPeer): MirrorPeer => ({
  ...one,
  metadata: { ...one.metadata, deletionTimestamp: '2026-02-01T00:00:00Z' },
})
/** What the agent of cluster1 delivers: the bucket of its MirrorPeer with another cluster, and its keys. */
const delivers = (other: typeof one): Secret =>
  s3(one, { s3Bucket: bucketOf(other), AWS_ACCESS_KEY_ID: `key of ${other.clusterName}` })

const key = { namespace: podNamespace, name: contract.ramen.configMap }
const secretKey = ramenSecretKey(hub, partsOf(eldest).refs[0] as never)
/** The rules again and again, each time on what they wrote before: nothing else is remembered. */
const hubOf = () => {
  let config: ConfigMap = ramenConfigMap('s3StoreProfiles: []\n')
  let keys: Secret | undefined
  const world = (mirrorPeers: readonly MirrorPeer[], secret: Secret): HubWorld => ({
    mirrorPeers,
    clusters,
    secrets: [secret],
    ramenConfig: config,
    ...(keys === undefined ? {} : { ramenSecrets: [keys] }),
  })
  return {
    /** Bucket and key that Ramen knows after it. */
    sees(mirrorPeers: readonly MirrorPeer[], secret: Secret) {
      const edited = ask(rules.ramenConfig, key, world(mirrorPeers, secret))
      if (edited.is === 'edited') config = edited.object
      const wanted = ask(rules.ramenSecret, secretKey, world(mirrorPeers, secret))
      if (wanted.is === 'present') keys = wanted.object
      return {
        bucket: /s3Bucket: (\S+)/.exec(config.data?.[contract.ramen.configKey] ?? '')?.[1],
        key: textOf(keys?.data?.['AWS_ACCESS_KEY_ID']),
      }
    },
    /** What the condition of a MirrorPeer says. */
    condition: (of: MirrorPeer, mirrorPeers: readonly MirrorPeer[], secret: Secret) => {
      const secrets = [secret, ...[two, three, four].map((ref) => s3(ref))]
      const text = objectOf(ask(rules.ramenConfig, key, { ...world(mirrorPeers, secret), secrets })).data?.[
        contract.ramen.configKey
      ]
      const status = objectOf(
        ask(
          rules.status,
          { name: of.metadata.name ?? '' },
          {
            ...world(mirrorPeers, secret),
            secrets,
            ramenConfig: ramenConfigMap(text),
          },
        ),
      ).status
      return status?.conditions?.find(({ type }) => type === 'S3ProfilesSynced')
    },
  }
}
const known = (other: typeof one) => ({ bucket: bucketOf(other), key: `key of ${other.clusterName}` })

describe('the bucket that Ramen knows for a peer ref', () => {
  it('stays while agents deliver those of several MirrorPeers in turn, a third one too', () => {
    const ramen = hubOf()
    const all = [eldest, middle]
    expect(ramen.sees(all, delivers(two))).toEqual(known(two))
    for (const other of [three, two, three]) expect(ramen.sees(all, delivers(other))).toEqual(known(two))
    const withThird = [youngest, ...all]
    for (const other of [four, three, two, four])
      expect(ramen.sees(withThird, delivers(other))).toEqual(known(two))
  })

  it('moves with its keys when its MirrorPeer goes, to what is delivered then, and stays there', () => {
    const ramen = hubOf()
    expect(ramen.sees([eldest, middle, youngest], delivers(two))).toEqual(known(two))
    const left = [gone(eldest), middle, youngest]
    expect(ramen.sees(left, delivers(three))).toEqual(known(three))
    expect(ramen.sees(left, delivers(four))).toEqual(known(three))
    expect(ramen.sees([middle, youngest], delivers(four))).toEqual(known(three))
    expect(ramen.sees([youngest], delivers(four))).toEqual(known(four))
  })

  it('stays when one of the others goes', () => {
    const ramen = hubOf()
    expect(ramen.sees([eldest, middle], delivers(two))).toEqual(known(two))
    expect(ramen.sees([eldest, gone(middle)], delivers(three))).toEqual(known(two))
    // Of one that is no more: its agent has not looked yet.
    expect(ramen.sees([eldest], delivers(three))).toEqual(known(two))
    expect(ramen.sees([eldest], delivers(two))).toEqual(known(two))
  })

  it('stays with a younger one that was published first', () => {
    const ramen = hubOf()
    expect(ramen.sees([middle], delivers(three))).toEqual(known(three))
    expect(ramen.sees([eldest, middle], delivers(two))).toEqual(known(three))
  })

  it('follows rotated keys and a new endpoint of the published bucket', () => {
    const ramen = hubOf()
    const all = [eldest, middle]
    expect(ramen.sees(all, delivers(two))).toEqual(known(two))
    const rotated = s3(one, { s3Bucket: bucketOf(two), AWS_ACCESS_KEY_ID: 'rotated' })
    expect(ramen.sees(all, rotated)).toEqual({ bucket: bucketOf(two), key: 'rotated' })
  })

  it('follows a bucket that is no MirrorPeer’s own: somebody chose it', () => {
    const ramen = hubOf()
    expect(ramen.sees([eldest, middle], delivers(two))).toEqual(known(two))
    const chosen = s3(one, { s3Bucket: 'chosen', AWS_ACCESS_KEY_ID: 'x' })
    expect(ramen.sees([eldest, middle], chosen)).toEqual({ bucket: 'chosen', key: 'x' })
  })

  it('may be either of a MirrorPeer’s two, whose name depends on the order of its items', () => {
    const ramen = hubOf()
    const swapped = peer('eldest', two, 2024, { spec: { items: [two, one] } })
    expect(ramen.sees([eldest, middle], delivers(two))).toEqual(known(two))
    expect(ramen.sees([swapped, middle], delivers(three))).toEqual(known(two))
    const other = s3(one, { s3Bucket: bucketName(['cluster2', 'cluster1']), AWS_ACCESS_KEY_ID: 'x' })
    expect(ramen.sees([swapped, middle], other)).toEqual({
      bucket: bucketName(['cluster2', 'cluster1']),
      key: 'x',
    })
  })

  it('stays while its MirrorPeer is suspended, invalid, or lost our finalizer', () => {
    for (const away of [
      peer('eldest', two, 2024, { hubFinalizer: false }),
      peer('eldest', two, 2024, { spec: { schedulingIntervals: ['x'] } }),
      peer('eldest', peerRef('cluster9'), 2024),
    ]) {
      const ramen = hubOf()
      const other = away.spec.items[1] ?? two
      expect(ramen.sees([eldest, middle, peer('eldest', other, 2024)], delivers(other))).toEqual(known(other))
      expect(ramen.sees([away, middle], delivers(three))).toEqual(known(other))
    }
  })
})

describe('the keys that Ramen has', () => {
  const all = [eldest, middle]
  const published = (): { readonly config: ConfigMap; readonly keys: Secret } => {
    const world: HubWorld = { mirrorPeers: all, clusters, secrets: [delivers(two)], ramenConfig: '' }
    return {
      config: objectOf(ask(rules.ramenConfig, key, world)),
      keys: objectOf(ask(rules.ramenSecret, secretKey, world)),
    }
  }
  const keysOfThree = (): Secret =>
    objectOf(ask(rules.ramenSecret, secretKey, { mirrorPeers: all, clusters, secrets: [delivers(three)] }))

  // The configuration was being written when the other bucket came, or somebody wrote it.
  it.each([
    ['are those of the bucket that is delivered in place of the published one', keysOfThree],
    ['were emptied', (): Secret => ({ ...published().keys, data: {} })],
  ])('are waited for where they %s', (_why, there) => {
    const { config, keys } = published()
    const asked = (ramenSecret: Secret) =>
      ask(rules.ramenSecret, secretKey, {
        mirrorPeers: all,
        clusters,
        secrets: [delivers(three)],
        ramenConfig: config,
        ramenSecrets: [ramenSecret],
      })
    expect(asked(keys).is).toBe('leave')
    expect(asked(there())).toMatchObject({ is: 'waiting', reason: 'KeysNotDelivered' })
  })
})

describe('the condition of a MirrorPeer that shares a peer ref', () => {
  it('names the MirrorPeer whose bucket it is, and nothing where it is its own', () => {
    const ramen = hubOf()
    const all = [eldest, middle]
    ramen.sees(all, delivers(two))
    expect(ramen.condition(eldest, all, delivers(two))).toMatchObject({
      status: 'True',
      message: 'the S3 profiles of both clusters are in the configuration of Ramen',
    })
    expect(ramen.condition(middle, all, delivers(two))).toMatchObject({
      status: 'True',
      message: expect.stringMatching(`${bucketOf(two)}, as MirrorPeer eldest wants it$`),
    })
  })

  it('says so when another bucket is delivered, and who would have to bring the keys when they are gone', () => {
    const ramen = hubOf()
    const all = [eldest, middle]
    ramen.sees(all, delivers(two))
    for (const of of all) {
      expect(ramen.condition(of, all, delivers(three))).toMatchObject({
        status: 'True',
        message: expect.stringMatching(
          /as MirrorPeer eldest .* though its agent delivers the bucket of MirrorPeer middle$/,
        ),
      })
    }
    const text = `s3StoreProfiles:\n- s3ProfileName: s3profile-cluster1-ocs-storagecluster\n  s3Bucket: ${bucketOf(two)}\n  s3Region: noobaa\n  s3CompatibleEndpoint: x\n  s3SecretRef: {name: ${secretKey.name}}\n`
    expect(
      ask(rules.ramenSecret, secretKey, {
        mirrorPeers: all,
        clusters,
        secrets: [delivers(three)],
        ramenConfig: text,
      }),
    ).toMatchObject({
      is: 'waiting',
      reason: 'KeysNotDelivered',
      message: expect.stringMatching(
        /keys of bucket .* MirrorPeer eldest.*agent of cluster1 delivers .* MirrorPeer middle$/,
      ),
    })
  })
})
