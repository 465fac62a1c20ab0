import { contract, type ConfigMap, type Secret } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import type { SpokeSourceKind } from '@odfmo/secret-exchange'
import type { AgentScope } from './agent-scope.ts'

const { label, prefix, spoke } = contract

/**
 * What is kept of the spoke's Secrets and ConfigMaps. Of those the rules read: everything. Of others under names that a rule
 * may ask for: what tells them apart and whose they are; annotations are content too (`kubectl apply` leaves all of it
 * there). Of all others: nothing. A namespace may be full of others' secrets, and what is not here cannot get out.
 */
export const keptData = ({ handlers, match }: Pick<AgentScope, 'handlers' | 'match'>) => {
  const isTaken = (kind: SpokeSourceKind, object: KubeObject): boolean =>
    handlers.some((handler) => handler.takes(kind, object, match))
  const mayBeAskedFor = (name: string): boolean =>
    exchangedName.test(name) || name.includes(match.s3) || name.includes(match.token)
  return {
    secret: (secret: Secret): Secret | undefined => {
      const { name = '', labels } = secret.metadata
      const isRead =
        name === spoke.externalCephSecret ||
        name.startsWith(prefix.peerTokenSecret) ||
        labels?.[label.createdBy] === contract.createdBy.tokenExchange ||
        isTaken('Secret', secret)
      if (isRead) return secret
      return mayBeAskedFor(name) ? identityOf(secret, secret.type) : undefined
    },
    configMap: (configMap: ConfigMap): ConfigMap | undefined => {
      const { name = '' } = configMap.metadata
      if (name === spoke.rookOperatorConfig || isTaken('ConfigMap', configMap)) return configMap
      return mayBeAskedFor(name) ? identityOf(configMap) : undefined
    },
  }
}

/** The names of exchanged secrets (`hubSecretName`): a user's own of that name is told from ours. */
const exchangedName = /^[0-9a-f]{39}$/

const identityOf = <T extends KubeObject>({ apiVersion, kind, metadata }: T, type?: string): T => {
  const {
    namespace,
    name,
    uid,
    resourceVersion,
    creationTimestamp,
    deletionTimestamp,
    finalizers,
    labels,
    ownerReferences,
  } = metadata
  const kept = {
    namespace,
    name,
    uid,
    resourceVersion,
    creationTimestamp,
    deletionTimestamp,
    finalizers,
    labels,
    ownerReferences,
  }
  return given({ apiVersion, kind, type, metadata: given(kept) }) as unknown as T
}

const given = <T extends object>(object: T): T =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T
