import { contract, type KubeObject } from '@odfmo/api-types'
import { hubSecretName, s3SecretName, spokeFinalizer } from '@odfmo/secret-naming'
import { peerRef, podNamespace } from '../../src/test/builders.ts'
import { asCreated } from '../../src/test/scene.ts'

/*
 * Everything that somebody tries who has stolen the identity of a cluster's agent. docs/security.md has the same table, which
 * documented.test.ts compares.
 */

/** Whose identity it is, and whom it is tried on. */
export interface Stolen {
  readonly own: string
  readonly other: string
}
export type Request = readonly [
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: object,
]

const policy = (name: string): RegExp => new RegExp(`^ODFMO_KUBE_403 .*ValidatingAdmissionPolicy '${name}\\.`)

/** By what somebody is refused, and what the server says then. */
export const refusals = {
  roles: /^ODFMO_KUBE_403 .*cannot [a-z]+ resource/,
  'agent-mirrorpeers': policy('agent-mirrorpeers'),
  'agent-secrets': policy('agent-secrets'),
  'agent-secret-deletions': policy('agent-secret-deletions'),
  /** By the API server itself: a field that never changes. */
  immutable: /^ODFMO_KUBE_422 .*Invalid: type/,
}

export interface Attempt {
  readonly what: string
  readonly refusedBy: keyof typeof refusals
  readonly requests: (stolen: Stolen) => readonly Request[]
}

const ocm = '/apis/addon.open-cluster-management.io/v1alpha1'
const rbac = '/apis/rbac.authorization.k8s.io/v1'
const csrs = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
export const secretsOf = (namespace: string): string => `/api/v1/namespaces/${namespace}/secrets`
const mirrorPeers = '/apis/multicluster.odf.openshift.io/v1alpha1/mirrorpeers'
export const thePeer = `${mirrorPeers}/mirrorpeer-sample`
const ramenConfig = `/api/v1/namespaces/${podNamespace}/configmaps/${contract.ramen.configMap}`
const { label } = contract

/** As an agent writes one, under a name of which there is none. */
export const secret = (
  { own }: Stolen,
  metadata: KubeObject['metadata'] = {},
  rest: object = {},
): object => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'f'.repeat(39), namespace: own, labels: { [label.secretType]: 'BLUE' }, ...metadata },
  type: contract.secretType.agent,
  data: {},
  ...rest,
})
export const ownBlue = ({ own }: Stolen): string => `${secretsOf(own)}/${hubSecretName(peerRef(own))}`
export const green = ({ own, other }: Stolen): string => `${secretsOf(own)}/${hubSecretName(peerRef(other))}`
export const metadata = (fields: object): object => ({ metadata: fields })
const owner = { apiVersion: 'v1', kind: 'Namespace', name: 'default', uid: 'u' }
export const finalizers = (...clusters: readonly string[]): object =>
  metadata({ finalizers: [contract.finalizer.hub, ...clusters.map(spokeFinalizer)] })

