import type { ManagedClusterAddOn } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import type { State, WatchedKind } from '@odfmo/controller-kit'
import { ramenS3Secret } from '@odfmo/secret-exchange'
import { bucketName, s3SecretName } from '@odfmo/secret-naming'
import { ocm } from '../../addon/ocm.ts'
import {
  blue,
  drCluster,
  external,
  managedCluster,
  mirrorPeer,
  peerRef,
  podNamespace,
  s3,
} from '../../test/builders.ts'
import { ramenConfigMap } from '../../test/hub-world.ts'
import { addOnOf, condition, mondayPeer, namespaceOf, one, two, workOf, type Given } from './given.ts'
import { hub } from './settled-hub.ts'

/** A state of the world, and what a user calls it. */
export interface Scenario {
  readonly when: string
  readonly given?: Given
  /** What the server makes of a rule's write. */
  readonly states?: Readonly<Record<string, State>>
  readonly notServed?: readonly WatchedKind[]
}

const deliveredBy = (...refs: readonly (typeof one)[]) => refs.flatMap((ref) => [blue(ref), s3(ref)])
const sync = { type: 'sync' as const }
const elsewhere = peerRef('cluster1', { namespace: 'other-storage' })
const cluster3 = {
  ManagedCluster: ['cluster1', 'cluster2', 'cluster3'].map((name) => managedCluster(name)),
  Namespace: ['cluster1', 'cluster2', 'cluster3'].map((name) => namespaceOf(name)),
  ManagedClusterAddOn: ['cluster1', 'cluster2', 'cluster3'].map((name) => addOnOf(name)),
  ManifestWork: ['cluster1', 'cluster2', 'cluster3'].map((name) => workOf(name)),
}
const elder = { metadata: { creationTimestamp: '2025-01-01T00:00:00Z' } }
const going = { deletionTimestamp: '2026-02-01T00:00:00Z', finalizers: ['example.com/holds-it'] }

const configured = (name: string, addOn: ManagedClusterAddOn): ManagedClusterAddOn => ({
  ...addOn,
  spec: {
    ...addOn.spec,
    configs: [
      {
        group: 'addon.open-cluster-management.io',
        resource: 'addondeploymentconfigs',
        name,
        namespace: 'open-cluster-management-hub',
      },
    ],
  },
  status: {
    ...addOn.status,
    configReferences: [
      {
        group: 'addon.open-cluster-management.io',
        resource: 'addondeploymentconfigs',
        desiredConfig: { name, namespace: 'open-cluster-management-hub', specHash: '1' },
      },
    ],
  },
})

const spec: readonly Scenario[] = [
  { when: 'everything is in place' },
  {
    when: 'everything is in place, without manageS3',
    given: { MirrorPeer: [mirrorPeer({ spec: { manageS3: false } })] },
  },
  {
    when: 'everything is in place, type sync',
    given: {
      MirrorPeer: [mirrorPeer({ spec: sync })],
      Secret: [external(one), external(two), s3(one), s3(two)],
    },
  },
  {
    when: 'the spec breaks rules',
    given: { MirrorPeer: [mirrorPeer({ spec: { schedulingIntervals: ['5 minutes', 'often'] } })] },
  },
  {
    when: 'both clusters are unknown',
    given: { ManagedCluster: [] },
  },
  {
    when: 'a cluster is not accepted',
    given: { ManagedCluster: [managedCluster('cluster1'), managedCluster('cluster2', { accepted: false })] },
  },
  {
    when: 'a cluster is being detached',
    given: { ManagedCluster: [managedCluster('cluster1'), managedCluster('cluster2', { deleting: true })] },
  },
  {
    when: 'the hub has just started',
    states: { 'green-secret': { is: 'pending', message: 'Secret has not synced' } },
  },
]

