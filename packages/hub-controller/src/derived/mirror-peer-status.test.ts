import {
  contract,
  type Condition,
  type MirrorPeer,
  type MirrorPeerStatus,
  type Secret,
} from '@odfmo/api-types'
import type { State } from '@odfmo/controller-kit'
import { greenSecret } from '@odfmo/secret-exchange'
import { describe, expect, it } from 'vitest'
import {
  addOn,
  blue,
  drCluster,
  external,
  fsidOf,
  managedCluster,
  mirrorPeer,
  peerRef,
  podNamespace,
  s3,
  type MirrorPeerOverrides,
} from '../test/builders.ts'
import { ask, objectOf, ramenConfigMap, rules, type HubWorld } from '../test/hub-world.ts'

const [one, two] = [peerRef('cluster1'), peerRef('cluster2')]
const greens: readonly Secret[] = [
  greenSecret({ blue: blue(one), receiver: two }),
  greenSecret({ blue: blue(two), receiver: one }),
]
const secrets = [blue(one), blue(two), s3(one), s3(two), ...greens]
const ramenConfig = objectOf(
  ask(
    rules.ramenConfig,
    { namespace: podNamespace, name: contract.ramen.configMap },
    { mirrorPeers: [mirrorPeer()], secrets, ramenConfig: 's3StoreProfiles: []\n' },
  ),
)
const up: Condition[] = ['RegistrationApplied', 'ManifestApplied', 'Available'].map((type) => ({
  type,
  status: 'True',
  reason: type,
  message: '',
  lastTransitionTime: '2026-01-01T00:00:00Z',
}))
const addOns = ['cluster1', 'cluster2'].map((name) => ({ ...addOn(name), status: { conditions: up } }))
const drClusters = ['cluster1', 'cluster2'].map((name) =>
  drCluster(name, { region: fsidOf(name), s3ProfileName: `s3profile-${name}-ocs-storagecluster` }),
)
/** Everything in place. */
const all: HubWorld = {
  secrets,
  ramenConfig,
  addOns,
  drClusters,
  now: Date.parse('2026-03-01T00:00:00.789Z'),
}

interface Asked {
  readonly peer?: MirrorPeerOverrides
  readonly world?: HubWorld
  readonly states?: Readonly<Record<string, State>>
}

const wanted = ({ peer, world, states }: Asked = {}) => {
  const mirrorPeers = [mirrorPeer(peer), ...(world?.mirrorPeers ?? [])]
  return ask(rules.status, { name: 'mirrorpeer-sample' }, { ...all, ...world, mirrorPeers }, { states })
}
const status = (asked: Asked = {}): MirrorPeerStatus => {
  const { status } = objectOf<MirrorPeer>(wanted(asked))
  if (status === undefined) throw new Error('no status')
  return status
}
const conditionIn = ({ conditions = [] }: MirrorPeerStatus, type: string): Condition | undefined =>
  conditions.find((condition) => condition.type === type)
const sync = { spec: { type: 'sync' as const } }
const syncSecrets = [external(one), external(two), s3(one), s3(two)]

