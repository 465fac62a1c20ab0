import type { KubeObject, PeerRef } from '@odfmo/api-types'
import { SecretExchangeError } from './secret-exchange-error.ts'

/** Throws a SecretExchangeError that names the argument when it is no object with (if it must have one) a name. */
export const expectObject = (argument: string, value: unknown): void => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SecretExchangeError('WrongArgument', `${argument}: expected a Kubernetes object`)
  }
}

/** The object's name. */
export const expectNamed = (argument: string, object: Pick<KubeObject, 'metadata'>): string => {
  expectObject(argument, object)
  const name = object.metadata?.name
  if (typeof name === 'string' && name !== '') return name
  throw new SecretExchangeError('WrongArgument', `${argument}: expected an object with a metadata.name`)
}

/** Throws unless all three parts of a peer ref are strings. */
export const expectRef = (argument: string, ref: PeerRef): void => {
  const { clusterName, storageClusterRef } = (ref ?? {}) as Partial<PeerRef>
  const parts = {
    clusterName,
    'storageClusterRef.namespace': storageClusterRef?.namespace,
    'storageClusterRef.name': storageClusterRef?.name,
  }
  for (const [part, value] of Object.entries(parts)) {
    if (typeof value !== 'string')
      throw new SecretExchangeError('WrongArgument', `${argument}.${part}: expected a string`)
  }
}
