import { kinds, mirrorPeerCrd, type Condition, type MirrorPeer } from '@odfmo/api-types'
import { apiVersionOf, type Kind, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import {
  eventually,
  hubCrds,
  startTestCluster,
  type Cluster,
  type ObjectSource,
  type Snapshot,
} from '@odfmo/testkit'
import { expect } from 'vitest'
import { hubRbac } from '../rbac.ts'
import { managedCluster, podNamespace } from './builders.ts'
import { ramenConfigMap } from './hub-world.ts'

const namespace = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })

const initialConfig = `# Ramen's, edited by hand
kind: RamenConfig
s3StoreProfiles: []
webhook:
  port: 9443
`

type StartHub<C extends Cluster> = (options: {
  readonly name: string
  readonly crds: readonly ObjectSource[]
}) => Promise<C>

export interface HubClusterOptions<C extends Cluster = Cluster> {
  /** Of the provider that the environment names when left out. */
  readonly start?: StartHub<C>
  readonly clusters?: readonly string[]
  /** What others define there. */
  readonly crds?: readonly ObjectSource[]
}

/** A hub with everything a MirrorPeer of these clusters needs, as OCM and Ramen leave it. */
export const hubCluster = async <C extends Cluster = Cluster>(
  options: HubClusterOptions<C> = {},
): Promise<C> => {
  // No other C is asked for where `start` is left out.
  const {
    start = startTestCluster as StartHub<Cluster> as StartHub<C>,
    clusters = ['cluster1', 'cluster2'],
    crds = hubCrds,
  } = options
  const cluster = await start({ name: 'hub', crds: [mirrorPeerCrd, ...crds] })
  await cluster.apply(
    namespace(podNamespace),
    ...hubRbac(podNamespace),
    ...clusters.flatMap((name) => [namespace(name), managedCluster(name)]),
    { apiVersion: 'v1', kind: 'ConfigMap', ...ramenConfigMap(initialConfig) },
  )
  return cluster
}

const ref = (kind: Kind) => ({ apiVersion: apiVersionOf(kind), kind: kind.kind })

/** Reading a cluster with types. */
export const find = async <T extends KubeObject>(
  cluster: Cluster,
  kind: Kind<T>,
  key: ObjectKey,
): Promise<T | undefined> => (await cluster.get(ref(kind), key)) as T | undefined

export const get = async <T extends KubeObject>(
  cluster: Cluster,
  kind: Kind<T>,
  key: ObjectKey,
): Promise<T> => {
  const object = await find(cluster, kind, key)
  if (object === undefined) throw new Error(`no ${kind.kind} ${key.namespace ?? ''}/${key.name}`)
  return object
}

export const list = async <T extends KubeObject>(cluster: Cluster, kind: Kind<T>): Promise<readonly T[]> =>
  (await cluster.list(ref(kind))) as unknown as readonly T[]

export const conditionOf = ({ status }: MirrorPeer, type: string): Condition | undefined =>
  status?.conditions?.find((condition) => condition.type === type)

export const peer = (cluster: Cluster, name = 'mirrorpeer-sample'): Promise<MirrorPeer> =>
  get(cluster, kinds.MirrorPeer, { name })

/** The hub as a hub controller that has just been started leaves it, when it has made what it always makes. */
export const withoutMirrorPeers = async (cluster: Cluster): Promise<Snapshot> => {
  await eventually(cluster, async () =>
    expect(await list(cluster, kinds.ClusterManagementAddOn)).toHaveLength(1),
  )
  return cluster.snapshot()
}