describe('status', () => {
  it('says that everything is in place', () => {
    const { phase, message, observedGeneration, conditions } = status({
      peer: { metadata: { generation: 7 } },
    })
    expect({ phase, message, observedGeneration }).toEqual({
      phase: 'ExchangedSecret',
      message: '',
      observedGeneration: 7,
    })
    expect(conditions?.map(({ type, status }) => `${type}=${status}`)).toEqual([
      'Validated=True',
      'AddonsReady=True',
      'SecretsExchanged=True',
      'S3ProfilesSynced=True',
      'DRClustersReady=True',
      'Ready=True',
    ])
    expect(
      conditions?.every((condition) => condition.observedGeneration === 7 && condition.reason !== ''),
    ).toBe(true)
    expect(conditionIn(status(), 'Ready')?.lastTransitionTime).toBe('2026-03-01T00:00:00Z')
  })

  it('has the conditions of its type and of manageS3 only', () => {
    const types = (peer: MirrorPeerOverrides, world: HubWorld = {}) =>
      status({ peer, world }).conditions?.map(({ type }) => type)
    expect(types({ spec: { manageS3: false } })).not.toContain('S3ProfilesSynced')
    expect(types(sync, { secrets: syncSecrets })).not.toContain('SecretsExchanged')
  })

  it('is not written before every part was looked at, nor before our finalizer is on', () => {
    for (const part of [
      'managed-cluster-add-on',
      'green-secret',
      'ramen-secret',
      'ramen-config',
      'dr-cluster',
      'registration',
    ]) {
      expect(wanted({ states: { [part]: { is: 'pending', message: 'x' } } }), part).toMatchObject({
        is: 'waiting',
        reason: 'Starting',
      })
    }
    expect(wanted({ peer: { hubFinalizer: false } })).toMatchObject({ is: 'waiting', reason: 'Starting' })
    const states = {
      'mirror-peer-metadata': { is: 'failed', reason: 'Forbidden', message: 'no right' },
    } as const
    expect(status({ peer: { hubFinalizer: false }, states }).message).toContain('no right')
  })

  const table: readonly (readonly [string, Asked, string, string, string | RegExp])[] = [
    [
      'no blue secret',
      { world: { secrets: secrets.slice(1) } },
      'SecretsExchanged',
      'NoBlueSecret',
      /waiting for blue secret \w+ in namespace cluster1: the agent of cluster1 has not delivered the peer token of openshift-storage\/ocs-storagecluster/,
    ],
    [
      'an invalid blue secret',
      {
        world: {
          secrets: [{ ...blue(one), data: { ...blue(one).data, namespace: 'eA==' } }, ...secrets.slice(1)],
        },
      },
      'SecretsExchanged',
      'InvalidBlueSecret',
      'is ignored',
    ],
    [
      'no green secret',
      { world: { secrets: secrets.filter((secret) => secret !== greens[0]) } },
      'SecretsExchanged',
      'Missing',
      'green secret cluster2/',
    ],
    [
      'a green secret that cannot be written',
      { states: { 'green-secret': { is: 'failed', reason: 'Forbidden', message: 'no right' } } },
      'SecretsExchanged',
      'Forbidden',
      'no right',
    ],
    [
      'external Ceph in an async one',
      { world: { secrets: [external(one), ...secrets.slice(1)] } },
      'SecretsExchanged',
      'ExternalStorage',
      'StorageCluster openshift-storage/ocs-storagecluster of cluster1',
    ],
    [
      'no S3 secret',
      { world: { secrets: secrets.filter(({ metadata }) => metadata.name !== s3(one).metadata.name) } },
      'S3ProfilesSynced',
      'NoS3Secret',
      'the agent of cluster1 has not delivered the bucket',
    ],
    [
      'an S3 secret of another profile',
      {
        world: {
          secrets: [
            s3(one, { s3ProfileName: 'x' }),
            ...secrets.filter(({ metadata }) => metadata.name !== s3(one).metadata.name),
          ],
        },
      },
      'S3ProfilesSynced',
      'InvalidS3Secret',
      'expected s3ProfileName to be s3profile-cluster1',
    ],
    [
      'no profile in Ramen’s config',
      { world: { ramenConfig: 'a: 1\n' } },
      'S3ProfilesSynced',
      'Writing',
      's3profile-cluster1-ocs-storagecluster is not in ConfigMap',
    ],
    [
      'no ConfigMap',
      {
        world: { ramenConfig: undefined },
        states: {
          'ramen-config': { is: 'waiting', reason: 'NoRamenConfig', message: 'waiting for ConfigMap' },
        },
      },
      'S3ProfilesSynced',
      'NoRamenConfig',
      'waiting for ConfigMap',
    ],
    [
      'a user’s entry of our name',
      {
        world: {
          ramenConfig:
            's3StoreProfiles: [{s3ProfileName: s3profile-cluster1-ocs-storagecluster, s3SecretRef: {name: mine}}]',
        },
      },
      'S3ProfilesSynced',
      'ProfileTaken',
      'made by somebody else',
    ],
    [
      'no DRCluster',
      { world: { drClusters: drClusters.slice(1) } },
      'DRClustersReady',
      'Writing',
      'DRCluster cluster1',
    ],
    [
      'no Ramen',
      {
        states: {
          'dr-cluster': {
            is: 'waiting',
            reason: 'KindNotServed',
            message: 'cluster hub does not serve drclusters',
          },
        },
        world: { drClusters: [] },
      },
      'DRClustersReady',
      'KindNotServed',
      'drclusters',
    ],
    [
      'a refused DRCluster',
      {
        states: { 'dr-cluster cluster1': { is: 'failed', reason: 'Refused', message: 'immutable' } },
        world: { drClusters: [drCluster('cluster1', { region: 'old' }), ...drClusters.slice(1)] },
      },
      'DRClustersReady',
      'DRClusterRefused',
      'DRCluster cluster1 cannot be changed to region "00000000-aaaa-4aaa-8aaa-cluster1"',
    ],
    [
      'a drifted DRCluster',
      { world: { drClusters: [drCluster('cluster1', { region: 'old' }), ...drClusters.slice(1)] } },
      'DRClustersReady',
      'Writing',
      'not as wanted',
    ],
    [
      'an add-on that is not there',
      {
        world: { addOns: addOns.slice(1) },
        states: { 'managed-cluster-add-on cluster1/tokenexchange': { is: 'writing', message: 'x' } },
      },
      'AddonsReady',
      'Writing',
      'ManagedClusterAddOn cluster1/tokenexchange',
    ],
    [
      'an agent without a sign of life',
      {
        world: {
          addOns: [{ ...addOn('cluster1'), status: { conditions: up.slice(0, 2) } }, ...addOns.slice(1)],
        },
      },
      'AddonsReady',
      'NoAvailable',
      'agent of cluster1',
    ],
  ]
  it.each(table)(
    'with %s says so, where, and in Ready and message too',
    (_name, asked, type, reason, message) => {
      const said = status(asked)
      const text =
        typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message)
      expect(conditionIn(said, type)).toMatchObject({ status: 'False', reason, message: text })
      expect(conditionIn(said, 'Ready')).toMatchObject({ status: 'False', message: text })
      expect(said.message).toEqual(text)
      expect(JSON.stringify(said)).not.toMatch(/AQB|hidden|access-cluster|secret-cluster1"/)
    },
  )

  it('falls back to the phase of before when a secret goes, and needs no S3 secret nor DRCluster for it', () => {
    expect(status({ world: { secrets: secrets.slice(1) } }).phase).toBe('ExchangingSecret')
    expect(
      status({
        world: { secrets: [blue(one), blue(two), ...greens], drClusters: [], ramenConfig: undefined },
      }).phase,
    ).toBe('ExchangedSecret')
  })

  it.each([
    ['profiles in place', { peer: sync, world: { secrets: syncSecrets } }, 'S3ProfileSynced'],
    [
      'a profile missing',
      { peer: sync, world: { secrets: syncSecrets, ramenConfig: '' } },
      'S3ProfileSyncing',
    ],
    [
      'no manageS3',
      { peer: { spec: { ...sync.spec, manageS3: false } }, world: { secrets: syncSecrets, ramenConfig: '' } },
      'S3ProfileSynced',
    ],
    [
      'no manageS3, an S3 secret missing',
      { peer: { spec: { ...sync.spec, manageS3: false } }, world: { secrets: syncSecrets.slice(0, 3) } },
      'S3ProfileSyncing',
    ],
    [
      'converged storage',
      { peer: sync, world: { secrets: [blue(one), ...syncSecrets.slice(1)] } },
      'S3ProfileSynced',
    ],
  ] as readonly (readonly [string, Asked, string])[])('type sync with %s', (_name, asked, phase) => {
    expect(status(asked).phase).toBe(phase)
  })

  it('refuses converged storage in a sync one, by name', () => {
    const said = status({ peer: sync, world: { secrets: [blue(one), ...syncSecrets.slice(1)] } })
    expect(conditionIn(said, 'DRClustersReady')).toMatchObject({
      reason: 'ConvergedStorage',
      message: expect.stringContaining('openshift-storage/ocs-storagecluster of cluster1'),
    })
  })

  it.each([
    ['a field', { spec: { items: [one, one] } }, {}, 'InvalidSpec', 'spec.items'],
    [
      'no such cluster',
      {},
      { clusters: [managedCluster('cluster1')] },
      'ClusterNotFound',
      'spec.items[1].clusterName',
    ],
    [
      'a cluster that is not accepted',
      {},
      { clusters: [managedCluster('cluster1', { accepted: false }), managedCluster('cluster2')] },
      'ClusterNotAccepted',
      'spec.items[0].clusterName',
    ],
    [
      'a cluster that goes',
      {},
      { clusters: [managedCluster('cluster1'), managedCluster('cluster2', { deleting: true })] },
      'ClusterDeleting',
      'spec.items[1].clusterName',
    ],
  ] as readonly (readonly [string, MirrorPeerOverrides, HubWorld, string, string])[])(
    'with %s is Validated=False, with the field, and ready for nothing',
    (_name, peer, world, reason, field) => {
      const said = status({ peer, world })
      expect(conditionIn(said, 'Validated')).toMatchObject({
        status: 'False',
        reason,
        message: expect.stringContaining(field),
      })
      expect(conditionIn(said, 'Ready')).toMatchObject({ status: 'False', reason })
      expect(conditionIn(said, 'SecretsExchanged')?.status).toBe('Unknown')
      expect(said.phase).toBe('ExchangingSecret')
    },
  )

  it('moves lastTransitionTime with the status only, and keeps others’ conditions', () => {
    const before = (is: 'True' | 'False', type = 'Ready'): Condition => ({
      type,
      status: is,
      reason: 'Old',
      message: 'old',
      lastTransitionTime: '2025-01-01T00:00:00Z',
    })
    const said = (is: 'True' | 'False') =>
      status({ peer: { status: { conditions: [before(is), before('True', 'Theirs')] } } })
    expect(conditionIn(said('True'), 'Ready')).toMatchObject({
      reason: 'Ready',
      lastTransitionTime: '2025-01-01T00:00:00Z',
    })
    expect(conditionIn(said('False'), 'Ready')?.lastTransitionTime).toBe('2026-03-01T00:00:00Z')
    expect(conditionIn(said('True'), 'Theirs')).toEqual(before('True', 'Theirs'))
  })

  it('once written is left as it is', () => {
    const written = status()
    const again = objectOf<MirrorPeer>(wanted({ peer: { status: written }, world: { now: 9e12 } }))
    expect(again.status).toEqual(written)
  })
})

