import { contract, type ConfigMap, type Secret } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import { handlers, type SourceMatch, type SpokeSourceKind } from '@odfmo/secret-exchange'

const { label, prefix, spoke } = contract

/**
 * What is kept of the spoke's Secrets and ConfigMaps: of those the rules read everything, of all others no content. A
 * namespace may be full of others' secrets, and what is not here cannot get out.
 */
export const keptData = (match: SourceMatch) => {
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
      return isRead ? secret : withoutData(secret)
    },
    configMap: (configMap: ConfigMap): ConfigMap =>
      configMap.metadata.name === spoke.rookOperatorConfig || isTaken('ConfigMap', configMap)
        ? configMap
        : withoutData(configMap),
  }
}

const withoutData = <T extends ConfigMap>({ data: _data, binaryData: _binary, ...rest }: T): T => rest as T