const deletion: readonly Scenario[] = [
  {
    when: 'deleted, and both agents have not cleaned up',
    given: { MirrorPeer: [mirrorPeer({ deleting: true, agents: ['cluster1', 'cluster2'] })] },
  },
  {
    when: 'deleted, and somebody’s finalizer holds what only it wanted',
    given: {
      MirrorPeer: [mirrorPeer({ deleting: true })],
      Secret: [one, two].map((ref) => {
        const secret = blue(ref)
        return { ...secret, metadata: { ...secret.metadata, ...going } }
      }),
    },
  },
]

const delivery: readonly Scenario[] = [
  { when: 'an agent has delivered nothing yet', given: { Secret: deliveredBy(one) } },
  {
    when: 'a peer token is no token',
    given: { Secret: [{ ...blue(one), data: {} }, blue(two), s3(one), s3(two)] },
  },
  {
    when: 'a peer token holds no fsid',
    given: { Secret: [blue(one, { fsid: '' }), blue(two), s3(one), s3(two)] },
  },
  {
    when: 'an async MirrorPeer over external Ceph',
    given: { Secret: [external(one), external(two), s3(one), s3(two)] },
  },
  { when: 'a sync MirrorPeer over converged storage', given: { MirrorPeer: [mirrorPeer({ spec: sync })] } },
  {
    when: 'a sync MirrorPeer without its external secrets',
    given: { MirrorPeer: [mirrorPeer({ spec: sync })], Secret: [s3(one), s3(two)] },
  },
  {
    when: 'an external secret without a key',
    given: {
      MirrorPeer: [mirrorPeer({ spec: sync })],
      Secret: [
        { ...external(one), data: { ...external(one).data, 'secret-data': 'e30=' } },
        external(two),
        s3(one),
        s3(two),
      ],
    },
  },
  { when: 'an agent has not delivered its bucket', given: { Secret: [blue(one), blue(two), s3(one)] } },
  {
    when: 'an S3 secret names another cluster’s profile',
    given: {
      Secret: [
        blue(one),
        blue(two),
        s3(one, { s3ProfileName: 's3profile-cluster2-ocs-storagecluster' }),
        s3(two),
      ],
    },
  },
  {
    when: 'the namespace of a cluster is gone',
    given: {
      Namespace: [namespaceOf('cluster1')],
      Secret: deliveredBy(one),
      ManagedClusterAddOn: [addOnOf('cluster1')],
    },
  },
  {
    when: 'the namespace of a cluster is going',
    given: {
      Namespace: [namespaceOf('cluster1'), namespaceOf('cluster2', true)],
      ManagedClusterAddOn: [addOnOf('cluster1')],
    },
  },
]

const ramen: readonly Scenario[] = [
  { when: 'Ramen’s configuration is not there', given: { RamenConfig: [] } },
  {
    when: 'Ramen’s configuration is no YAML',
    given: { RamenConfig: [ramenConfigMap('s3StoreProfiles: [')] },
  },
  { when: 'Ramen’s configuration is no mapping', given: { RamenConfig: [ramenConfigMap('- a\n- b\n')] } },
  {
    when: 'Ramen’s configuration cannot be spliced',
    given: { RamenConfig: [ramenConfigMap('base: &profiles []\ns3StoreProfiles: *profiles\n')] },
  },
  {
    when: 'a user has a profile of the name',
    given: {
      RamenConfig: [
        ramenConfigMap(
          's3StoreProfiles:\n- s3ProfileName: s3profile-cluster1-ocs-storagecluster\n  s3SecretRef:\n    name: my-own\n',
        ),
      ],
    },
  },
  {
    when: 'a DRCluster is being deleted',
    given: {
      DRCluster: [
        {
          ...drCluster('cluster1', { region: 'x', s3ProfileName: 'y' }),
          metadata: { name: 'cluster1', ...going },
        },
      ],
    },
  },
  {
    when: 'Ramen refuses a DRCluster’s new region',
    given: {
      DRCluster: [
        drCluster('cluster1', { region: 'old', s3ProfileName: 's3profile-cluster1-ocs-storagecluster' }),
      ],
    },
    states: {
      'dr-cluster cluster1': {
        is: 'failed',
        reason: 'Refused',
        message: 'patch drclusters cluster1 in cluster hub: spec.region: Invalid value: is immutable',
      },
    },
  },
  { when: 'Ramen is not installed', notServed: [hub.DRCluster, hub.DRPolicy] },
]

