import { contract, type PeerRef, type Secret } from '@odfmo/api-types'
import { s3SecretName } from '@odfmo/secret-naming'
import { s3HubSecret } from '../s3-hub-secret.ts'
import { SecretExchangeError } from '../secret-exchange-error.ts'
import type {
  HubSecretInput,
  HubSecretResult,
  SecretExchangeHandler,
  SourceMatch,
} from '../secret-exchange-handler.ts'
import { isOwnedAndNamed } from './owners.ts'

const { s3Key, bucketConfigKey, defaultSourceMatch } = contract

const takes: SecretExchangeHandler['takes'] = (_kind, object, match: SourceMatch = defaultSourceMatch) =>
  isOwnedAndNamed(object, 'ObjectBucketClaim', match.s3)

/**
 * The access to the bucket that a claim was given: the claim's Secret and ConfigMap, which have its name, and the Route
 * by which others reach it. With several sources the first by name that is complete wins; who wants one of them passes
 * only that.
 */
export const s3Handler: SecretExchangeHandler = {
  name: 's3',
  takes,
  hubSecretKey: (ref) => ({ namespace: ref.clusterName, name: s3SecretName(ref) }),
  hubSecret(input) {
    const { ref, sources, match } = input
    const results = sources
      .filter((source) => takes('Secret', source, match))
      .toSorted((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1))
      .map((source) => fromSource(input, source))
    return results.find(({ is }) => is === 'present') ?? results[0] ?? noBucket(ref)
  },
  takesGreen: () => false,
  spokeSecret() {
    throw new SecretExchangeError('WrongArgument', 'S3 secrets are never brought back to a spoke')
  },
}

const fromSource = (input: HubSecretInput, secret: Secret): HubSecretResult => {
  const { ref, spoke, match, agentClusterUid } = input
  const { name = '', namespace } = secret.metadata
  const source = { namespace, name }
  const place = `${namespace}/${name}`
  for (const key of [s3Key.accessKeyId, s3Key.secretAccessKey]) {
    if ((secret.data?.[key] ?? '') === '')
      return waiting('BucketSecretIncomplete', `Secret ${place} has no ${key} yet`)
  }
  const configMap = spoke.configMap(source)
  if (configMap === undefined || !takes('ConfigMap', configMap, match)) {
    return waiting('NoBucketConfigMap', `the bucket claim's ConfigMap ${place} is not there yet`)
  }
  if ((configMap.data?.[bucketConfigKey.bucketName] ?? '') === '') {
    return waiting('BucketConfigMapIncomplete', `ConfigMap ${place} has no ${bucketConfigKey.bucketName} yet`)
  }
  const routeKey = { namespace: ref.storageClusterRef.namespace, name: contract.spoke.s3Route }
  const routeHost = spoke.route(routeKey)?.spec?.host ?? ''
  if (routeHost === '') {
    return waiting(
      'NoS3Route',
      `Route ${routeKey.namespace}/${routeKey.name} is not there yet or has no host`,
    )
  }
  return {
    is: 'present',
    source,
    secret: s3HubSecret({ ref, secret, configMap, routeHost, agentClusterUid }),
  }
}

const noBucket = ({ clusterName, storageClusterRef: { namespace, name } }: PeerRef): HubSecretResult =>
  waiting('NoBucketSecret', `the bucket claim of ${namespace}/${name} on ${clusterName} has no Secret yet`)

const waiting = (reason: string, message: string): HubSecretResult => ({ is: 'waiting', reason, message })
