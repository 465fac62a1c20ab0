import { contract, type ConfigMap, type Secret } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import type { SpokeSourceKind } from '@odfmo/secret-exchange'
import type { AgentScope } from './agent-scope.ts'

const { label, prefix, spoke } = contract

/**
 * What is kept of the spoke's Secrets and ConfigMaps: of those the rules read everything, of all others what tells them
 * apart and whose they are. A namespace may be full of others' secrets, and what is not here cannot get out; annotations
 * are content too (`kubectl apply` leaves all of it there).
 */
export const keptData = ({ handlers, match }: Pick<AgentScope, 'handlers' | 'match'>) => {
  const isTaken = (kind: SpokeSourceKind, object: KubeObject): boolean =>
    handlers.some((handler) => handler.takes(kind, object, match))
  return {
    secret: (secret: Secret): Secret => {
      const { name = '', labels } = secret.metadata
      const isRead =
        name === spoke.externalCephSecret ||
        name.startsWith(prefix.peerTokenSecret) ||
        labels?.[label.createdBy] === contract.createdBy.tokenExchange ||
        isTaken('Secret', secret)
      return isRead ? secret : identityOf(secret, secret.type)
    },
    configMap: (configMap: ConfigMap): ConfigMap =>
      configMap.metadata.name === spoke.rookOperatorConfig || isTaken('ConfigMap', configMap)
        ? configMap
        : identityOf(configMap),
  }
}

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