const elders: readonly Scenario[] = [
  {
    when: 'an elder MirrorPeer names another StorageCluster of a cluster',
    given: {
      ...cluster3,
      MirrorPeer: [
        mirrorPeer(),
        mirrorPeer({ name: 'mirrorpeer-elder', ...elder, spec: { items: [elsewhere, peerRef('cluster3')] } }),
      ],
      Secret: [...deliveredBy(one, two, peerRef('cluster3'), elsewhere)],
    },
  },
  {
    when: 'an elder MirrorPeer connects the same two clusters',
    given: {
      MirrorPeer: [
        mirrorPeer(),
        mirrorPeer({
          name: 'mirrorpeer-elder',
          ...elder,
          spec: { items: [one, peerRef('cluster2', { namespace: 'other-storage' })] },
        }),
      ],
      Secret: [...deliveredBy(one, two, peerRef('cluster2', { namespace: 'other-storage' }))],
    },
  },
  {
    when: 'Ramen knows its bucket, the keys are gone, and the agent delivers the bucket of another MirrorPeer',
    given: {
      ...cluster3,
      MirrorPeer: [
        mirrorPeer(),
        mirrorPeer({ name: 'mirrorpeer-younger', spec: { items: [one, peerRef('cluster3')] } }),
      ],
      Secret: [
        ...deliveredBy(two, peerRef('cluster3')),
        blue(one),
        s3(one, { s3Bucket: bucketName(['cluster1', 'cluster3']) }),
      ],
      RamenConfig: [
        ramenConfigMap(
          `s3StoreProfiles:\n- s3ProfileName: s3profile-cluster1-ocs-storagecluster\n  s3Bucket: ${bucketName(['cluster1', 'cluster2'])}\n  s3Region: noobaa\n  s3CompatibleEndpoint: https://s3.example\n  s3SecretRef:\n    name: ${s3SecretName(one)}\n`,
        ),
      ],
    },
  },
  {
    when: 'another MirrorPeer that wants the same is not in force yet, and this one is suspended',
    given: {
      MirrorPeer: [mirrorPeer(), mondayPeer()],
      ManagedCluster: [managedCluster('cluster1')],
    },
  },
]

const rejected = condition('Applied', 'False', 'AppliedManifestWorkFailed', 'deployments.apps is forbidden')
const addOns: readonly Scenario[] = [
  {
    when: 'an add-on is being deleted',
    given: {
      ManagedClusterAddOn: [addOnOf('cluster1'), addOnOf('cluster2', [condition('Available')], going)],
    },
  },
  {
    when: 'an agent was never alive',
    given: { ManagedClusterAddOn: [addOnOf('cluster1'), addOnOf('cluster2', [])] },
  },
  {
    when: 'an agent is not alive any more',
    given: {
      ManagedClusterAddOn: [
        addOnOf('cluster1'),
        addOnOf('cluster2', [
          condition(
            'Available',
            'Unknown',
            'ManagedClusterAddOnLeaseUpdateStopped',
            'Registration agent stopped updating its lease.',
          ),
        ]),
      ],
    },
  },
  {
    when: 'the manifests are not applied yet',
    given: { ManifestWork: [workOf('cluster1'), workOf('cluster2', [])] },
  },
  {
    when: 'the manifests cannot be applied',
    given: { ManifestWork: [workOf('cluster1'), workOf('cluster2', [rejected])] },
  },
  {
    when: 'an add-on asks for hosted mode',
    given: {
      ManagedClusterAddOn: [
        addOnOf('cluster1'),
        addOnOf('cluster2', [condition('Available')], {
          annotations: { 'addon.open-cluster-management.io/hosting-cluster-name': 'cluster9' },
        }),
      ],
    },
  },
  {
    when: 'somebody else’s subject stands in the registration of an add-on',
    given: {
      ManagedClusterAddOn: [
        addOnOf('cluster1'),
        {
          ...addOnOf('cluster2'),
          status: {
            conditions: [condition('Available')],
            registrations: [
              { signerName: 'kubernetes.io/kube-apiserver-client', subject: { user: 'somebody' } },
            ],
          },
        },
      ],
    },
  },
  {
    when: 'the add-on cannot be made',
    given: { ManagedClusterAddOn: [addOnOf('cluster1')] },
    states: {
      'managed-cluster-add-on cluster2/tokenexchange': { is: 'writing', message: 'somebody was faster' },
    },
  },
]

