import { contract, type ClusterRoleBinding, type ManifestWork, type MirrorPeer } from '@odfmo/api-types'
import { originalSpokeFinalizer, spokeFinalizer } from '@odfmo/secret-naming'
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
} from '../test/builders.ts'
import { ask, hub, objectOf, rules, type HubWorld } from '../test/hub-world.ts'

const key = { name: 'mirrorpeer-sample' }
const [one, two] = [peerRef('cluster1'), peerRef('cluster2')]
const wanted = (peer: MirrorPeer, world: HubWorld = {}) =>
  ask(
    rules.metadata,
    { name: peer.metadata.name ?? '' },
    { ...world, mirrorPeers: [peer, ...(world.mirrorPeers ?? [])] },
  )
const metadata = (peer: MirrorPeer, world: HubWorld = {}) => objectOf(wanted(peer, world)).metadata
const { hub: hubFinalizer } = contract.finalizer

describe('a MirrorPeer that begins', () => {
  it('gets finalizer and backup label together', () => {
    const fresh = mirrorPeer({ metadata: { finalizers: ['theirs/x'], labels: { theirs: 'y' } } })
    expect(metadata(fresh)).toMatchObject({
      finalizers: ['theirs/x', hubFinalizer],
      labels: { theirs: 'y', [contract.label.backup]: 'resource' },
    })
  })

  it('gets the finalizer where the label was there before, and the label back where it was taken off', () => {
    expect(metadata(mirrorPeer({ hubFinalizer: false })).finalizers).toEqual([hubFinalizer])
    expect(metadata(mirrorPeer({ metadata: { finalizers: [hubFinalizer] } })).labels).toEqual({
      [contract.label.backup]: 'resource',
    })
  })

  it.each([
    [
      'a field is wrong',
      mirrorPeer({ hubFinalizer: false, spec: { schedulingIntervals: ['5x'] } }),
      'InvalidSpec',
      'spec.schedulingIntervals[0]',
    ],
    [
      'a cluster is unknown',
      mirrorPeer({ hubFinalizer: false, spec: { items: [one, peerRef('cluster9')] } }),
      'ClusterNotFound',
      'spec.items[1].clusterName',
    ],
  ])('gets nothing while %s', (_name, peer, reason, path) => {
    expect(wanted(peer)).toMatchObject({ is: 'waiting', reason, message: expect.stringContaining(path) })
  })
})

