import type {
  ClusterRoleBinding,
  ConfigMap,
  DRCluster,
  DRPolicy,
  ManagedCluster,
  ManagedClusterAddOn,
  ManifestWork,
  MirrorPeer,
  Role,
  RoleBinding,
  Secret,
} from '@odfmo/api-types'
import type { KubeObject, ObjectKey } from '@odfmo/api-types/meta'
import {
  evaluate,
  staticCache,
  type Derived,
  type State,
  type Wanted,
  type WatchedKind,
} from '@odfmo/controller-kit'
import { contract } from '@odfmo/api-types'
import { hubApp } from '../app.ts'
import { agentSecret } from '../derived/agent-secret.ts'
import { mirrorPeerStatus } from '../derived/mirror-peer-status.ts'
import { managedCluster, podNamespace } from './builders.ts'

const app = hubApp({ podNamespace, tokenExchangeImage: 'example.com/agent:1' })
export const { hub } = app
export const rules = {
  ...app.parts,
  agentSecret: agentSecret(hub),
  status: mirrorPeerStatus(hub, app.parts),
}

/** Everything there is on the hub; two ManagedClusters when none are given. */
export interface HubWorld {
  readonly mirrorPeers?: readonly MirrorPeer[]
  readonly clusters?: readonly ManagedCluster[]
  /** Of clusters; those of all clusters that tests name when left out. */
  readonly namespaces?: readonly string[]
  readonly secrets?: readonly Secret[]
  readonly ramenSecrets?: readonly Secret[]
  readonly ramenConfig?: ConfigMap | string
  readonly addOns?: readonly ManagedClusterAddOn[]
  readonly works?: readonly ManifestWork[]
  readonly drClusters?: readonly DRCluster[]
  readonly drPolicies?: readonly DRPolicy[]
  readonly roles?: readonly Role[]
  readonly roleBindings?: readonly RoleBinding[]
  readonly clusterRoleBindings?: readonly ClusterRoleBinding[]
  /** Wall clock, milliseconds; everything synced at 0. */
  readonly now?: number
  /** Kinds the server does not serve. */
  readonly notServed?: readonly WatchedKind[]
}

export interface AskOptions {
  /** States of other rules by `name key`; `present` when left out. */
  readonly states?: Readonly<Record<string, State>>
}

export const ramenConfigMap = (text?: string): ConfigMap => ({
  metadata: { name: contract.ramen.configMap, namespace: podNamespace },
  ...(text === undefined ? {} : { data: { [contract.ramen.configKey]: text } }),
})

const contentsOf = (world: HubWorld): readonly (readonly [WatchedKind, readonly KubeObject[]])[] => [
  [hub.MirrorPeer, world.mirrorPeers ?? []],
  [hub.ManagedCluster, world.clusters ?? [managedCluster('cluster1'), managedCluster('cluster2')]],
  [
    hub.Namespace,
    (world.namespaces ?? ['cluster1', 'cluster2', 'cluster3', 'cluster9']).map((name) => ({
      metadata: { name },
    })),
  ],
  [hub.Secret, world.secrets ?? []],
  [hub.RamenSecret, world.ramenSecrets ?? []],
  [
    hub.RamenConfig,
    world.ramenConfig === undefined
      ? []
      : [typeof world.ramenConfig === 'string' ? ramenConfigMap(world.ramenConfig) : world.ramenConfig],
  ],
  [hub.ManagedClusterAddOn, world.addOns ?? []],
  [hub.ManifestWork, world.works ?? []],
  [hub.DRCluster, world.drClusters ?? []],
  [hub.DRPolicy, world.drPolicies ?? []],
  [hub.AgentRole, world.roles ?? []],
  [hub.AgentRoleBinding, world.roleBindings ?? []],
  [hub.AgentClusterRoleBinding, world.clusterRoleBindings ?? []],
]

/** What a rule answers in this world. */
export const ask = <T extends KubeObject>(
  rule: Derived<T>,
  key: ObjectKey,
  world: HubWorld,
  { states = {} }: AskOptions = {},
): Wanted<T> => {
  const sync = new Map((world.notServed ?? []).map((of) => [of, { is: 'notServed' as const }]))
  const cache = staticCache(contentsOf(world), { sync })
  const { wanted } = evaluate(rule, key, cache, {
    now: world.now ?? 0,
    stateOf: (derived, { namespace, name }) =>
      states[`${derived.name} ${namespace === undefined ? '' : `${namespace}/`}${name}`] ??
      states[derived.name] ?? { is: 'present' },
  })
  return wanted
}

/** The object a rule wants there; throws when it answers something else. */
export const objectOf = <T extends KubeObject>(wanted: Wanted<T>): T => {
  if (wanted.is === 'present' || wanted.is === 'edited') return wanted.object
  throw new Error(`expected an object, got ${JSON.stringify(wanted)}`)
}

/** The keys that objects of a kind bring into being. */
export const keysFrom = <T extends KubeObject>(
  rule: Derived,
  of: WatchedKind<T>,
  object: T,
): readonly ObjectKey[] =>
  rule.keys.filter((source) => source.of === of).flatMap((source) => source.keys(object as never))