const failed = (reason: string, message: string): State => ({ is: 'failed', reason, message })
/** One rule of each condition. */
const written = [
  'managed-cluster-add-on cluster2/tokenexchange',
  'green-secret',
  'ramen-secret',
  'dr-cluster cluster2',
] as const
const everywhere = (state: State, rules: readonly string[] = written): Scenario['states'] =>
  Object.fromEntries(rules.map((rule) => [rule, state]))
const atSecret = 'create secrets cluster2 in cluster hub: '
const failures = [
  [
    'somebody sets a field back again and again',
    'Contested',
    '"kubectl-edit" sets data.token back whenever it is written; until this ends, it is written with growing pauses',
  ],
  ['a rule throws', 'Failed', 'Cannot read properties of undefined'],
  ['the hub lacks a right', 'Forbidden', `${atSecret}secrets is forbidden`],
  ['the API server does not answer', 'ECONNREFUSED', `${atSecret}connect ECONNREFUSED`],
  ['a webhook does not answer', 'InternalError', `${atSecret}failed calling webhook "secrets.example.com"`],
  ['an object cannot be found', 'NotFound', 'patch secrets cluster2/x in cluster hub: not found'],
  ['a policy refuses', 'Refused', `${atSecret}denied by policy no-secrets`],
  ['a write is not kept', 'WriteNotKept', 'cluster hub accepted a change and did not keep it'],
  ['a rule answers what it does not watch', 'NotSelected', 'without the label'],
  ['a rule answers another object', 'OtherObject', 'wanted answered the object "y"'],
] as const
const server: readonly Scenario[] = [
  ...failures.map(([when, reason, message]) => ({ when, states: everywhere(failed(reason, message)) })),
  ...failures.map(([when, reason, message]) => ({
    when: `${when}, at the first write`,
    given: { MirrorPeer: [mirrorPeer({ hubFinalizer: false })] },
    states: { 'mirror-peer-metadata': failed(reason, message) },
  })),
  {
    when: 'a namespace or kind is missing',
    states: everywhere(failed('NamespaceOrKindMissing', `${atSecret}namespaces "cluster2" not found`)),
  },
  {
    when: 'objects of the names are somebody else’s',
    states: everywhere(
      failed('NotOurs', 'is there and was not made by us: rename or remove it'),
      written.slice(1),
    ),
  },
  {
    when: 'Open Cluster Management’s add-ons are not installed',
    given: { ManagedClusterAddOn: [] },
    notServed: [hub.ManagedClusterAddOn],
  },
]

const transient: readonly Scenario[] = [
  {
    when: 'a namespace is terminating',
    states: everywhere({
      is: 'waiting',
      reason: 'NamespaceTerminating',
      message: 'create secrets cluster2 in cluster hub: namespace cluster2 is being terminated',
    }),
  },
  {
    when: 'everything is being written',
    states: everywhere({ is: 'writing', message: 'somebody was faster' }),
  },
  { when: 'everything went', states: everywhere({ is: 'absent' }) },
  {
    when: 'everything is held by a finalizer',
    states: everywhere({ is: 'going', message: 'being deleted; held by example.com/holds-it' }),
  },
]

