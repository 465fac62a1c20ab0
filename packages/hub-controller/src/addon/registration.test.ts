import type { ClusterManagementAddOn, ManagedClusterAddOn } from '@odfmo/api-types'
import { describe, expect, test } from 'vitest'
import {
  addOn,
  ask,
  binding,
  condition,
  hub,
  managedCluster,
  mirrorPeer,
  objectOf,
  ownedBy,
  rule,
  twoClusters,
  work,
  type AskOptions,
} from './test/hub-world.ts'

const key = { namespace: 'c1', name: 'tokenexchange' }
const find = (object: ManagedClusterAddOn, type: string) =>
  object.status?.conditions?.find((c) => c.type === type)

describe('the ClusterManagementAddOn', () => {
  const cma = { name: 'tokenexchange' }

  test('is always there', () => {
    expect(rule('cluster-management-add-on').always).toEqual([cma])
    const wanted = ask('cluster-management-add-on', cma, [])
    expect(wanted.is).toBe('present')
    expect(objectOf<ClusterManagementAddOn>(wanted)).toMatchObject({
      metadata: { annotations: { 'addon.open-cluster-management.io/lifecycle': 'addon-manager' } },
      spec: {
        installStrategy: { type: 'Manual' },
        addOnMeta: { displayName: expect.any(String), description: expect.any(String) },
        supportedConfigs: [{ group: 'addon.open-cluster-management.io', resource: 'addondeploymentconfigs' }],
      },
    })
  })

  test('keeps what administrators and the original put in it', () => {
    const entry = {
      group: 'addon.open-cluster-management.io',
      resource: 'addondeploymentconfigs',
      defaultConfig: { name: 'default', namespace: 'here' },
    }
    const live: ClusterManagementAddOn = {
      metadata: { ...cma, annotations: { mine: 'x', 'addon.open-cluster-management.io/lifecycle': 'self' } },
      spec: { supportedConfigs: [entry], installStrategy: { type: 'Placements', placements: [{}] } },
    }
    const edited = objectOf<ClusterManagementAddOn>(
      ask('cluster-management-add-on', cma, [[hub.ClusterManagementAddOn, [live]]]),
    )
    expect(edited.metadata.annotations).toEqual({
      mine: 'x',
      'addon.open-cluster-management.io/lifecycle': 'addon-manager',
    })
    expect(edited.spec?.supportedConfigs).toEqual([entry])
    expect(edited.spec?.installStrategy).toEqual({ type: 'Manual' })
  })
})

describe('the add-on’s owner', () => {
  const ownersAfter = (refs: NonNullable<ManagedClusterAddOn['metadata']['ownerReferences']>) =>
    objectOf(
      ask(
        'add-on-owner',
        key,
        twoClusters({ addOns: [addOn('c1', { metadata: { ownerReferences: refs } })] }),
      ),
    ).metadata.ownerReferences

  test('is added where it is missing', () => {
    const peer = {
      apiVersion: 'multicluster.odf.openshift.io/v1alpha1',
      kind: 'MirrorPeer',
      name: 'p',
      uid: 'p',
    }
    expect(ownersAfter([peer])).toEqual([
      peer,
      { ...ownedBy('cma'), controller: true, blockOwnerDeletion: true },
    ])
  })

  test('is never rewritten, whatever its version', () => {
    for (const version of ['v1alpha1', 'v1beta1']) {
      const refs = [{ ...ownedBy('cma', version), controller: true }]
      expect(ownersAfter(refs)).toEqual(refs)
    }
  })

  test('waits for the ClusterManagementAddOn, and is nobody’s business without a holder', () => {
    const contents = twoClusters().filter(([of]) => of !== hub.ClusterManagementAddOn)
    expect(ask('add-on-owner', key, contents)).toMatchObject({
      is: 'waiting',
      reason: 'NoClusterManagementAddOn',
    })
    expect(ask('add-on-owner', key, twoClusters({ peers: [] })).is).toBe('leave')
    expect(ask('add-on-owner', key, twoClusters({ addOns: [] })).is).toBe('leave')
  })
})

