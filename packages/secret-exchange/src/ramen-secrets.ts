import { contract, type Secret } from '@odfmo/api-types'
import { textOfBase64 } from './base64.ts'
import { expectNamed } from './expect-argument.ts'
import { secretDataOf } from './hub-secret.ts'
import type { SecretData } from './secret-data.ts'
import { SecretExchangeError } from './secret-exchange-error.ts'

const { s3Key } = contract

/** What a secret in Ramen's namespace is made from. */
export interface RamenSecretInput {
  /** The INTERNAL secret that the agent wrote. */
  readonly internal: Pick<Secret, 'metadata' | 'data'>
  /** Ramen's namespace: the hub operator's own. */
  readonly namespace: string
}

/** An entry of `s3StoreProfiles` in Ramen's config: the fields that are ours. */
export interface RamenS3Profile {
  readonly s3ProfileName: string
  readonly s3Bucket: string
  readonly s3Region: string
  readonly s3CompatibleEndpoint: string
  readonly s3SecretRef: { readonly name: string }
}

/**
 * The access keys of a bucket, for Ramen.
 * @throws SecretExchangeError when the internal secret has no access keys.
 */
export const ramenS3Secret = ({ internal, namespace }: RamenSecretInput): Secret => {
  const name = expectNamed('internal', internal)
  const data = secretDataOf(internal)
  return ramenSecret(name, namespace, {
    [s3Key.accessKeyId]: needed(data, s3Key.accessKeyId),
    [s3Key.secretAccessKey]: needed(data, s3Key.secretAccessKey),
  })
}

/**
 * The fsid of external Ceph, for Ramen.
 * @throws SecretExchangeError when the internal secret has no fsid.
 */
export const ramenFsidSecret = ({ internal, namespace }: RamenSecretInput): Secret => {
  const name = expectNamed('internal', internal)
  const data = secretDataOf(internal)
  return ramenSecret(name, namespace, { [contract.ramen.fsidKey]: needed(data, contract.cephMonKey.fsid) })
}

/**
 * What Ramen's config says about the bucket of a peer ref; nothing of it is secret.
 * @throws SecretExchangeError when the internal secret lacks a field.
 */
export const ramenS3Profile = (internal: Pick<Secret, 'metadata' | 'data'>): RamenS3Profile => {
  const name = expectNamed('internal', internal)
  const data = secretDataOf(internal)
  return {
    s3ProfileName: neededText(data, s3Key.profileName),
    s3Bucket: neededText(data, s3Key.bucket),
    s3Region: neededText(data, s3Key.region),
    s3CompatibleEndpoint: neededText(data, s3Key.endpoint),
    s3SecretRef: { name },
  }
}

const ramenSecret = (name: string, namespace: string, data: SecretData): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name,
    namespace,
    labels: { [contract.label.createdBy]: contract.createdBy.mirrorPeerSecret },
  },
  type: contract.secretType.hub,
  data,
})

const needed = (data: SecretData, key: string): string => {
  const value = data[key] ?? ''
  if (value === '') throw new SecretExchangeError('MissingKey', `secret-data: ${key} is missing or empty`)
  return value
}

const neededText = (data: SecretData, key: string): string => textOfBase64(needed(data, key)) ?? ''
