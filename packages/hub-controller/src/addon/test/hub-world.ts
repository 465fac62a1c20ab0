import {
  kinds,
  type ClusterManagementAddOn,
  type ClusterRoleBinding,
  type ManagedCluster,
  type ManagedClusterAddOn,
  type ManifestWork,
  type MirrorPeer,
} from '@odfmo/api-types'
import type { Condition, DeepReadonly, KubeObject, ObjectKey } from '@odfmo/api-types/meta'
import {
  cluster,
  evaluate,
  index,
  staticCache,
  watch,
  type Derived,
  type State,
  type Wanted,
  type WatchedKind,
} from '@odfmo/controller-kit'
import type { AddonContext } from '../addon-context.ts'
import { addonWatches } from '../addon-kinds.ts'
import { addon } from '../addon.ts'

/** The hub as the rules of this folder watch it. */
export const hub = cluster('hub', {
  MirrorPeer: watch(kinds.MirrorPeer),
  ManagedCluster: watch(kinds.ManagedCluster),
  ...addonWatches,
})

export const byCluster = index(hub.MirrorPeer, 'byCluster', ({ spec }) =>
  spec.items.map(({ clusterName }) => clusterName),
)

/** Holds while it has any finalizer, and starts when it says so: the service has the exact rule. */
const context: AddonContext = {
  kinds: hub,
  holders(world, name) {
    const all = world.find(byCluster, name, ['spec', 'meta'])
    const by = all.filter(({ metadata }) => (metadata.finalizers ?? []).length > 0)
    return { by, paused: all.some(({ metadata }) => metadata.annotations?.['test'] === 'starting') }
  },
  image: 'quay.io/odfmo/agent:v1',
}

export const everything = addon(context)

/** One of the rules, by name. */
export const rule = (name: string): Derived => {
  const found = everything.derived.find((derived) => derived.name === name)
  if (found === undefined) throw new Error(`no rule ${name}`)
  return found
}

export type Contents = readonly (readonly [WatchedKind, readonly DeepReadonly<KubeObject>[]])[]

export interface AskOptions {
  readonly now?: string
  /** By name of the rule; `present` for the others. */
  readonly states?: Readonly<Record<string, State>>
}

/** What a rule wants for a key, in a hub with these objects and nothing else. */
export const ask = (
  name: string,
  key: ObjectKey,
  contents: Contents,
  { now = '2026-11-21T10:00:00Z', states = {} }: AskOptions = {},
): Wanted<KubeObject> =>
  evaluate(rule(name), key, staticCache(contents as never), {
    now: Date.parse(now),
    stateOf: (derived) => states[derived.name] ?? { is: 'present' },
  }).wanted

/** The object that is wanted, present or edited; throws when the answer is another. */
export const objectOf = <T extends KubeObject>(wanted: Wanted<KubeObject>): T => {
  if (wanted.is !== 'present' && wanted.is !== 'edited')
    throw new Error(`not present or edited: ${JSON.stringify(wanted)}`)
  return wanted.object as T
}

export interface PeerOptions {
  readonly name?: string
  readonly finalizers?: readonly string[]
  readonly namespaces?: readonly [string, string]
  readonly deletionTimestamp?: string
}

export const mirrorPeer = (clusters: readonly [string, string], options: PeerOptions = {}): MirrorPeer => {
  const {
    name = clusters.join('-'),
    finalizers = ['hub.multicluster.odf.openshift.io'],
    namespaces = ['storage', 'storage'],
  } = options
  return {
    metadata: {
      name,
      finalizers,
      ...(options.deletionTimestamp === undefined ? {} : { deletionTimestamp: options.deletionTimestamp }),
    },
    spec: {
      type: 'async',
      items: clusters.map((clusterName, i) => ({
        clusterName,
        storageClusterRef: { name: 'ocs', namespace: namespaces[i] ?? 'storage' },
      })),
    },
  }
}

export const managedCluster = (name: string, hubAcceptsClient = true): ManagedCluster => ({
  metadata: { name },
  spec: { hubAcceptsClient },
})

const managementAddOn: ClusterManagementAddOn = {
  metadata: { name: 'tokenexchange', uid: 'cma' },
  spec: {},
}

export const ownedBy = (uid: string, version = 'v1alpha1') => ({
  apiVersion: `addon.open-cluster-management.io/${version}`,
  kind: 'ClusterManagementAddOn',
  name: 'tokenexchange',
  uid,
})

/** The agents' binding on the hub, by certificate. */
export const binding = (clusters: readonly string[]): ClusterRoleBinding => ({
  metadata: { name: 'open-cluster-management:token-exchange:agent' },
  roleRef: {
    apiGroup: 'rbac.authorization.k8s.io',
    kind: 'ClusterRole',
    name: 'open-cluster-management:token-exchange:agent',
  },
  subjects: clusters.map((cluster) => ({
    kind: 'User',
    name: `system:open-cluster-management:cluster:${cluster}:addon:tokenexchange:agent:tokenexchange`,
  })),
})

type AddOnParts = {
  readonly metadata?: Partial<ManagedClusterAddOn['metadata']>
  readonly status?: ManagedClusterAddOn['status']
}

/** An add-on of a cluster, owned and not registered, unless told otherwise. */
export const addOn = (namespace: string, { metadata, status }: AddOnParts = {}): ManagedClusterAddOn => ({
  metadata: {
    name: 'tokenexchange',
    namespace,
    uid: `addon-${namespace}`,
    annotations: { 'multicluster.openshift.io/mode': 'async' },
    ownerReferences: [ownedBy('cma')],
    ...metadata,
  },
  spec: { installNamespace: 'storage' },
  ...(status === undefined ? {} : { status }),
})

export const condition = (
  type: string,
  status: Condition['status'],
  reason = 'R',
  message = 'm',
): Condition => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: '2026-01-01T00:00:00Z',
})

export const work = (
  namespace: string,
  name = 'addon-tokenexchange-deploy-0',
  more: Partial<ManifestWork> = {},
): ManifestWork => ({
  ...more,
  metadata: {
    name,
    namespace,
    labels: { 'open-cluster-management.io/addon-name': 'tokenexchange' },
    ...more.metadata,
  },
})

/** Two clusters that one MirrorPeer holds, all that OCM brings in place. */
export const twoClusters = (
  more: {
    readonly addOns?: readonly DeepReadonly<ManagedClusterAddOn>[]
    readonly works?: readonly DeepReadonly<ManifestWork>[]
    readonly peers?: readonly DeepReadonly<MirrorPeer>[]
    readonly clusters?: readonly DeepReadonly<ManagedCluster>[]
    readonly binding?: ClusterRoleBinding
    readonly others?: Contents
  } = {},
): Contents => [
  [hub.MirrorPeer, more.peers ?? [mirrorPeer(['c1', 'c2'])]],
  [hub.ManagedCluster, more.clusters ?? [managedCluster('c1'), managedCluster('c2')]],
  [hub.ClusterManagementAddOn, [managementAddOn]],
  [hub.AgentClusterRoleBinding, [more.binding ?? binding(['c1', 'c2'])]],
  [hub.ManagedClusterAddOn, more.addOns ?? [addOn('c1'), addOn('c2')]],
  [hub.ManifestWork, more.works ?? []],
  ...(more.others ?? []),
]