export const attempts: readonly Attempt[] = [
  {
    what: 'Secrets of another cluster: read, listed, written, deleted',
    refusedBy: 'roles',
    requests: ({ own, other }) => {
      const name = hubSecretName(peerRef(other))
      return [
        ['GET', secretsOf(other)],
        ['GET', `${secretsOf(other)}/${name}`],
        ['GET', '/api/v1/secrets'],
        ['POST', secretsOf(other), secret({ own: other, other: own })],
        ['PUT', `${secretsOf(other)}/${name}`, secret({ own: other, other: own }, { name })],
        ['PATCH', `${secretsOf(other)}/${name}`, { data: {} }],
        ['DELETE', `${secretsOf(other)}/${name}`],
        ['DELETE', secretsOf(other)],
      ]
    },
  },
  {
    what: 'all Secrets of its namespace deleted at once',
    refusedBy: 'roles',
    requests: ({ own }) => [['DELETE', secretsOf(own)]],
  },
  {
    what: 'the access keys in Ramen’s namespace, and Ramen’s configuration',
    refusedBy: 'roles',
    requests: ({ other }) => [
      ['GET', `${secretsOf(podNamespace)}/${s3SecretName(peerRef(other))}`],
      ['PATCH', `${secretsOf(podNamespace)}/${s3SecretName(peerRef(other))}`, { data: {} }],
      ['GET', ramenConfig],
      ['PATCH', ramenConfig, { data: { 'ramen_manager_config.yaml': 's3StoreProfiles: []' } }],
    ],
  },
  {
    what: 'a MirrorPeer made or deleted',
    refusedBy: 'roles',
    requests: () => [
      ['POST', mirrorPeers, { ...asCreated({ name: 'another' }) }],
      ['DELETE', thePeer],
      ['DELETE', mirrorPeers],
    ],
  },
  {
    what: 'a MirrorPeer’s status',
    refusedBy: 'roles',
    requests: () => [['PATCH', `${thePeer}/status`, { status: { phase: 'Deleting' } }]],
  },
  {
    what: 'a certificate for another cluster: requested, approved',
    refusedBy: 'roles',
    requests: () => [
      [
        'POST',
        csrs,
        {
          apiVersion: 'certificates.k8s.io/v1',
          kind: 'CertificateSigningRequest',
          metadata: { name: 'addon-x' },
          spec: { request: '', signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'] },
        },
      ],
      ['PATCH', `${csrs}/addon-x/approval`, { status: {} }],
      ['GET', csrs],
    ],
  },
  {
    what: 'rights through its add-on: `status.registrations`, `kubeClientDriver`, its configuration, its namespace',
    refusedBy: 'roles',
    requests: ({ own, other }) =>
      [own, other].flatMap((cluster): readonly Request[] => {
        const addOn = `${ocm}/namespaces/${cluster}/managedclusteraddons/tokenexchange`
        const subject = { user: 'admin', groups: ['system:masters'] }
        return [
          [
            'PATCH',
            `${addOn}/status`,
            { status: { registrations: [{ signerName: 'kubernetes.io/kube-apiserver-client', subject }] } },
          ],
          ['PATCH', `${addOn}/status`, { status: { kubeClientDriver: 'token' } }],
          ['PATCH', addOn, { spec: { configs: [], installNamespace: 'kube-system' } }],
          ['DELETE', addOn],
          [
            'POST',
            `${ocm}/namespaces/${cluster}/addondeploymentconfigs`,
            {
              apiVersion: 'addon.open-cluster-management.io/v1alpha1',
              kind: 'AddOnDeploymentConfig',
              metadata: { name: 'x' },
            },
          ],
        ]
      }),
  },
  {
    what: 'rights by Roles and bindings, a token of a service account asked for',
    refusedBy: 'roles',
    requests: ({ own }) => [
      [
        'POST',
        `${rbac}/namespaces/${own}/roles`,
        { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'x' }, rules: [] },
      ],
      ['PATCH', `${rbac}/namespaces/${own}/roles/${contract.addon.hubRbac}`, { rules: [] }],
      ['PATCH', `${rbac}/namespaces/${own}/rolebindings/${contract.addon.hubRbac}`, { subjects: [] }],
      ['PATCH', `${rbac}/clusterrolebindings/${contract.addon.hubRbac}`, { subjects: [] }],
      [
        'POST',
        `/api/v1/namespaces/${own}/serviceaccounts/default/token`,
        { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: [] } },
      ],
    ],
  },
  {
    what: 'work on managed clusters: ManifestWorks, ManagedClusters, its own included',
    refusedBy: 'roles',
    requests: ({ own, other }) => {
      const works = (cluster: string): string =>
        `/apis/work.open-cluster-management.io/v1/namespaces/${cluster}/manifestworks`
      const work = {
        apiVersion: 'work.open-cluster-management.io/v1',
        kind: 'ManifestWork',
        metadata: { name: 'x' },
        spec: {},
      }
      return [
        ['POST', works(own), work],
        ['POST', works(other), work],
        ['GET', works(own)],
        [
          'PATCH',
          `/apis/cluster.open-cluster-management.io/v1/managedclusters/${own}`,
          { spec: { hubAcceptsClient: true } },
        ],
      ]
    },
  },
  ...(
    [
      ['spec', { spec: { manageS3: false } }],
      ['labels', metadata({ labels: { stolen: 'yes' } })],
      ['annotations', metadata({ annotations: { stolen: 'yes' } })],
      ['owners', metadata({ ownerReferences: [owner] })],
    ] as const
  ).map(([what, patch]): Attempt => ({
    what: `a MirrorPeer’s ${what}`,
    refusedBy: 'agent-mirrorpeers',
    requests: () => [['PATCH', thePeer, patch]],
  })),
  {
    what: 'the hub’s finalizer taken off a MirrorPeer',
    refusedBy: 'agent-mirrorpeers',
    requests: ({ own, other }) => [
      ['PATCH', thePeer, metadata({ finalizers: [own, other].map(spokeFinalizer) })],
    ],
  },
  {
    what: 'another cluster’s finalizer taken off a MirrorPeer, or put on',
    refusedBy: 'agent-mirrorpeers',
    requests: ({ own, other }) => [
      ['PATCH', thePeer, finalizers(own)],
      ['PATCH', thePeer, finalizers(own, other, 'cluster3')],
    ],
  },
  {
    what: 'a token of a service account made as a Secret, also under a generated name',
    refusedBy: 'agent-secrets',
    requests: (stolen) => {
      const annotations = { 'kubernetes.io/service-account.name': 'default' }
      const rest = { type: 'kubernetes.io/service-account-token' }
      return [
        ['POST', secretsOf(stolen.own), secret(stolen, { annotations }, rest)],
        [
          'POST',
          secretsOf(stolen.own),
          secret(stolen, { annotations, name: undefined, generateName: 'x-' }, rest),
        ],
      ]
    },
  },
  {
    what: 'its own Secret changed into a token of a service account',
    refusedBy: 'immutable',
    requests: (stolen) => {
      const rest = { type: 'kubernetes.io/service-account-token' }
      const annotations = { 'kubernetes.io/service-account.name': 'default' }
      const name = hubSecretName(peerRef(stolen.own))
      return [
        ['PUT', ownBlue(stolen), secret(stolen, { annotations, name }, rest)],
        ['PATCH', ownBlue(stolen), rest],
      ]
    },
  },
  {
    what: 'the hub’s copy of another cluster’s token: rewritten, relabelled',
    refusedBy: 'agent-secrets',
    requests: (stolen) => [
      ['PATCH', green(stolen), { data: { 'secret-data': 'e30=' } }],
      ['PATCH', green(stolen), metadata({ labels: { [label.secretType]: 'BLUE' } })],
    ],
  },
  {
    what: 'a Secret that says that the hub wrote it, or that nobody sees',
    refusedBy: 'agent-secrets',
    requests: (stolen) => [
      ['POST', secretsOf(stolen.own), secret(stolen, { labels: { [label.secretType]: 'GREEN' } })],
      ['POST', secretsOf(stolen.own), secret(stolen, { labels: {} })],
    ],
  },
  {
    what: 'a Secret that other software takes for its own: by its name, a label, an annotation',
    refusedBy: 'agent-secrets',
    requests: (stolen) => [
      ['POST', secretsOf(stolen.own), secret(stolen, { name: 'auto-import-secret' })],
      [
        'POST',
        secretsOf(stolen.own),
        secret(stolen, {
          labels: { [label.secretType]: 'BLUE', 'argocd.argoproj.io/secret-type': 'cluster' },
        }),
      ],
      ['PATCH', ownBlue(stolen), metadata({ labels: { 'cluster.open-cluster-management.io/backup': 'x' } })],
      ['PATCH', ownBlue(stolen), metadata({ annotations: { 'example.com/x': 'y' } })],
    ],
  },
  {
    what: 'a Secret that other software left in its namespace: written',
    refusedBy: 'agent-secrets',
    requests: ({ own }) => [['PATCH', `${secretsOf(own)}/of-others`, { data: { a: 'YQ==' } }]],
  },
  {
    what: 'the removal of a namespace or of an owner held up, by finalizers or owners of a Secret',
    refusedBy: 'agent-secrets',
    requests: (stolen) => [
      ['PATCH', ownBlue(stolen), metadata({ finalizers: ['example.com/x'] })],
      ['PATCH', ownBlue(stolen), metadata({ ownerReferences: [owner] })],
    ],
  },
  {
    what: 'memory of the hub filled with large Secrets',
    refusedBy: 'agent-secrets',
    requests: (stolen) => [
      ['POST', secretsOf(stolen.own), secret(stolen, {}, { data: { 'secret-data': 'A'.repeat(1_000_000) } })],
      ['PATCH', ownBlue(stolen), { data: { other: 'A'.repeat(70_000) } }],
    ],
  },
  {
    what: 'the hub’s copy of another cluster’s token: deleted',
    refusedBy: 'agent-secret-deletions',
    requests: (stolen) => [['DELETE', green(stolen)]],
  },
  {
    what: 'a Secret that other software left in its namespace: deleted',
    refusedBy: 'agent-secret-deletions',
    requests: ({ own }) => [['DELETE', `${secretsOf(own)}/of-others`]],
  },
]
