import { contract } from '@odfmo/api-types'

const { group, version } = contract

/** The request of a review, as an API server asks about the creation of a MirrorPeer; overridable. */
export const request = (overrides: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
  kind: { group, version, kind: 'MirrorPeer' },
  resource: { group, version, resource: 'mirrorpeers' },
  requestKind: { group, version, kind: 'MirrorPeer' },
  requestResource: { group, version, resource: 'mirrorpeers' },
  name: 'mp',
  operation: 'CREATE',
  userInfo: { username: 'admin', groups: ['system:masters'] },
  object: null,
  oldObject: null,
  dryRun: false,
  options: { apiVersion: 'meta.k8s.io/v1', kind: 'CreateOptions' },
  ...overrides,
})

/** An AdmissionReview about it. */
export const review = (
  overrides: Readonly<Record<string, unknown>> = {},
  apiVersion = 'admission.k8s.io/v1',
): Record<string, unknown> => ({ apiVersion, kind: 'AdmissionReview', request: request(overrides) })

/** A MirrorPeer as a client sends it. */
export const mirrorPeer = (
  spec: Readonly<Record<string, unknown>> | undefined = {},
  metadata: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> => ({
  apiVersion: contract.apiVersion,
  kind: 'MirrorPeer',
  metadata: { name: 'mp', ...metadata },
  spec: { items: [item('c1'), item('c2')], ...spec },
})

/** A peer ref. */
export const item = (clusterName: string, name = 'ocs', namespace = 'openshift-storage') => ({
  clusterName,
  storageClusterRef: { name, namespace },
})
