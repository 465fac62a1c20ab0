import { contract, keyOf, type MirrorPeer } from '@odfmo/api-types'
import { greenSecret } from '@odfmo/secret-exchange'
import { describe, expect, it } from 'vitest'
import {
  addOn,
  blue,
  drCluster,
  external,
  greenKey,
  managedCluster,
  mirrorPeer,
  ownerOf,
  peerRef,
  podNamespace,
  s3,
} from './test/builders.ts'
import { ask, hub, keysFrom, objectOf, rules } from './test/hub-world.ts'

// Numbers are those of the list of the original's defects; what needs a hub is in the integration tests
// (6, 8, 10, 12 and 18: effects; 7: many), the agents' rights (3, 4) beside the add-on's rules.

const [one, two] = [peerRef('cluster1'), peerRef('cluster2')]
const key = { name: 'mirrorpeer-sample' }
const delivered = [blue(one), blue(two), s3(one), s3(two)]
const greens = [
  greenSecret({ blue: blue(one), receiver: two }),
  greenSecret({ blue: blue(two), receiver: one }),
]
const statusOf = (peer: MirrorPeer, world: object) =>
  objectOf(ask(rules.status, key, { ...world, mirrorPeers: [peer] })).status

describe('defects of the original that must not come back', () => {
  it('1: a MirrorPeer whose ManagedCluster is gone can be deleted', () => {
    const peer = mirrorPeer({ deleting: true, agents: ['cluster1'] })
    const first = objectOf(ask(rules.metadata, key, { mirrorPeers: [peer], clusters: [] }))
    expect(first.metadata.finalizers).toEqual([contract.finalizer.hub])
    const second = objectOf(ask(rules.metadata, key, { mirrorPeers: [first], clusters: [] }))
    expect(second.metadata.finalizers).toEqual([])
  })

  it('2: a preset backup label does not cost the finalizer', () => {
    const peer = mirrorPeer({ hubFinalizer: false })
    expect(peer.metadata.labels).toEqual({ [contract.label.backup]: 'resource' })
    expect(objectOf(ask(rules.metadata, key, { mirrorPeers: [peer] })).metadata.finalizers).toEqual([
      contract.finalizer.hub,
    ])
  })

  it('5: unknown fields of Ramen’s config survive, in our own profile too', () => {
    const config = (region: string): string =>
      `future: {x: 1} # ?\ns3StoreProfiles:\n- s3ProfileName: s3profile-cluster1-ocs-storagecluster\n  s3Bucket: odrbucket-b1b922184baf\n` +
      `  s3Region: ${region}\n  s3CompatibleEndpoint: https://s3-openshift-storage.apps.cluster1.example\n  caCertificates: QQ==\n` +
      `  s3SecretRef:\n    name: ${s3(one).metadata.name}\n`
    const wanted = ask(
      rules.ramenConfig,
      { namespace: podNamespace, name: contract.ramen.configMap },
      {
        mirrorPeers: [mirrorPeer()],
        secrets: [s3(one)],
        ramenConfig: config('old'),
      },
    )
    expect(objectOf(wanted).data?.[contract.ramen.configKey]).toBe(config('noobaa'))
  })

  it('9, 15: clean-up is by name, and no INTERNAL secret goes with a green one', () => {
    const done = mirrorPeer({ deleting: true })
    const other = peerRef('cluster1', { name: 'other' })
    const keys = keysFrom(rules.agentSecret, hub.MirrorPeer, done)
    expect(keys).not.toContainEqual(keyOf(blue(other)))
    expect(
      rules.greenSecret.ours?.(
        { ...external(one), metadata: { ...external(one).metadata, ...greenKey(one, two) } },
        greenKey(one, two),
      ),
    ).toBe(false)
  })

  it('13, 19: fewer than two items panic nobody, and an invalid spec can go', () => {
    for (const items of [[], [one]]) {
      const peer = mirrorPeer({ spec: { items } })
      expect(ask(rules.metadata, key, { mirrorPeers: [peer] })).toMatchObject({
        is: 'waiting',
        reason: 'InvalidSpec',
      })
      const going = mirrorPeer({ spec: { items }, deleting: true })
      expect(objectOf(ask(rules.metadata, key, { mirrorPeers: [going] })).metadata.finalizers).toEqual([])
    }
  })

  it('14: the phase goes back when a blue secret is gone', () => {
    const stored = mirrorPeer({ status: { phase: 'ExchangedSecret' } })
    expect(statusOf(stored, { secrets: [...delivered, ...greens] })?.phase).toBe('ExchangedSecret')
    expect(statusOf(stored, { secrets: [...delivered.slice(1), ...greens] })?.phase).toBe('ExchangingSecret')
  })

  it('16: the phase needs no S3 secret and no DRCluster', () => {
    expect(statusOf(mirrorPeer(), { secrets: [blue(one), blue(two), ...greens] })?.phase).toBe(
      'ExchangedSecret',
    )
  })

  it('17: two StorageClusters in two namespaces of one cluster do not move the agent to and fro', () => {
    const younger = mirrorPeer({
      name: 'younger',
      spec: { items: [peerRef('cluster1', { namespace: 'second' }), two] },
      metadata: { creationTimestamp: '2026-06-01T00:00:00Z' },
    })
    const live = addOn('cluster1', {
      metadata: {
        annotations: { [contract.annotation.mode]: 'async' },
        ownerReferences: [ownerOf(mirrorPeer()), ownerOf(younger)],
      },
    })
    for (const mirrorPeers of [
      [mirrorPeer(), younger],
      [younger, mirrorPeer()],
    ]) {
      const wanted = objectOf(ask(rules.managedClusterAddOn, keyOf(live), { mirrorPeers, addOns: [live] }))
      expect(wanted.spec?.installNamespace).toBe('openshift-storage')
      expect(wanted.metadata.ownerReferences).toEqual(live.metadata.ownerReferences)
    }
  })

  it('20: no greens for type sync, and nothing is left behind without manageS3', () => {
    const sync = mirrorPeer({ spec: { type: 'sync' } })
    expect(keysFrom(rules.greenSecret, hub.MirrorPeer, sync)).toEqual([])
    expect(
      ask(rules.greenSecret, greenKey(one, two), { mirrorPeers: [sync], secrets: [...delivered, ...greens] })
        .is,
    ).toBe('absent')
    const without = mirrorPeer({ spec: { manageS3: false }, deleting: true })
    expect(ask(rules.agentSecret, keyOf(s3(one)), { mirrorPeers: [without], secrets: delivered }).is).toBe(
      'absent',
    )
  })

  it('region of a DRCluster is kept right after its creation too, and a ManagedCluster that is going gets nothing new', () => {
    const world = {
      mirrorPeers: [mirrorPeer()],
      secrets: delivered,
      drClusters: [drCluster('cluster1', { region: 'old' })],
    }
    expect(objectOf(ask(rules.drCluster, { name: 'cluster1' }, world)).spec?.region).not.toBe('old')
    const clusters = [managedCluster('cluster1', { deleting: true }), managedCluster('cluster2')]
    expect(ask(rules.drCluster, { name: 'cluster2' }, { ...world, clusters }).is).toBe('waiting')
  })
})
