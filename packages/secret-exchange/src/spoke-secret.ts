import { contract, type Secret } from '@odfmo/api-types'
import { expectNamed } from './expect-argument.ts'
import { secretDataOf, textOf } from './hub-secret.ts'
import { SecretExchangeError } from './secret-exchange-error.ts'

const { hubSecretKey: key } = contract

/**
 * The Secret on the spoke that a green one stands for: what Rook reads its peer's token from. It has the green one's
 * name and lies in the namespace of the StorageCluster.
 * @throws SecretExchangeError when the green secret has an empty or missing key, or its `secret-data` cannot be read.
 */
export const spokeSecret = (green: Pick<Secret, 'metadata' | 'data'>): Secret => {
  const name = expectNamed('green', green)
  const namespace = notEmpty(green, key.namespace)
  notEmpty(green, key.storageClusterName)
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, labels: { [contract.label.createdBy]: contract.createdBy.tokenExchange } },
    type: contract.secretType.hub,
    data: secretDataOf(green),
  }
}

const notEmpty = (green: Pick<Secret, 'data'>, name: string): string => {
  const text = textOf(green, name) ?? ''
  if (text === '') throw new SecretExchangeError('MissingKey', `green: ${name} is missing or empty`)
  return text
}
