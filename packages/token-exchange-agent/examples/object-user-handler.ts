import { createHash } from 'node:crypto'
import { contract, type PeerRef, type Secret } from '@odfmo/api-types'
import { encodeSecretData, type SecretExchangeHandler } from '@odfmo/secret-exchange'

const { annotation, hubSecretKey, label, secretKind, secretType } = contract
const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')

/** Rook's name for the access of an object store's user; `dr` is the one that this is about. */
const sourceName = 'rook-ceph-object-user-dr'

/** A hash, as the hub's policies allow agents no other names. */
const nameOf = ({ clusterName, storageClusterRef: { namespace, name } }: PeerRef): string =>
  createHash('sha512').update(`object-user-${clusterName}-${namespace}-${name}`).digest('hex').slice(0, 39)

/**
 * A third kind of secret, to show what one takes: the access of an object store's user, for the hub. With it in the
 * registry (`secret-exchange/src/handlers.ts`) the agent finds, writes, renews and takes away its hub secrets; nothing else
 * is changed.
 */
export const objectUserHandler: SecretExchangeHandler = {
  name: 'object-user',
  takes: (kind, { metadata }) => kind === 'Secret' && metadata.name === sourceName,
  hubSecretKey: (ref) => ({ namespace: ref.clusterName, name: nameOf(ref) }),
  hubSecret({ ref, sources, agentClusterUid }) {
    const { name, namespace } = ref.storageClusterRef
    const source = sources.find(({ metadata }) => metadata.namespace === namespace)
    return source === undefined
      ? {
          is: 'waiting',
          reason: 'NoObjectUser',
          message: `Secret ${namespace}/${sourceName} beside StorageCluster ${name} is not there yet`,
        }
      : {
          is: 'present',
          source: { namespace, name: sourceName },
          secret: wrapped(ref, source, agentClusterUid),
        }
  },
  takesGreen: () => false,
  spokeSecret() {
    throw new Error('the access of object users is never brought back to a spoke')
  },
}

const wrapped = (
  ref: PeerRef,
  source: Pick<Secret, 'data'>,
  agentClusterUid: string | undefined,
): Secret => ({
  metadata: {
    ...objectUserHandler.hubSecretKey(ref),
    labels: { [label.secretType]: secretKind.internal },
    ...(agentClusterUid === undefined
      ? {}
      : { annotations: { [annotation.agentClusterUid]: agentClusterUid } }),
  },
  type: secretType.agent,
  data: {
    [hubSecretKey.namespace]: base64(ref.storageClusterRef.namespace),
    [hubSecretKey.storageClusterName]: base64(ref.storageClusterRef.name),
    [hubSecretKey.secretOrigin]: base64('object-user'),
    [hubSecretKey.secretData]: base64(encodeSecretData(source.data)),
  },
})
