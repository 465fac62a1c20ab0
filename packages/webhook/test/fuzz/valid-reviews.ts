import fc from 'fast-check'

/** Any JSON, as `JSON.parse` gives it. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

/** A mapping of JSON. */
export type JsonObject = { [name: string]: Json }

const names = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('cluster1', 'cluster2', 'ocs', 'openshift-storage', 'a-b', 'b') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '',
      'UPPER',
      'a.b',
      'x'.repeat(64),
      'ä',
      '\ud800',
      '__proto__',
      'constructor',
      '\u2028',
      '"',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
)

const intervals = fc.array(
  fc.constantFrom('5m', '1h', '2d', '0m', '367d', '5', '٥m', '', '99999999999999999999999m', ' 5m', '5M'),
  { maxLength: 3 },
)

const peerRefs = fc.record({
  clusterName: names,
  storageClusterRef: fc.record({ name: names, namespace: names }),
})

const specs = fc.record(
  {
    type: fc.constantFrom<Json>('async', 'sync', 'Async', '', null),
    items: fc.oneof(
      { weight: 6, arbitrary: fc.tuple(peerRefs, peerRefs).map((items): Json => [...items]) },
      { weight: 1, arbitrary: fc.array(peerRefs, { maxLength: 4 }).map((items): Json => [...items]) },
    ),
    schedulingIntervals: intervals,
    manageS3: fc.boolean(),
  },
  { requiredKeys: [] },
)

const finalizers = fc.subarray([
  'hub.multicluster.odf.openshift.io',
  'cluster1.spoke.multicluster.odf.openshift.io',
  'cluster2.spoke.multicluster.odf.openshift.io',
  'example.com/else',
])

const metadata = fc.record(
  {
    name: names,
    generateName: fc.constant('pair-'),
    uid: fc.uuid(),
    labels: fc.dictionary(names, names, { maxKeys: 2 }),
    annotations: fc.dictionary(names, names, { maxKeys: 2 }),
    finalizers,
    managedFields: fc.constant<Json>([
      {
        manager: 'kubectl',
        operation: 'Update',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:spec': { 'f:items': {} } },
      },
    ]),
  },
  { requiredKeys: ['name'] },
)

const mirrorPeers = fc
  .record({ metadata, spec: specs }, { requiredKeys: ['metadata', 'spec'] })
  .map(({ metadata: of, spec }): JsonObject => ({
    apiVersion: 'multicluster.odf.openshift.io/v1alpha1',
    kind: 'MirrorPeer',
    metadata: of as JsonObject,
    spec: spec as JsonObject,
  }))

const usernames = fc.constantFrom(
  'admin',
  '',
  'system:open-cluster-management:cluster:cluster1:addon:tokenexchange:agent:tokenexchange',
  'system:serviceaccount:cluster2:tokenexchange-agent',
  'system:serviceaccount:openshift-operators:hub',
)

const groups = fc.constantFrom(
  ['system:authenticated'],
  ['system:open-cluster-management:cluster:cluster1:addon:tokenexchange', 'system:authenticated'],
)

/** The object before an update: the same, the same but for metadata, or any other. */
const oldOf = (object: JsonObject): fc.Arbitrary<JsonObject> =>
  fc.oneof(
    fc.constant(object),
    metadata.map((other) => ({ ...object, metadata: other as JsonObject })),
    mirrorPeers,
  )

const kind = { group: 'multicluster.odf.openshift.io', version: 'v1alpha1', kind: 'MirrorPeer' }
const resource = { group: 'multicluster.odf.openshift.io', version: 'v1alpha1', resource: 'mirrorpeers' }

/** Reviews that an API server could send, about MirrorPeers that are mostly nearly right. */
export const validReviews: fc.Arbitrary<JsonObject> = fc
  .record({
    version: fc.constantFrom('v1', 'v1', 'v1beta1'),
    uid: fc.uuid(),
    operation: fc.constantFrom('CREATE', 'CREATE', 'UPDATE', 'UPDATE', 'UPDATE', 'DELETE'),
    subResource: fc.constantFrom('', '', '', '', 'status', 'scale'),
    username: usernames,
    groups,
    pair: mirrorPeers.chain((object) => oldOf(object).map((oldObject) => ({ object, oldObject }))),
  })
  .map(({ version, uid, operation, subResource, username, groups: of, pair: { object, oldObject } }) => ({
    kind: 'AdmissionReview',
    apiVersion: `admission.k8s.io/${version}`,
    request: {
      uid,
      kind: { ...kind },
      resource: { ...resource },
      ...(subResource === '' ? {} : { subResource }),
      requestKind: { ...kind },
      requestResource: { ...resource },
      name: 'pair',
      operation,
      userInfo: { username, groups: [...of], extra: {} },
      object: operation === 'DELETE' ? null : object,
      oldObject: operation === 'CREATE' ? null : oldObject,
      dryRun: false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
    },
  }))
