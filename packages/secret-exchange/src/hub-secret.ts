import { contract, type PeerRef, type Secret } from '@odfmo/api-types'
import { base64OfText, textOfBase64 } from './base64.ts'
import { SecretExchangeError } from './secret-exchange-error.ts'
import { decodeSecretData, type SecretData } from './secret-data.ts'

const { hubSecretKey: key } = contract

/** What a hub secret is written from. */
export interface HubSecretParts {
  readonly name: string
  /** The cluster: its namespace on the hub has its name. */
  readonly namespace: string
  readonly type: string
  /** Value of the label secret-type. */
  readonly secretKind: string
  readonly storageClusterRef: PeerRef['storageClusterRef']
  /** Base64 values of the other keys. */
  readonly data: SecretData
  readonly annotations?: Readonly<Record<string, string>> | undefined
}

/** A Secret in the contract's format. */
export const hubSecret = (parts: HubSecretParts): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: parts.name,
    namespace: parts.namespace,
    labels: { [contract.label.secretType]: parts.secretKind },
    ...(parts.annotations === undefined ? {} : { annotations: parts.annotations }),
  },
  type: parts.type,
  data: {
    ...parts.data,
    [key.namespace]: base64OfText(parts.storageClusterRef.namespace),
    [key.storageClusterName]: base64OfText(parts.storageClusterRef.name),
  },
})

/** The annotation that tells two spokes from each other that were cloned. */
export const agentAnnotation = (uid: string | undefined): Readonly<Record<string, string>> | undefined =>
  uid === undefined ? undefined : { [contract.annotation.agentClusterUid]: uid }

/** The text of one key of a Secret; undefined when it is not there or no base64. */
export const textOf = (secret: Pick<Secret, 'data'>, name: string): string | undefined => {
  const value = secret.data?.[name]
  return value === undefined ? undefined : textOfBase64(value)
}

/**
 * The secret that is wrapped in a hub secret.
 * @throws SecretExchangeError when `secret-data` is missing or is not what the contract says.
 */
export const secretDataOf = (secret: Pick<Secret, 'data'>): SecretData => {
  const value = secret.data?.[key.secretData]
  if (value === undefined) throw new SecretExchangeError('MissingKey', `the secret has no ${key.secretData}`)
  const text = textOfBase64(value)
  if (text === undefined) throw new SecretExchangeError('NotBase64', `${key.secretData} is no base64`)
  return decodeSecretData(text)
}

/**
 * The peer ref that a hub secret names: its namespace is the cluster, its data names the StorageCluster (the source's
 * on blue and internal ones, the receiver's on green ones). Undefined when a part is missing or empty.
 */
export const peerRefOf = (secret: Pick<Secret, 'metadata' | 'data'>): PeerRef | undefined => {
  const clusterName = secret.metadata.namespace ?? ''
  const namespace = textOf(secret, key.namespace) ?? ''
  const name = textOf(secret, key.storageClusterName) ?? ''
  if (clusterName === '' || namespace === '' || name === '') return undefined
  return { clusterName, storageClusterRef: { name, namespace } }
}