const beingWritten: State = { is: 'writing', message: 'somebody was faster' }
/** Seen for a moment while everything comes into being, or while one of its steps does not come through. */
const onTheWay: readonly Scenario[] = [
  {
    when: 'deleted, and Ramen’s configuration cannot be edited',
    given: {
      MirrorPeer: [mirrorPeer({ deleting: true })],
      Secret: [],
      RamenConfig: [
        ramenConfigMap(
          `base: &profiles\n- s3ProfileName: s3profile-cluster1-ocs-storagecluster\n  s3SecretRef:\n    name: ${s3SecretName(one)}\ns3StoreProfiles: *profiles\n`,
        ),
      ],
      RamenSecret: [ramenS3Secret({ internal: s3(one), namespace: podNamespace })],
    },
  },
  {
    when: 'an add-on was made a moment ago',
    given: { ManagedClusterAddOn: [addOnOf('cluster1')] },
    states: { 'managed-cluster-add-on cluster2/tokenexchange': { is: 'present' } },
  },
  {
    when: 'the ClusterManagementAddOn cannot be made',
    states: { 'cluster-management-add-on': failed('Forbidden', 'create clustermanagementaddons: forbidden') },
  },
  { when: 'the agents’ binding is being written', states: { 'agent-cluster-role-binding': beingWritten } },
  {
    when: 'an agent’s role is being written',
    states: { 'agent-role cluster2/open-cluster-management:token-exchange:agent': beingWritten },
  },
  {
    when: 'a registration is being written',
    states: { 'registration cluster2/tokenexchange': beingWritten },
  },
  {
    when: 'the original’s binding is still there',
    given: {
      OriginalClusterRoleBinding: [
        {
          metadata: { name: 'spoke-clusterrole-bindings' },
          roleRef: {
            apiGroup: 'rbac.authorization.k8s.io',
            kind: 'ClusterRole',
            name: 'open-cluster-management:token-exchange:agent',
          },
        } as KubeObject,
      ],
    },
    states: { 'agent-cluster-role-binding': beingWritten },
  },
  {
    when: 'a work is being deleted',
    given: {
      ManifestWork: [
        workOf('cluster1'),
        { ...workOf('cluster2', []), metadata: { ...workOf('cluster2').metadata, ...going } },
      ],
    },
  },
  {
    when: 'an add-on names a configuration that is not there',
    given: { ManagedClusterAddOn: [addOnOf('cluster1'), configured('agents', addOnOf('cluster2'))] },
  },
  {
    when: 'an add-on names a configuration that makes no sense',
    given: {
      ManagedClusterAddOn: [addOnOf('cluster1'), configured('agents', addOnOf('cluster2'))],
      AddOnDeploymentConfig: [
        {
          metadata: { name: 'agents', namespace: 'open-cluster-management-hub' },
          spec: { registries: [{ mirror: ' ' }] },
        } as KubeObject,
      ],
    },
  },
  {
    when: 'a cluster registered over gRPC',
    given: {
      CertificateSigningRequest: [
        {
          metadata: {
            name: 'addon-cluster2-1',
            labels: {
              'open-cluster-management.io/addon-name': 'tokenexchange',
              'open-cluster-management.io/cluster-name': 'cluster2',
            },
          },
          spec: {
            request: '',
            signerName: 'kubernetes.io/kube-apiserver-client',
            usages: ['client auth'],
            username: ocm.grpcRequester,
          },
        } as KubeObject,
      ],
    },
  },
  {
    when: 'deleted, its agents have not cleaned up, and a cluster is gone or not accepted',
    given: {
      MirrorPeer: [mirrorPeer({ deleting: true, agents: ['cluster1', 'cluster2'] })],
      ManagedCluster: [
        managedCluster('cluster1', { accepted: false }),
        managedCluster('cluster2', { deleting: true }),
      ],
    },
  },
]

/** What a MirrorPeer can go through on a hub; its status in each is in docs/reference/conditions.md and in a reviewed file. */
export const scenarios: readonly Scenario[] = [
  ...spec,
  ...deletion,
  ...delivery,
  ...ramen,
  ...elders,
  ...addOns,
  ...server,
  ...transient,
  ...onTheWay,
]
