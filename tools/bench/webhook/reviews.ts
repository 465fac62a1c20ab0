import { contract } from '@odfmo/api-types'

/** A request of a benchmark: what is sent, and what has to be in the answer. */
export interface Review {
  readonly what: string
  readonly path: string
  readonly body: string
  readonly answers: string
}

const { apiVersion, webhook, finalizer } = contract
const [group = '', version = ''] = apiVersion.split('/')
const hubUser = 'system:serviceaccount:openshift-operators:odfmo-hub-controller'
const agentUser = 'system:open-cluster-management:cluster:cluster1:addon:tokenexchange:agent:tokenexchange'
const spokeFinalizer = `cluster1${finalizer.spokeSuffix}`

const owned = (names: readonly string[]): object => Object.fromEntries(names.map((name) => [`f:${name}`, {}]))

/** As each of those who write a MirrorPeer leaves its mark on it. */
const managedFields = [
  'kubectl-client-side-apply',
  'odfmo-hub-controller',
  'token-exchange-agent',
  'manager',
].map((manager, i) => ({
  manager,
  operation: 'Update',
  apiVersion,
  time: `2026-03-01T12:00:0${i}Z`,
  fieldsType: 'FieldsV1',
  ...(i === 3 ? { subresource: 'status' } : {}),
  fieldsV1: {
    'f:metadata': {
      'f:annotations': { '.': {}, ...owned(['kubectl.kubernetes.io/last-applied-configuration']) },
      'f:finalizers': {
        '.': {},
        ...owned(['v:"hub.multicluster.odf.openshift.io"', `v:"${spokeFinalizer}"`]),
      },
      'f:labels': { '.': {}, ...owned(['cluster.open-cluster-management.io/backup']) },
    },
    'f:spec': { '.': {}, ...owned(['items', 'manageS3', 'schedulingIntervals', 'type']) },
    'f:status': { '.': {}, ...owned(['phase', 'message', 'observedGeneration', 'conditions']) },
  },
}))

const items = ['cluster1', 'cluster2'].map((clusterName) => ({
  clusterName,
  storageClusterRef: { name: 'ocs-storagecluster', namespace: 'openshift-storage' },
}))

const mirrorPeer = (spec: object, finalizers: readonly string[]): object => ({
  apiVersion,
  kind: 'MirrorPeer',
  metadata: {
    name: 'mirrorpeer-cluster1-cluster2',
    uid: '6f6f0c0e-4f0e-4b1c-9a57-0f3d0a3a2a10',
    resourceVersion: '481516',
    generation: 2,
    creationTimestamp: '2026-03-01T12:00:00Z',
    labels: { 'cluster.open-cluster-management.io/backup': 'resource' },
    annotations: {
      'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({
        apiVersion,
        kind: 'MirrorPeer',
        spec,
      }),
    },
    finalizers,
    managedFields,
  },
  spec,
})

const left = { items, manageS3: true }
const whole = { ...left, type: 'async', schedulingIntervals: ['5m'] }
const hubFinalizer = [finalizer.hub]
const bothFinalizers = [finalizer.hub, spokeFinalizer]

interface Asked {
  readonly operation: 'CREATE' | 'UPDATE'
  readonly username: string
  readonly object: object
  readonly oldObject?: object
}

/** A uid has this place in a body, and always the same length. */
export const uidMark = '00000000-0000-0000-0000-000000000000'

const review = ({ operation, username, object, oldObject }: Asked): string =>
  JSON.stringify({
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: uidMark,
      kind: { group, version, kind: 'MirrorPeer' },
      resource: { group, version, resource: 'mirrorpeers' },
      requestKind: { group, version, kind: 'MirrorPeer' },
      requestResource: { group, version, resource: 'mirrorpeers' },
      name: 'mirrorpeer-cluster1-cluster2',
      operation,
      userInfo: { username, groups: ['system:authenticated'] },
      object,
      oldObject: oldObject ?? null,
      dryRun: false,
      options: {
        kind: operation === 'CREATE' ? 'CreateOptions' : 'UpdateOptions',
        apiVersion: 'meta.k8s.io/v1',
      },
    },
  })

const create = (spec: object): string =>
  review({ operation: 'CREATE', username: 'admin', object: mirrorPeer(spec, []) })
const update = (
  username: string,
  spec: object,
  before: readonly string[],
  after: readonly string[],
): string =>
  review({
    operation: 'UPDATE',
    username,
    object: mirrorPeer(spec, after),
    oldObject: mirrorPeer(whole, before),
  })

const { mutatePath, validatePath } = webhook
const yes = '"allowed":true'
const no = '"allowed":false'
const changed = { ...whole, items: [...items].reverse(), schedulingIntervals: ['10m', '1h'] }

/** What API servers ask, each as often as the others; bodies of the sizes that they have. */
export const reviews: readonly Review[] = [
  { what: 'mutate, create', path: mutatePath, body: create(left), answers: '"patchType":"JSONPatch"' },
  { what: 'validate, create', path: validatePath, body: create(whole), answers: yes },
  {
    what: 'mutate, update',
    path: mutatePath,
    body: update('admin', changed, bothFinalizers, bothFinalizers),
    answers: yes,
  },
  {
    what: 'validate, update',
    path: validatePath,
    body: update('admin', changed, bothFinalizers, bothFinalizers),
    answers: yes,
  },
  {
    what: 'validate, the hub’s finalizer',
    path: validatePath,
    body: update(hubUser, whole, [], hubFinalizer),
    answers: yes,
  },
  {
    what: 'mutate, an agent’s finalizer',
    path: mutatePath,
    body: update(agentUser, whole, hubFinalizer, bothFinalizers),
    answers: yes,
  },
  {
    what: 'validate, an agent’s finalizer',
    path: validatePath,
    body: update(agentUser, whole, hubFinalizer, bothFinalizers),
    answers: yes,
  },
  {
    what: 'validate, refused',
    path: validatePath,
    body: update(agentUser, changed, hubFinalizer, []),
    answers: no,
  },
]
