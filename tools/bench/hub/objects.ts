import { contract, kinds, type MirrorPeer, type PeerRef, type Secret } from '@odfmo/api-types'
import { apiVersionOf, type Kind, type KubeObject } from '@odfmo/api-types/meta'
import { hubSecretName, s3ProfileName, s3SecretName } from '@odfmo/secret-naming'

export const hubNamespace = 'openshift-operators'

const of = <T extends KubeObject>(kind: Kind<T>, object: Omit<T, 'apiVersion' | 'kind'>): T =>
  ({ apiVersion: apiVersionOf(kind), kind: kind.kind, ...object }) as T

const base64 = (text: string): string => Buffer.from(text).toString('base64')

const refOf = (clusterName: string): PeerRef => ({
  clusterName,
  storageClusterRef: { name: 'ocs-storagecluster', namespace: 'openshift-storage' },
})

/** The two clusters of one MirrorPeer, which no other names. */
export const refsOf = (pair: number): readonly [PeerRef, PeerRef] => [
  refOf(`left-${pair}`),
  refOf(`right-${pair}`),
]

const mirrorPeerName = (pair: number): string => `mirrorpeer-${pair}`

export const mirrorPeerOf = (pair: number, manageS3: boolean): MirrorPeer =>
  of(kinds.MirrorPeer, {
    metadata: { name: mirrorPeerName(pair) },
    spec: { type: 'async', manageS3, schedulingIntervals: ['5m'], items: [...refsOf(pair)] },
  })

/** A secret that an agent delivers; `data` is what it is about. */
const delivered = (
  ref: PeerRef,
  how: { readonly name: string; readonly kind: string; readonly origin: string },
  data: Readonly<Record<string, string>>,
): Secret =>
  of(kinds.Secret, {
    metadata: {
      name: how.name,
      namespace: ref.clusterName,
      labels: { [contract.label.secretType]: how.kind },
    },
    type: contract.secretType.agent,
    data: {
      [contract.hubSecretKey.namespace]: base64(ref.storageClusterRef.namespace),
      [contract.hubSecretKey.storageClusterName]: base64(ref.storageClusterRef.name),
      [contract.hubSecretKey.secretOrigin]: base64(how.origin),
      ...(how.kind === contract.secretKind.blue
        ? { [contract.hubSecretKey.clusterType]: base64(contract.clusterType.converged) }
        : {}),
      [contract.hubSecretKey.secretData]: base64(
        JSON.stringify(Object.fromEntries(Object.entries(data).map(([key, value]) => [key, base64(value)]))),
      ),
    },
  })

/** What the agent of a cluster delivers for the other side; `key` is Ceph's. */
export const blueOf = (ref: PeerRef, key: string): Secret =>
  delivered(
    ref,
    { name: hubSecretName(ref), kind: contract.secretKind.blue, origin: contract.secretOrigin.rook },
    {
      cluster: 'ceph',
      token: base64(JSON.stringify({ fsid: `fsid-${ref.clusterName}`, client_id: 'rbd-mirror-peer', key })),
    },
  )

/** The copy of what `source` delivered, where `receiver` takes it. */
export const greenKeyOf = (source: PeerRef, receiver: PeerRef) => ({
  namespace: receiver.clusterName,
  name: hubSecretName(source),
})

const s3Of = (ref: PeerRef): Secret =>
  delivered(
    ref,
    { name: s3SecretName(ref), kind: contract.secretKind.internal, origin: contract.secretOrigin.s3 },
    {
      AWS_ACCESS_KEY_ID: `access-${ref.clusterName}`,
      AWS_SECRET_ACCESS_KEY: `secret-${ref.clusterName}`,
      s3Bucket: 'odrbucket-b1b922184baf',
      s3CompatibleEndpoint: `https://s3-openshift-storage.apps.${ref.clusterName}.example`,
      s3ProfileName: s3ProfileName(ref),
      s3Region: 'noobaa',
    },
  )

/** As OCM and Ramen leave a hub, before any cluster joins it. */
export const hubObjects = (): readonly KubeObject[] => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: hubNamespace } },
  of(kinds.ConfigMap, {
    metadata: { namespace: hubNamespace, name: contract.ramen.configMap },
    data: { [contract.ramen.configKey]: "# Ramen's\nkind: RamenConfig\ns3StoreProfiles: []\n" },
  }),
]

/** The namespaces of a pair's clusters, before what lies in them. */
export const namespacesOf = (pair: number): readonly KubeObject[] =>
  refsOf(pair).map(({ clusterName }) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: clusterName },
  }))

/** A cluster that has joined, with what its agent has delivered. */
export const joinedCluster = (ref: PeerRef): readonly KubeObject[] => [
  of(kinds.ManagedCluster, { metadata: { name: ref.clusterName }, spec: { hubAcceptsClient: true } }),
  blueOf(ref, 'first'),
  s3Of(ref),
]

/** The two of a pair. */
export const clustersOf = (pair: number): readonly KubeObject[] => refsOf(pair).flatMap(joinedCluster)

/** Nobody watches it. */
export const bareSecret = (token = '') => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace: hubNamespace, name: 'bare' },
  data: { 'secret-data': Buffer.from(token).toString('base64') },
})