describe('the registration', () => {
  const statusAsk = (contents: Parameters<typeof ask>[2], options?: AskOptions) =>
    ask('registration', key, contents, options)

  test('is written when the hub’s RBAC stands', () => {
    const object = objectOf<ManagedClusterAddOn>(statusAsk(twoClusters()))
    expect(object.status?.registrations).toHaveLength(1)
    expect(find(object, 'RegistrationApplied')).toMatchObject({
      status: 'True',
      reason: 'SetPermissionApplied',
    })
  })

  test.each<[string, string | undefined, Parameters<typeof twoClusters>[0]]>([
    ['the add-on is not there yet', undefined, { addOns: [] }],
    [
      'the add-on is going',
      undefined,
      { addOns: [addOn('c1', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } })] },
    ],
    ['no MirrorPeer holds it', undefined, { peers: [mirrorPeer(['c2', 'c3'])] }],
    ['there is no ManagedCluster yet', 'NoManagedCluster', { clusters: [managedCluster('c2')] }],
    ['the ManagedCluster is not accepted', 'NotAccepted', { clusters: [managedCluster('c1', false)] }],
    ['it has no owner yet', 'NotOwned', { addOns: [addOn('c1', { metadata: { ownerReferences: [] } })] }],
    [
      'it is owned by an earlier one',
      'NotOwned',
      { addOns: [addOn('c1', { metadata: { ownerReferences: [ownedBy('old')] } })] },
    ],
  ])('writes nothing while %s', (_what, reason, more) => {
    const wanted = statusAsk(twoClusters(more))
    expect(wanted).toMatchObject(reason === undefined ? { is: 'leave' } : { is: 'waiting', reason })
  })

  test('takes an owner reference of any version', () => {
    const addOns = [addOn('c1', { metadata: { ownerReferences: [ownedBy('cma', 'v1beta1')] } })]
    expect(statusAsk(twoClusters({ addOns })).is).toBe('edited')
  })

  test.each(['agent-role', 'agent-role-binding', 'agent-cluster-role', 'agent-cluster-role-binding'])(
    'waits for %s, and says when it cannot be written',
    (part) => {
      const pending = statusAsk(twoClusters(), {
        states: { [part]: { is: 'writing', message: 'on its way' } },
      })
      expect(pending).toMatchObject({ is: 'waiting', reason: 'HubRbacPending' })
      const early = { is: 'failed', reason: 'NamespaceOrKindMissing', message: 'no namespace' } as const
      expect(statusAsk(twoClusters(), { states: { [part]: early } })).toMatchObject({
        reason: 'HubRbacPending',
      })
      const failed = statusAsk(twoClusters(), {
        states: { [part]: { is: 'failed', reason: 'Forbidden', message: 'escalation' } },
      })
      expect(find(objectOf(failed), 'RegistrationApplied')).toMatchObject({
        status: 'False',
        reason: 'SetPermissionFailed',
        message: 'escalation',
      })
      expect(objectOf<ManagedClusterAddOn>(failed).status?.registrations).toBeUndefined()
    },
  )

  test('waits until the binding of all names this agent, by its driver', () => {
    expect(statusAsk(twoClusters({ binding: binding(['c2']) }))).toMatchObject({
      is: 'waiting',
      reason: 'HubRbacPending',
    })
    const byToken = addOn('c1', { status: { kubeClientDriver: 'token' } })
    expect(statusAsk(twoClusters({ addOns: [byToken] }))).toMatchObject({
      is: 'waiting',
      reason: 'HubRbacPending',
    })
  })

  test('says how the work fares', () => {
    const works = [
      work('c1', 'addon-tokenexchange-deploy', {
        status: { conditions: [condition('Applied', 'False', 'R', 'no CRD')] },
      }),
    ]
    expect(find(objectOf(statusAsk(twoClusters({ works }))), 'ManifestApplied')).toMatchObject({
      status: 'False',
      reason: 'AddonManifestAppliedFailed',
      message: expect.stringContaining('no CRD') as string,
    })
    const states = { 'manifest-work': { is: 'failed', reason: 'Invalid', message: 'too big' } } as const
    expect(find(objectOf(statusAsk(twoClusters(), { states })), 'ManifestApplied')).toMatchObject({
      status: 'False',
      reason: 'ManifestWorkApplyFailed',
      message: 'too big',
    })
  })

  test('says which manifest the work agent could not apply', () => {
    const manifest = (kind: string, applied: 'True' | 'False') => ({
      resourceMeta: { ordinal: 0, kind, namespace: 'storage', name: 'token-exchange-agent' },
      conditions: [condition('Applied', applied, 'R', `${kind} is invalid`)],
    })
    const status = {
      conditions: [condition('Applied', 'False', 'R', 'Failed to apply manifest work')],
      resourceStatus: { manifests: [manifest('Role', 'True'), manifest('Deployment', 'False')] },
    }
    const works = [work('c1', 'addon-tokenexchange-deploy-0', { status })]
    expect(find(objectOf(statusAsk(twoClusters({ works }))), 'ManifestApplied')?.message).toContain(
      'could not apply the manifests: Deployment storage/token-exchange-agent: Deployment is invalid',
    )
  })

  test('refuses hosted mode with conditions, and keeps a registration that is there', () => {
    const annotations = { 'addon.open-cluster-management.io/hosting-cluster-name': 'management' }
    const object = objectOf<ManagedClusterAddOn>(
      statusAsk(twoClusters({ addOns: [addOn('c1', { metadata: { annotations } })] })),
    )
    expect(object.status?.registrations).toBeUndefined()
    for (const type of ['RegistrationApplied', 'ManifestApplied']) {
      expect(find(object, type)?.status).toBe('False')
      expect(find(object, type)?.message).toContain('hosted mode is not supported')
    }
  })

  test('of one cluster does not look at another’s add-on', () => {
    const elsewhere = addOn('c2', { metadata: { annotations: { x: 'y' } } })
    expect(statusAsk(twoClusters({ addOns: [addOn('c1'), elsewhere] }))).toEqual(
      statusAsk(twoClusters({ addOns: [addOn('c1')] })),
    )
  })
})
