import { contract, type MirrorPeer, type ObjectKey, type PeerRef } from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'
import { bucketName, hubSecretName, volumeReplicationClassName } from '@odfmo/secret-naming'
import type { AgentScope } from './agent-scope.ts'

/** Everything that one MirrorPeer entails for this cluster: for keys, indexes and deletion. */
export interface MirrorPeerParts {
  readonly own: PeerRef
  /** The other items. */
  readonly opposites: readonly PeerRef[]
  readonly isAsync: boolean
  readonly intervals: readonly string[]
  /** Namespace of the own StorageCluster. */
  readonly namespace: string
  readonly storageCluster: ObjectKey
  /** On the hub, one of each handler. */
  readonly hubSecrets: readonly { readonly handler: string; readonly key: ObjectKey }[]
  /** Secrets of the other side, beside the own StorageCluster, one of each handler; only type async brings them. */
  readonly spokeSecrets: readonly {
    readonly handler: string
    readonly opposite: PeerRef
    readonly key: ObjectKey
  }[]
  /** Names that mirroring needs in `peerSecretNames`; only type async. */
  readonly peerSecretNames: readonly string[]
  readonly operatorConfig: ObjectKey
  readonly replicationClasses: readonly { readonly interval: string; readonly key: ObjectKey }[]
  /** Where its bucket claim may be: as the items stand now, and as they would be named in the other order. */
  readonly bucketClaims: readonly [ObjectKey, ObjectKey]
}

/**
 * The parts of a MirrorPeer here; undefined when it does not name this cluster, or has not the form that makes sense
 * (two items of different clusters): then nobody here takes part in it.
 */
export const partsOf = (
  { spec }: Pick<DeepReadonly<MirrorPeer>, 'spec'>,
  scope: PartsScope,
): MirrorPeerParts | undefined => {
  if (!isObject(spec)) return undefined
  let known = knownParts.get(scope)
  if (known === undefined) knownParts.set(scope, (known = new WeakMap()))
  if (!known.has(spec)) known.set(spec, computedParts(spec, scope))
  return known.get(spec)
}

type PartsScope = Pick<AgentScope, 'clusterName' | 'odrNamespace' | 'handlers'>

/** Seven hashes each, asked for a hundred times whenever one of fifty MirrorPeers changes; what a cache holds never does. */
const knownParts = new WeakMap<PartsScope, WeakMap<object, MirrorPeerParts | undefined>>()

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

const computedParts = (
  spec: DeepReadonly<MirrorPeer>['spec'],
  { clusterName, odrNamespace, handlers }: PartsScope,
): MirrorPeerParts | undefined => {
  const items: readonly PeerRef[] = Array.isArray(spec?.items) ? spec.items : []
  if (!items.every(isPeerRef)) return undefined
  const [own, ...others] = items.filter((item) => item.clusterName === clusterName)
  const opposites = items.filter((item) => item.clusterName !== clusterName)
  if (own === undefined || others.length > 0 || opposites.length !== 1) return undefined
  const { namespace, name } = own.storageClusterRef
  const isAsync = (spec.type ?? contract.mirrorPeer.defaultType) === contract.mirrorPeer.type.async
  const intervals = intervalsOf(spec)
  const clusterNames = items.map((item) => item.clusterName)
  const claim = (names: readonly string[]): ObjectKey => ({
    namespace: odrNamespace ?? namespace,
    name: bucketName(names),
  })
  return {
    own,
    opposites,
    isAsync,
    intervals,
    namespace,
    storageCluster: { namespace, name },
    hubSecrets: handlers.map((handler) => ({ handler: handler.name, key: handler.hubSecretKey(own) })),
    spokeSecrets: isAsync
      ? opposites.flatMap((opposite) =>
          handlers.map((handler) => ({
            handler: handler.name,
            opposite,
            key: { namespace, name: handler.hubSecretKey(opposite).name },
          })),
        )
      : [],
    peerSecretNames: isAsync ? opposites.map(hubSecretName) : [],
    operatorConfig: { namespace, name: contract.spoke.rookOperatorConfig },
    replicationClasses: isAsync
      ? [...new Set(intervals)].map((interval) => ({
          interval,
          key: { name: volumeReplicationClassName(interval) },
        }))
      : [],
    bucketClaims: [claim(clusterNames), claim(clusterNames.toReversed())],
  }
}

const isPeerRef = (item: Partial<PeerRef> | null): boolean =>
  [item?.clusterName, item?.storageClusterRef?.name, item?.storageClusterRef?.namespace].every(
    (text) => typeof text === 'string' && text !== '',
  )

const intervalsOf = ({ schedulingIntervals }: DeepReadonly<MirrorPeer>['spec']): readonly string[] => {
  const { defaultSchedulingIntervals } = contract.mirrorPeer
  if (!Array.isArray(schedulingIntervals) || schedulingIntervals.length === 0)
    return defaultSchedulingIntervals
  return (schedulingIntervals as readonly unknown[]).filter((interval) => typeof interval === 'string')
}