describe('the elder rule in status', () => {
  const elderPeer = (spec: Partial<MirrorPeer['spec']>, overrides: MirrorPeerOverrides = {}) =>
    mirrorPeer({
      name: 'elder',
      spec,
      ...overrides,
      metadata: { creationTimestamp: '2025-01-01T00:00:00Z', ...overrides.metadata },
    })

  it('names whose interval it is', () => {
    const shared = (elder: MirrorPeer) =>
      conditionIn(status({ world: { mirrorPeers: [elder] } }), 'IntervalShared')
    const items = [one, peerRef('cluster3')]
    const clusters = { clusters: ['cluster1', 'cluster2', 'cluster3'].map((name) => managedCluster(name)) }
    const withClusters = (elder: MirrorPeer) =>
      conditionIn(status({ world: { mirrorPeers: [elder], ...clusters } }), 'IntervalShared')
    expect(withClusters(elderPeer({ items }))).toMatchObject({
      status: 'True',
      message: 'interval 5m on cluster1 belongs to the elder MirrorPeer elder',
    })
    expect(withClusters(elderPeer({ items, schedulingIntervals: ['10m'] }))).toBeUndefined()
    expect(withClusters(elderPeer({ items, type: 'sync' }))).toBeUndefined()
    // Agents count it no more: they give the class to the next at once.
    expect(withClusters(elderPeer({ items }, { deleting: true, agents: ['cluster3'] }))).toBeUndefined()
    expect(
      withClusters(
        mirrorPeer({
          name: 'younger',
          spec: { items },
          metadata: { creationTimestamp: '2027-01-01T00:00:00Z' },
        }),
      ),
    ).toBeUndefined()
    expect(shared(elderPeer({ schedulingIntervals: [] }))?.status).toBe('True')
  })

  it('names who decides where the agent runs, which hinders nobody', () => {
    const elder = elderPeer({
      items: [peerRef('cluster1', { namespace: 'elsewhere', name: 'x' }), peerRef('cluster2', { name: 'x' })],
    })
    const said = status({ world: { mirrorPeers: [elder] } })
    expect(conditionIn(said, 'AddonsReady')).toMatchObject({
      status: 'True',
      reason: 'DecidedByElder',
      message: expect.stringContaining(
        'runs in namespace elsewhere in mode async, as the elder MirrorPeer elder wants it',
      ),
    })
    expect(conditionIn(said, 'DRClustersReady')).toMatchObject({
      status: 'False',
      reason: 'DecidedByElder',
      message: expect.stringContaining('the elder MirrorPeer elder'),
    })
  })

  it('names who has the profile', () => {
    const elder = elderPeer({ items: [peerRef('cluster1', { namespace: 'elsewhere' }), two] })
    expect(
      conditionIn(
        status({ world: { mirrorPeers: [elder], ramenConfig: ramenConfigMap('') } }),
        'S3ProfilesSynced',
      ),
    ).toMatchObject({
      reason: 'DecidedByElder',
      message: expect.stringContaining('as the elder MirrorPeer elder wants it'),
    })
  })

  it('names whose receiver gets the token', () => {
    const elder = elderPeer({ items: [one, peerRef('cluster2', { namespace: 'elsewhere' })] })
    expect(conditionIn(status({ world: { mirrorPeers: [elder] } }), 'SecretsExchanged')).toMatchObject({
      reason: 'DecidedByElder',
      message: expect.stringContaining(
        'goes to elsewhere/ocs-storagecluster of cluster2, as the elder MirrorPeer elder wants it',
      ),
    })
  })
})

