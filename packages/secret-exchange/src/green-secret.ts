import { contract, type PeerRef, type Secret } from '@odfmo/api-types'
import { expectNamed, expectRef } from './expect-argument.ts'
import { hubSecret } from './hub-secret.ts'
import { SecretExchangeError } from './secret-exchange-error.ts'

const { hubSecretKey: key } = contract

/** What a green secret is made from. */
export interface GreenSecretInput {
  /** The other cluster's blue secret. */
  readonly blue: Pick<Secret, 'metadata' | 'data'>
  /** Whose namespace on the hub the copy goes to. */
  readonly receiver: PeerRef
}

/**
 * The copy of a blue secret for a peer. The wrapped secret is copied byte for byte and never read: what an agent wrote
 * reaches the other agent as it is. Names nothing but the receiver.
 * @throws SecretExchangeError when the source is no blue secret or lacks a key.
 */
export const greenSecret = ({ blue, receiver }: GreenSecretInput): Secret => {
  const name = expectNamed('blue', blue)
  expectRef('receiver', receiver)
  const secretKind = blue.metadata.labels?.[contract.label.secretType]
  // An internal secret holds S3 keys: it must never go to another cluster.
  if (secretKind !== undefined && secretKind !== contract.secretKind.blue) {
    throw new SecretExchangeError('WrongArgument', `blue: expected a BLUE secret, ${name} is another`)
  }
  return hubSecret({
    name,
    namespace: receiver.clusterName,
    type: contract.secretType.hub,
    secretKind: contract.secretKind.green,
    storageClusterRef: receiver.storageClusterRef,
    data: {
      [key.secretData]: copied(blue, key.secretData),
      [key.secretOrigin]: copied(blue, key.secretOrigin),
    },
  })
}

const copied = (blue: GreenSecretInput['blue'], name: string): string => {
  const value = blue.data?.[name]
  if (value === undefined) throw new SecretExchangeError('MissingKey', `blue: ${name} is missing`)
  return value
}