describe('a MirrorPeer that ends', () => {
  const ending = (overrides: Parameters<typeof mirrorPeer>[0] = {}) =>
    mirrorPeer({ deleting: true, ...overrides })

  it('loses our finalizer, after a look on fresh reads, when nothing is left', () => {
    const answer = wanted(
      ending({
        metadata: { finalizers: ['theirs/x', hubFinalizer], deletionTimestamp: '2026-01-01T00:00:00Z' },
      }),
    )
    expect(objectOf(answer).metadata.finalizers).toEqual(['theirs/x'])
    expect(answer).toMatchObject({ is: 'edited', options: { confirm: true } })
  })

  it('goes whatever its spec says, and whatever became of its clusters', () => {
    for (const spec of [
      { items: [] },
      { items: [one] },
      { items: [{} as never, null as never] },
      { type: 'weird' as never },
    ]) {
      expect(metadata(ending({ spec })).finalizers).toEqual([])
    }
    expect(metadata(ending(), { clusters: [] }).finalizers).toEqual([])
  })

  it('waits for the agents, also when ours was taken off by hand', () => {
    expect(wanted(ending({ agents: ['cluster1'], hubFinalizer: false }))).toMatchObject({
      is: 'waiting',
      reason: 'AgentsCleaningUp',
    })
  })

  it('waits for the agents and says whose', () => {
    expect(wanted(ending({ agents: ['cluster1', 'cluster2'] }))).toMatchObject({
      is: 'waiting',
      reason: 'AgentsCleaningUp',
      message: expect.stringMatching(/the agent of cluster1 .*the agent of cluster2 has not cleaned up yet/),
    })
  })

  const green = {
    ...blue(one),
    metadata: { ...greenKey(one, two), labels: { [contract.label.secretType]: 'GREEN' } },
  }
  const ramenSecret = {
    metadata: {
      name: s3(one).metadata.name,
      namespace: podNamespace,
      labels: { [contract.label.createdBy]: 'mirrorpeersecret' },
    },
    data: { AWS_ACCESS_KEY_ID: 'eA==' },
  }
  const ramenFsid = {
    metadata: {
      name: external(one).metadata.name,
      namespace: podNamespace,
      labels: { [contract.label.createdBy]: 'mirrorpeersecret' },
    },
    data: { fsid: 'eA==' },
  }
  const bindingOf = (name: string): ClusterRoleBinding => ({
    metadata: { name: contract.addon.hubRbac },
    roleRef: { apiGroup: '', kind: '', name: '' },
    subjects: [{ kind: 'Group', name }],
  })
  const profile = `s3StoreProfiles:\n- s3ProfileName: s3profile-cluster1-ocs-storagecluster\n  s3SecretRef: {name: ${s3(one).metadata.name}}\n`
  it('stays while a configuration that cannot be read mentions its profile, and says what to do', () => {
    const ramenConfig = `${profile}broken: [\n`
    const message = 'ramen_manager_config.yaml is no YAML'
    const states = { 'ramen-config': { is: 'waiting', reason: 'RamenConfigUnreadable', message } } as const
    const peer = ending()
    const answer = ask(rules.metadata, key, { mirrorPeers: [peer], ramenConfig }, { states })
    expect(answer).toMatchObject({
      is: 'waiting',
      reason: 'CleaningUp',
      message: expect.stringMatching(/profile s3profile-cluster1-ocs-storagecluster .*is no YAML/),
    })
    expect(metadata(peer, { ramenConfig: 'broken: [\n' }).finalizers).toEqual([])
  })

  const role = { metadata: { name: contract.addon.hubRbac, namespace: 'cluster1' } }
  const work = (namespace: string, metadata = {}): ManifestWork => ({
    metadata: {
      name: 'addon-tokenexchange-deploy',
      namespace,
      labels: { 'open-cluster-management.io/addon-name': 'tokenexchange' },
      ...metadata,
    },
  })
  it.each([
    ['a blue secret', { secrets: [blue(one)] }, 'Secret cluster1/'],
    ['an S3 secret', { secrets: [s3(two)] }, 'Secret cluster2/'],
    ['a green secret', { secrets: [green] }, 'Secret cluster2/'],
    ['a secret for Ramen', { ramenSecrets: [ramenSecret] }, `Secret ${podNamespace}/`],
    ['an fsid for Ramen', { ramenSecrets: [ramenFsid] }, `Secret ${podNamespace}/`],
    ['external access', { secrets: [external(two)] }, 'Secret cluster2/'],
    [
      'an agent among the subjects of the ClusterRoleBinding',
      {
        clusterRoleBindings: [
          bindingOf('system:open-cluster-management:cluster:cluster2:addon:tokenexchange'),
        ],
      },
      'the agent of cluster2 in ClusterRoleBinding open-cluster-management:token-exchange:agent',
    ],
    ['a profile', { ramenConfig: profile }, 'profile s3profile-cluster1-ocs-storagecluster'],
    [
      'an add-on',
      { addOns: [addOn('cluster1', { metadata: { ownerReferences: [ownerOf(mirrorPeer())] } })] },
      'ManagedClusterAddOn cluster1/tokenexchange',
    ],
    ['a DRCluster', { drClusters: [drCluster('cluster2')] }, 'DRCluster cluster2'],
    ['a Role', { roles: [role] }, 'Role cluster1/'],
    ['a ManifestWork', { works: [work('cluster2')] }, 'ManifestWork cluster2/addon-tokenexchange-deploy'],
    ['a RoleBinding', { roleBindings: [role] }, 'RoleBinding cluster1/'],
  ] as readonly (readonly [string, HubWorld, string])[])(
    'keeps it while %s is left that only it wanted',
    (_name, world, text) => {
      expect(wanted(ending(), world)).toMatchObject({
        is: 'waiting',
        reason: 'CleaningUp',
        message: expect.stringContaining(text),
      })
    },
  )

  it('says first what was refused, and by whom', () => {
    const denied = 'admission webhook "locks.example.com" denied the request: locked'
    const answer = ask(
      rules.metadata,
      key,
      { mirrorPeers: [ending()], secrets: [blue(one), s3(two)], drClusters: [drCluster('cluster1')] },
      {
        states: {
          'dr-cluster': { is: 'failed', reason: 'Refused', message: denied },
          [`agent-secret cluster2/${s3(two).metadata.name ?? ''}`]: {
            is: 'going',
            message: 'being deleted; held by x/y',
          },
        },
      },
    )
    expect(answer).toMatchObject({
      is: 'waiting',
      reason: 'CleaningUp',
      message:
        `waiting until these are gone: Secret cluster2/${s3(two).metadata.name ?? ''} (being deleted; held by x/y), ` +
        `DRCluster cluster1 (${denied}), Secret cluster1/${blue(one).metadata.name ?? ''}`,
    })
  })

  it.each(['agent-role', 'agent-role-binding', 'agent-cluster-role-binding', 'manifest-work'])(
    'says why the agent’s rights or its deployment stay: %s',
    (rule) => {
      const world: HubWorld = {
        roles: [role],
        roleBindings: [{ ...role, roleRef: { apiGroup: '', kind: '', name: '' } }],
        works: [work('cluster2')],
        clusterRoleBindings: [
          bindingOf('system:open-cluster-management:cluster:cluster1:addon:tokenexchange'),
        ],
      }
      const states = { [rule]: { is: 'failed', reason: 'Forbidden', message: 'not allowed' } } as const
      const answer = ask(rules.metadata, key, { mirrorPeers: [ending()], ...world }, { states })
      expect(answer).toMatchObject({ is: 'waiting', message: expect.stringContaining('(not allowed)') })
    },
  )

  it.each([
    ['others’ profiles', { ramenConfig: profile.replace('name: ', 'name: other') }],
    ['a user’s DRCluster', { drClusters: [drCluster('cluster1', { ours: false })] }],
    [
      'a DRCluster that a DRPolicy names',
      {
        drClusters: [drCluster('cluster1')],
        drPolicies: [{ metadata: { name: 'p' }, spec: { drClusters: ['cluster1'] } }],
      },
    ],
    [
      'secrets of another StorageCluster',
      { secrets: [blue(peerRef('cluster1', { name: 'other' })), s3(peerRef('cluster1', { name: 'other' }))] },
    ],
    [
      'a profile that an invalid MirrorPeer asks for',
      {
        ramenConfig: profile,
        ramenSecrets: [ramenSecret],
        mirrorPeers: [mirrorPeer({ name: 'other', spec: { schedulingIntervals: ['x'] } })],
      },
    ],
    // A spoke that cannot be reached keeps its work for as long as that lasts.
    [
      'a ManifestWork that is going',
      { works: [work('cluster1', { deletionTimestamp: '2026-01-01T00:00:00Z' })] },
    ],
    ['another’s ManifestWork', { works: [work('cluster1', { labels: {} }), work('cluster9')] }],
    ['a user’s add-on', { addOns: [addOn('cluster1')] }],
    [
      'another cluster’s agent in the ClusterRoleBinding',
      {
        clusterRoleBindings: [
          bindingOf('system:open-cluster-management:cluster:cluster9:addon:tokenexchange'),
        ],
      },
    ],
    [
      'everything, when another MirrorPeer uses it',
      {
        mirrorPeers: [mirrorPeer({ name: 'other' })],
        secrets: [blue(one), blue(two), green, s3(one), s3(two)],
        ramenSecrets: [ramenSecret],
        ramenConfig: profile,
        drClusters: [drCluster('cluster1')],
        roles: [role],
        works: [work('cluster1'), work('cluster2')],
        addOns: [
          addOn('cluster1', { metadata: { ownerReferences: [ownerOf(mirrorPeer({ name: 'other' }))] } }),
        ],
      },
    ],
  ] as readonly (readonly [string, HubWorld])[])('is not kept by %s', (_name, world) => {
    expect(metadata(ending(), world).finalizers).toEqual([])
  })

  it('waits for its owner reference to come off an add-on that others use', () => {
    const other = mirrorPeer({ name: 'other' })
    const shared = addOn('cluster1', {
      metadata: { ownerReferences: [ownerOf(mirrorPeer()), ownerOf(other)] },
    })
    expect(wanted(ending(), { mirrorPeers: [other], addOns: [shared] })).toMatchObject({
      is: 'waiting',
      reason: 'CleaningUp',
    })
  })
})