describe('the status of a MirrorPeer that is deleted', () => {
  it('says what it waits for, word for word', () => {
    const states = {
      'mirror-peer-metadata': {
        is: 'waiting',
        reason: 'CleaningUp',
        message: 'waiting until these are gone: x',
      },
    } as const
    const said = status({ peer: { deleting: true }, states })
    expect(said).toMatchObject({ phase: 'Deleting', message: 'waiting until these are gone: x' })
    expect(said.conditions).toEqual([
      expect.objectContaining({ type: 'Ready', status: 'False', reason: 'Deleting' }),
    ])
  })

  it('is not written once the last finalizer is off', () => {
    expect(wanted({ peer: { deleting: true, hubFinalizer: false } }).is).toBe('leave')
  })

  it('says whose finalizers are left when the hub is done', () => {
    const metadata = { deletionTimestamp: '2026-02-01T00:00:00Z', finalizers: ['a/x', 'b/y'] }
    const said = status({ peer: { metadata } })
    expect(said.phase).toBe('Deleting')
    expect(said.message).toBe('nothing of it is left on the hub; waiting for a/x, b/y, which others put on')
  })

  it('waits for agents also where the hub’s own finalizer was taken off', () => {
    const states = {
      'mirror-peer-metadata': { is: 'waiting', reason: 'AgentsCleaningUp', message: 'waiting for cluster1' },
    } as const
    const peer = { deleting: true, hubFinalizer: false, agents: ['cluster1'] }
    expect(status({ peer, states })).toMatchObject({ phase: 'Deleting', message: 'waiting for cluster1' })
  })

  it('is Deleting whatever the spec says', () => {
    expect(status({ peer: { deleting: true, spec: { items: [] } } }).phase).toBe('Deleting')
  })
})
