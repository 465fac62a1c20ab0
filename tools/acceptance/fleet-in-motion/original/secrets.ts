import { contract, type ConfigMap, type PeerRef, type Secret } from '@odfmo/api-types'
import { hubSecretName, s3ProfileName, s3SecretName } from '@odfmo/secret-naming'

// Written anew from the contract: what plays the other side shares no code with what it is tried against.
const { hubSecretKey: key, label, s3Key } = contract

type Data = Readonly<Record<string, string>>

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')
const text = (encoded = ''): string => Buffer.from(encoded, 'base64').toString('utf8')

/** As Go prints a map: keys in order, no blanks. Nothing in base64 has to be escaped. */
const goJson = (data: Data): string =>
  JSON.stringify(Object.fromEntries(Object.entries(data).toSorted(([a], [b]) => (a < b ? -1 : 1))))

const ofStorageCluster = ({ storageClusterRef }: PeerRef): Data => ({
  [key.namespace]: base64(storageClusterRef.namespace),
  [key.storageClusterName]: base64(storageClusterRef.name),
})

const toHub = (ref: PeerRef, name: string, secretKind: string, data: Data): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace: ref.clusterName, name, labels: { [label.secretType]: secretKind } },
  type: contract.secretType.agent,
  data: { ...ofStorageCluster(ref), ...data },
})

/** The peer token of a StorageCluster, for the hub. */
export const blueSecret = (ref: PeerRef, { data = {} }: Pick<Secret, 'data'>): Secret =>
  toHub(ref, hubSecretName(ref), contract.secretKind.blue, {
    [key.secretData]: base64(goJson(data)),
    [key.secretOrigin]: base64(contract.secretOrigin.rook),
    [key.clusterType]: base64(contract.clusterType.converged),
  })

/** The access to a bucket, for the hub. */
export const s3Secret = (
  ref: PeerRef,
  { data: keys = {} }: Pick<Secret, 'data'>,
  { data: bucket = {} }: Pick<ConfigMap, 'data'>,
  routeHost: string,
): Secret =>
  toHub(ref, s3SecretName(ref), contract.secretKind.internal, {
    [key.secretData]: base64(
      goJson({
        [s3Key.accessKeyId]: keys[s3Key.accessKeyId] ?? '',
        [s3Key.secretAccessKey]: keys[s3Key.secretAccessKey] ?? '',
        [s3Key.bucket]: base64(bucket['BUCKET_NAME'] ?? ''),
        [s3Key.endpoint]: base64(`https://${routeHost}`),
        [s3Key.profileName]: base64(s3ProfileName(ref)),
        [s3Key.region]: base64(bucket['BUCKET_REGION'] ?? 'noobaa'),
      }),
    ),
    [key.secretOrigin]: base64(contract.secretOrigin.s3),
  })

/** The copy of a blue secret for who receives it. */
export const greenSecret = (blue: Secret, receiver: PeerRef): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    namespace: receiver.clusterName,
    name: blue.metadata.name ?? '',
    labels: { [label.secretType]: contract.secretKind.green },
  },
  type: contract.secretType.hub,
  data: {
    ...ofStorageCluster(receiver),
    [key.secretData]: blue.data?.[key.secretData] ?? '',
    [key.secretOrigin]: blue.data?.[key.secretOrigin] ?? '',
  },
})

/** What lies in a secret of the hub. */
export const secretDataOf = ({ data = {} }: Pick<Secret, 'data'>): Data =>
  JSON.parse(text(data[key.secretData])) as Data

/** The secret on the spoke that a green one stands for. */
export const spokeSecret = (green: Secret): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    namespace: text(green.data?.[key.namespace]),
    name: green.metadata.name ?? '',
    labels: { [label.createdBy]: contract.createdBy.tokenExchange },
  },
  type: contract.secretType.hub,
  data: secretDataOf(green),
})
