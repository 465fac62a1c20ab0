import { contract, type ConfigMap, type PeerRef, type Secret } from '@odfmo/api-types'
import { s3ProfileName, s3SecretName } from '@odfmo/secret-naming'
import { base64OfText } from './base64.ts'
import { expectObject } from './expect-argument.ts'
import { agentAnnotation, hubSecret } from './hub-secret.ts'
import { encodeSecretData } from './secret-data.ts'
import { SecretExchangeError } from './secret-exchange-error.ts'

const { s3Key, bucketConfigKey } = contract

/** What a peer ref's S3 secret on the hub is made from. */
export interface S3HubSecretInput {
  readonly ref: PeerRef
  /** The bucket claim's Secret: the access keys. */
  readonly secret: Pick<Secret, 'data'>
  /** The bucket claim's ConfigMap: bucket and region. */
  readonly configMap: Pick<ConfigMap, 'data'>
  /** `spec.host` of the Route `s3`, a port may follow. The ConfigMap's BUCKET_HOST is reachable inside only. */
  readonly routeHost: string
  /** uid of the spoke's namespace kube-system; left out: no annotation. */
  readonly agentClusterUid?: string | undefined
}

/**
 * The secret that the agent brings to the hub for S3: INTERNAL, with all that Ramen needs to reach the bucket.
 * @throws SecretExchangeError `MissingKey` when an access key, the bucket's name or the host is not there.
 */
export const s3HubSecret = ({
  ref,
  secret,
  configMap,
  routeHost,
  agentClusterUid,
}: S3HubSecretInput): Secret => {
  expectObject('secret', secret)
  expectObject('configMap', configMap)
  const bucket = needed('configMap', configMap.data, bucketConfigKey.bucketName)
  const region = configMap.data?.[bucketConfigKey.bucketRegion] ?? ''
  if (typeof routeHost !== 'string' || routeHost === '') {
    throw new SecretExchangeError('MissingKey', 'routeHost: expected the host of the S3 route, got none')
  }
  return hubSecret({
    name: s3SecretName(ref),
    namespace: ref.clusterName,
    type: contract.secretType.agent,
    secretKind: contract.secretKind.internal,
    storageClusterRef: ref.storageClusterRef,
    annotations: agentAnnotation(agentClusterUid),
    data: {
      [contract.hubSecretKey.secretData]: base64OfText(
        encodeSecretData({
          [s3Key.accessKeyId]: needed('secret', secret.data, s3Key.accessKeyId),
          [s3Key.secretAccessKey]: needed('secret', secret.data, s3Key.secretAccessKey),
          [s3Key.bucket]: base64OfText(bucket),
          [s3Key.endpoint]: base64OfText(`https://${routeHost}`),
          [s3Key.profileName]: base64OfText(s3ProfileName(ref)),
          [s3Key.region]: base64OfText(region === '' ? contract.defaultBucketRegion : region),
        }),
      ),
      [contract.hubSecretKey.secretOrigin]: base64OfText(contract.secretOrigin.s3),
    },
  })
}

const needed = (where: string, data: Readonly<Record<string, string>> | undefined, key: string): string => {
  const value = data?.[key] ?? ''
  if (value === '') throw new SecretExchangeError('MissingKey', `${where}: ${key} is missing or empty`)
  return value
}
