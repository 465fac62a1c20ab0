import { contract, keyText, type Secret } from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'
import { peerRefOf } from '@odfmo/secret-exchange'
import { hubSecretName, s3SecretName } from '@odfmo/secret-naming'

const { hubSecretKey, label, secretKind, secretOrigin } = contract
const s3Origin = Buffer.from(secretOrigin.s3).toString('base64')

/**
 * Index value of a secret that does not bear the name of the peer ref it names: `namespace/name` of the one it
 * would be. It is ignored, and whoever waits for the right one can say so.
 */
export const misnamedAs = (secret: DeepReadonly<Secret>): readonly string[] => {
  const { metadata, data } = secret
  const type = metadata.labels?.[label.secretType]
  if (type !== secretKind.blue && type !== secretKind.internal) return []
  const ref = peerRefOf(secret)
  if (ref === undefined) return []
  const name = data?.[hubSecretKey.secretOrigin] === s3Origin ? s3SecretName(ref) : hubSecretName(ref)
  return metadata.name === name ? [] : [keyText({ namespace: ref.clusterName, name })]
}