describe('a spoke finalizer that no agent is left for', () => {
  const peer = (finalizers: readonly string[], spec = {}) =>
    mirrorPeer({
      spec,
      metadata: { finalizers: [hubFinalizer, ...finalizers], deletionTimestamp: '2026-01-01T00:00:00Z' },
    })
  const left = (finalizers: readonly string[], clusters: readonly string[], items = [one, two]) =>
    metadata(peer(finalizers, { items }), { clusters: clusters.map((name) => managedCluster(name)) })
      .finalizers

  it('is removed, and only that', () => {
    expect(left([spokeFinalizer('cluster1'), spokeFinalizer('cluster2')], ['cluster2'])).toEqual([
      hubFinalizer,
      spokeFinalizer('cluster2'),
    ])
  })

  it('is removed after a look on fresh reads only: a cluster may have come meanwhile', () => {
    expect(
      wanted(peer([spokeFinalizer('cluster1')]), { clusters: [managedCluster('cluster2')] }),
    ).toMatchObject({
      is: 'edited',
      options: { confirm: true },
    })
  })

  it('stays on a MirrorPeer that is not deleting', () => {
    const live = mirrorPeer({ agents: ['cluster1'] })
    expect(wanted(live, { clusters: [managedCluster('cluster2')] })).toMatchObject({
      is: 'waiting',
      reason: 'ClusterNotFound',
    })
  })

  it('stays while its cluster is only going', () => {
    const world = { clusters: [managedCluster('cluster1', { deleting: true }), managedCluster('cluster2')] }
    expect(wanted(peer([spokeFinalizer('cluster1')]), world)).toMatchObject({
      is: 'waiting',
      reason: 'AgentsCleaningUp',
    })
  })

  const [longA, longB] = ['a-very-long-cluster-name-number-one', 'a-very-long-cluster-name-number-two']
  it('in the original’s short form stays while any item that has it is a ManagedCluster', () => {
    const short = originalSpokeFinalizer(longA)
    expect(short).toBe(originalSpokeFinalizer(longB))
    const items = [peerRef(longA), peerRef(longB)]
    expect(wanted(peer([short], { items }), { clusters: [managedCluster(longB)] })).toMatchObject({
      is: 'waiting',
    })
    expect(left([short], [], items)).toEqual([hubFinalizer])
    expect(left([short, spokeFinalizer(longA)], [longB], items)).toEqual([hubFinalizer, short])
  })

  it('of a cluster that is no item goes when no ManagedCluster has that form', () => {
    expect(left([spokeFinalizer('elsewhere')], ['cluster1', 'cluster2'])).toEqual([hubFinalizer])
    expect(
      wanted(peer([spokeFinalizer('elsewhere')]), { clusters: [managedCluster('elsewhere')] }),
    ).toMatchObject({ is: 'waiting' })
  })

  it('goes also when our own is not on any more', () => {
    const without = mirrorPeer({ hubFinalizer: false, agents: ['cluster1'], deleting: true })
    expect(metadata(without, { clusters: [] }).finalizers).toEqual([])
    expect(
      ask(rules.metadata, key, { mirrorPeers: [mirrorPeer({ hubFinalizer: false, deleting: true })] }).is,
    ).toBe('leave')
  })
})

describe('a MirrorPeer that is not there', () => {
  it('is nothing to write', () => {
    expect(ask(rules.metadata, key, {}).is).toBe('leave')
    expect(rules.metadata.kind).toBe(hub.MirrorPeer)
  })
})
